// First steps of the sign-in as a stranger sends them, measured one by one.
import { seedAccounts } from '../../../tools/seed/seed.ts';
import type { BenchPortal } from './bench-portal.ts';
import { runSql } from './sql.ts';
import { Visitor } from './visitor.ts';

/** How many tries a name has before the throttle stops the next one (SIGN_IN_RULES.unknown). */
export const FREE_TRIES = 5;

const WRONG_PASSWORD = 'kein Satz von irgendwem';

export type Try = {
	readonly ms: number;
	/** Requests to the database. */
	readonly trips: number;
};

export type TryIn = (email: string) => Promise<Try>;

/**
 * Each try comes from a browser and a network of its own, so that the name's own row of the throttle
 * is the only one that could stop it.
 */
export function createTryIn({ stack }: BenchPortal): TryIn {
	let tries = 0;
	const served = () => stack.database()?.stats().pipelines ?? 0;
	return async (email) => {
		tries += 1;
		const visitor = new Visitor(stack.portalUrl);
		const body = new URLSearchParams({ email, password: WRONG_PASSWORD });
		const headers = { 'cf-connecting-ip': networkOf(tries) };
		const servedBefore = served();
		const startedAtMs = performance.now();
		await visitor.send('POST', '/sign-in', { expected: 303, headers, body });
		return { ms: performance.now() - startedAtMs, trips: served() - servedBefore };
	};
}

/** Addresses of accounts that are active. */
export async function seedKnownAddresses(
	{ stack }: BenchPortal,
	count: number
): Promise<readonly string[]> {
	const emails = addresses('known', count);
	await seedAccounts(
		{ url: stack.databaseUrl, keys: JSON.parse(stack.bindings['KEYS'] ?? '') as unknown },
		emails.map((email) => ({
			...{ role: 'customer', firstName: 'Kim', lastName: 'Beispiel' },
			...{ email, password: 'ein Satz nur fürs Messen' }
		}))
	);
	return emails;
}

/** As long as those of the other kind, so that only their rows in the database differ. */
export function addresses(kind: string, count: number): readonly string[] {
	const numbers = Array.from({ length: count }, (_, index) => String(index).padStart(4, '0'));
	return numbers.map((number) => `${kind.padEnd(8, 'x')}${number}@example.org`);
}

/** Every try looks alike from outside: whether it was hashed or stopped stands in its challenge. */
export async function requireStopped(portal: BenchPortal, expected: number): Promise<void> {
	const [row] = await runSql(
		portal,
		'select count(*) as stopped from sign_in_challenges where is_delayed = 1'
	);
	const stopped = Number(row?.['stopped']);
	if (stopped !== expected) throw new Error(`${stopped} tries were stopped, not ${expected}`);
}

const networkOf = (number: number) => `10.${number >> 16}.${(number >> 8) & 255}.${number & 255}`;
