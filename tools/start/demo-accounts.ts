import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DemoSheet } from '../seed/seed.ts';

export type DemoAccount = DemoSheet['accounts'][number];

export function isSeeded(dataDir: string): boolean {
	return existsSync(demoFile(dataDir));
}

export async function keepDemo(dataDir: string, sheet: DemoSheet): Promise<void> {
	await writeFile(demoFile(dataDir), JSON.stringify(sheet, null, '\t'), { mode: 0o600 });
}

/** What the seed made; empty before the first seed. */
export async function readDemo(dataDir: string): Promise<DemoSheet> {
	if (!isSeeded(dataDir)) return { accounts: [], letters: [] };
	return JSON.parse(await readFile(demoFile(dataDir), 'utf8')) as DemoSheet;
}

/** By e-mail address, role or name, whole or in part; null when none or several fit. */
export function findDemoAccount(
	accounts: readonly DemoAccount[],
	wanted: string
): DemoAccount | null {
	const text = wanted.toLowerCase();
	const exact = accounts.filter(({ email, role }) => email === text || role === text);
	const partial = accounts.filter(({ email, role, name }) =>
		`${email} ${role} ${name}`.toLowerCase().includes(text)
	);
	// Of two customers the first is the one the README walks with.
	const [first] = exact;
	if (first) return first;
	return partial.length === 1 ? (partial[0] ?? null) : null;
}

function demoFile(dataDir: string): string {
	return join(dataDir, 'demo-accounts.json');
}
