import { encodeHexUpperCase } from '@oslojs/encoding';
import { and, eq, lte, sql, type SQL } from 'drizzle-orm';
import { SIGN_IN_RULES, type Limit, type Rule } from '#lib/domain/accounts/throttle.ts';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import { read, write, writeIfHolds, type Read, type Write } from '#lib/server/db/client.ts';
import { signInChallenges, throttles } from '#lib/server/db/tables/accounts.ts';

/** A row a try is booked in. */
export type Candidate = {
	readonly scope: string;
	readonly keyHash: Uint8Array | SQL;
	readonly rule: Rule;
	/** Books only when this holds, for what only the database knows. */
	readonly when?: SQL;
};

/** A row in which the try was booked, and the how manieth it is. */
export type Booked = { readonly scope: string; readonly tries: number };

/** No time of ours lies behind it: the key stays closed until somebody opens it. */
const FOREVER_MS = 8_640_000_000_000_000;
/** Where doubling stops: further shifts would run out of 64 bits. */
const MAX_DOUBLINGS = 20;

export const LIMIT_REACHED = { kind: 'rate-limited', code: 'portal/limit-reached' } as const;

export const throttleRepository = {
	/**
	 * Books a try in all candidates or in none, in one statement: whoever comes at the same time waits
	 * for the write lock and finds it booked (A10). Answers no row when one of them is closed; a try
	 * that is stopped is not counted, so an outsider cannot drive a count up (A11).
	 */
	book(candidates: readonly Candidate[], nowMs: number): Read<readonly Booked[]> {
		return read(
			booking(candidates, nowMs).returning({ scope: throttles.scope, tries: throttles.tries }),
			(rows) => rows
		);
	},

	/** The same as a condition of an act's own batch: over the limit the whole act is undone. */
	require(candidate: Candidate & { readonly rule: Limit }, nowMs: number): Write {
		return writeIfHolds(booking([candidate], nowMs), LIMIT_REACHED);
	},

	/** Whether one of the candidates is closed until its owner opens it by mail. */
	isLocked(candidates: readonly Candidate[], nowMs: number): Read<boolean> {
		const locked = sql<number>`exists (with ${candidateRows(candidates)}
			select 1 from candidate join ${throttles} t
			on t.scope = candidate.scope and t.key_hash = candidate.key_hash
			where t.next_try_at_ms = ${FOREVER_MS} and t.expires_at_ms > ${nowMs})`;
		return read(
			sqlBuilder.select({ locked }).from(sql`(select 1)`),
			([row]) => Number(row?.locked) === 1
		);
	},

	/** Marks the first refusal of a window; of a hundred only one passes, for one entry in the log. */
	markRefused(scope: string, keyHash: Uint8Array, limit: Limit): Write {
		return writeIfHolds(
			sqlBuilder
				.update(throttles)
				.set({ tries: limit.max + 1 })
				.where(
					and(
						eq(throttles.scope, scope),
						eq(throttles.keyHash, keyHash),
						eq(throttles.tries, limit.max)
					)
				),
			LIMIT_REACHED
		);
	},

	/** Opens a row with all its tries. */
	open(scope: string, keyHash: Uint8Array, nowMs: number, expiresAtMs: number): Write {
		const fresh = { tries: 0, nextTryAtMs: 0, updatedAtMs: nowMs, expiresAtMs };
		return write(
			sqlBuilder
				.insert(throttles)
				.values({ scope, keyHash, ...fresh })
				.onConflictDoUpdate({ target: [throttles.scope, throttles.keyHash], set: fresh })
		);
	},

	/**
	 * Books a code for the account of a challenge whose password was right: only whoever knows it can
	 * use the codes of a day up (A15). The keys are made here, because only the database knows the account.
	 */
	bookCode(challengeHash: Uint8Array, nowMs: number): Read<boolean> {
		const challenge = (column: SQL) =>
			sql`(select ${column} from ${signInChallenges} c where c.token_hash = ${challengeHash})`;
		const isRight = challenge(sql`c.is_password_right and c.account_id is not null`);
		const account = challenge(sql`cast(c.account_id as blob)`);
		const device = challenge(sql`cast(c.account_id || '/' || hex(c.device_hash) as blob)`);
		const opened = throttleRepository.isOpen('code/unlocked', device, nowMs);
		const { both, not } = conditions;
		const { query, map } = throttleRepository.book(
			[
				{
					scope: 'code/unlocked',
					keyHash: device,
					rule: SIGN_IN_RULES.codeUnlocked,
					when: both(isRight, opened)
				},
				{
					scope: 'code/account',
					keyHash: account,
					rule: SIGN_IN_RULES.code,
					when: both(isRight, not(opened))
				}
			],
			nowMs
		);
		return { query, map: async (rows) => (await map(rows)).length > 0 };
	},

	/** Code tries for the browser that opened the unlock link. */
	openCode(accountId: string, deviceHash: Uint8Array, nowMs: number, expiresAtMs: number): Write {
		const hex = encodeHexUpperCase(deviceHash);
		const keyHash = new TextEncoder().encode(`${accountId}/${hex}`);
		return throttleRepository.open('code/unlocked', keyHash, nowMs, expiresAtMs);
	},

	/** A right code takes back the codes of the day. */
	forgetCodes: (accountId: string): Write =>
		throttleRepository.forget('code/account', new TextEncoder().encode(accountId)),

	forget(scope: string, keyHash: Uint8Array): Write {
		return write(
			sqlBuilder
				.delete(throttles)
				.where(and(eq(throttles.scope, scope), eq(throttles.keyHash, keyHash)))
		);
	},

	/** Rows nobody has to remember any more. */
	purge(nowMs: number): Write {
		return write(sqlBuilder.delete(throttles).where(lte(throttles.expiresAtMs, nowMs)));
	},

	/** A condition for `when`: the row exists and still counts. */
	isOpen(scope: string, keyHash: Uint8Array | SQL, nowMs: number): SQL {
		return sql`exists (select 1 from ${throttles} o where o.scope = ${scope}
			and o.key_hash = ${keyHash} and o.expires_at_ms > ${nowMs})`;
	}
};

