import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DemoSheet } from '../../../tools/seed/seed.ts';
import { readDemo } from '../../../tools/start/demo-accounts.ts';
import { startStack, type Stack } from '../../../tools/start/stack.ts';

export type BenchPortal = { readonly stack: Stack; readonly demo: DemoSheet };

export type BenchPortalOptions = {
	readonly say: (text: string) => void;
	/** 0 takes a free one. */
	readonly databasePort?: number;
	readonly bindings?: Readonly<Record<string, string>>;
	/** Lets a part choose the network it comes from by CF-Connecting-IP. */
	readonly trustsClientIpHeader?: boolean;
};

/** Runs `work` on a portal of its own, from an empty directory with the demo in it, and leaves nothing. */
export async function withPortal<T>(
	{ say, databasePort = 0, bindings = {}, trustsClientIpHeader = false }: BenchPortalOptions,
	work: (portal: BenchPortal) => Promise<T>
): Promise<T> {
	const dataDir = await mkdtemp(join(tmpdir(), 'portal-'));
	try {
		const stack = await startStack({
			dataDir,
			ports: { portal: 0, inbox: 0, smtp: 0, database: databasePort },
			seed: true,
			mail: true,
			bindings,
			trustsClientIpHeader,
			onProgress: say
		});
		try {
			return await work({ stack, demo: await readDemo(dataDir) });
		} finally {
			await stack.stop();
		}
	} finally {
		await rm(dataDir, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
	}
}
