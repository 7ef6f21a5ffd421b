import { and, desc, eq, gt, isNull, lt, or } from 'drizzle-orm';
import {
	SERVICE_SCOPES,
	type ServiceCaller,
	type ServiceScope
} from '#lib/domain/operations/service-token.ts';
import { MINUTE_MS } from '#lib/domain/calendar.ts';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import {
	read,
	requireFound,
	write,
	writeIfHolds,
	type Read,
	type Write
} from '#lib/server/db/client.ts';
import { serviceTokens } from '#lib/server/db/tables/service-tokens.ts';

export type ServiceToken = {
	readonly id: string;
	readonly name: string;
	readonly scopes: readonly ServiceScope[];
	readonly createdAtMs: number;
	readonly expiresAtMs: number;
	readonly lastUsedAtMs: number | null;
	readonly revokedAtMs: number | null;
};

const SHOWN = 50;
const UNKNOWN = { kind: 'unauthenticated', code: 'portal/unauthenticated' } as const;
const CHANGED = { kind: 'conflict', code: 'tokens/changed-meanwhile' } as const;

const isGood = (tokenHash: Uint8Array, nowMs: number) =>
	and(
		eq(serviceTokens.tokenHash, tokenHash),
		isNull(serviceTokens.revokedAtMs),
		gt(serviceTokens.expiresAtMs, nowMs)
	);

export type ServiceTokensRepository = typeof serviceTokensRepository;

export const serviceTokensRepository = {
	insert(
		token: Pick<ServiceToken, 'id' | 'name' | 'scopes' | 'createdAtMs' | 'expiresAtMs'> & {
			readonly tokenHash: Uint8Array;
			readonly createdBy: string;
		}
	): Write {
		return write(
			sqlBuilder.insert(serviceTokens).values({ ...token, scopes: token.scopes.join(' ') })
		);
	},

	list(): Read<readonly ServiceToken[]> {
		return read(
			sqlBuilder.select().from(serviceTokens).orderBy(desc(serviceTokens.createdAtMs)).limit(SHOWN),
			(rows) => rows.map(viewToken)
		);
	},

	/** Undoes the batch unless the token is known, not taken back and not over. */
	requireGood(tokenHash: Uint8Array, nowMs: number): Write {
		return requireFound(
			sqlBuilder
				.select({ id: serviceTokens.id })
				.from(serviceTokens)
				.where(isGood(tokenHash, nowMs)),
			UNKNOWN
		);
	},

	/** Once a minute is enough to tell whether somebody still uses it. */
	markUsed(tokenHash: Uint8Array, nowMs: number): Write {
		return write(
			sqlBuilder
				.update(serviceTokens)
				.set({ lastUsedAtMs: nowMs })
				.where(
					and(
						isGood(tokenHash, nowMs),
						or(
							isNull(serviceTokens.lastUsedAtMs),
							lt(serviceTokens.lastUsedAtMs, nowMs - MINUTE_MS)
						)
					)
				)
		);
	},

	findGood(tokenHash: Uint8Array, nowMs: number): Read<ServiceCaller | null> {
		return read(
			sqlBuilder.select().from(serviceTokens).where(isGood(tokenHash, nowMs)),
			([row]) => {
				if (!row) return null;
				const { id: tokenId, name, scopes, expiresAtMs } = viewToken(row);
				return { tokenId, name, scopes, expiresAtMs };
			}
		);
	},

	revoke(id: string, by: { readonly accountId: string; readonly nowMs: number }): Write {
		return writeIfHolds(
			sqlBuilder
				.update(serviceTokens)
				.set({ revokedAtMs: by.nowMs, revokedBy: by.accountId })
				.where(and(eq(serviceTokens.id, id), isNull(serviceTokens.revokedAtMs))),
			CHANGED
		);
	}
};

function viewToken(row: typeof serviceTokens.$inferSelect): ServiceToken {
	const { id, name, createdAtMs, expiresAtMs, lastUsedAtMs, revokedAtMs } = row;
	const names = row.scopes.split(' ');
	const scopes = SERVICE_SCOPES.filter((scope) => names.includes(scope));
	return { id, name, scopes, createdAtMs, expiresAtMs, lastUsedAtMs, revokedAtMs };
}