/** Conditions of candidates, put together. */
export const conditions = {
	both: (one: SQL, other: SQL): SQL => sql`(${one} and ${other})`,
	not: (one: SQL): SQL => sql`(not ${one})`
};

/** A limit is a pause until its window ends; `kept` is the window then. */
function candidateRows(candidates: readonly Candidate[]): SQL {
	const rows = candidates.map(({ scope, keyHash, rule, when = sql`1` }) => {
		const isLimit = 'max' in rule;
		const numbers = isLimit
			? sql`1, ${rule.max}, 0, 0, null, ${rule.windowMs}`
			: sql`0, ${rule.free}, ${rule.firstPauseMs}, ${rule.longestPauseMs}, ${rule.lockAt}, ${rule.keptMs}`;
		return sql`select ${scope}, ${keyHash}, ${numbers} where ${when}`;
	});
	return sql`candidate (scope, key_hash, is_limit, free, first_pause, longest_pause, lock_at, kept)
		as (${sql.join(rows, sql` union all `)})`;
}

function booking(candidates: readonly Candidate[], nowMs: number) {
	return sqlBuilder
		.insert(throttles)
		.select(
			sql`with ${candidateRows(candidates)}, counted as (
				select candidate.*, coalesce(t.tries, 0) + 1 as tries, t.next_try_at_ms as closed_until,
					case when is_limit then coalesce(t.expires_at_ms, ${nowMs} + kept) else ${nowMs} + kept end as ends
				from candidate left join ${throttles} t on t.scope = candidate.scope
					and t.key_hash = candidate.key_hash and t.expires_at_ms > ${nowMs}
			)
			select scope, key_hash, tries, case
				when tries < free then 0
				when is_limit then ends
				when tries >= lock_at then ${FOREVER_MS}
				else ${nowMs} + min(longest_pause, first_pause * (1 << min(tries - free, ${MAX_DOUBLINGS})))
			end, ${nowMs}, ends
			from counted
			where not exists (select 1 from counted where closed_until > ${nowMs})`
		)
		.onConflictDoUpdate({
			target: [throttles.scope, throttles.keyHash],
			set: {
				tries: sql`excluded.tries`,
				nextTryAtMs: sql`excluded.next_try_at_ms`,
				updatedAtMs: sql`excluded.updated_at_ms`,
				expiresAtMs: sql`excluded.expires_at_ms`
			}
		});
}
