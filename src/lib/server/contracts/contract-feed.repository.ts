import { and, eq } from 'drizzle-orm';
import type { ContractTerms } from '#lib/domain/contracts/contract-record.ts';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import { read, write, writeIfHolds, type Read, type Write } from '#lib/server/db/client.ts';
import { contracts } from '#lib/server/db/tables/contracts.ts';
import { serviceCalls } from '#lib/server/db/tables/service-tokens.ts';

const CALLED = { kind: 'conflict', code: 'contracts/called-meanwhile' } as const;
const GONE = { kind: 'conflict', code: 'contracts/called-meanwhile' } as const;

export type KnownCall = { readonly bodyDigest: string; readonly answer: string };

export type ContractFeedRepository = typeof contractFeedRepository;

/** What the insurer's own system changes of contracts, each call counted once. */
export const contractFeedRepository = {
	findCall(tokenId: string, idempotencyKey: string): Read<KnownCall | null> {
		return read(
			sqlBuilder
				.select({ bodyDigest: serviceCalls.bodyDigest, answer: serviceCalls.answer })
				.from(serviceCalls)
				.where(
					and(eq(serviceCalls.tokenId, tokenId), eq(serviceCalls.idempotencyKey, idempotencyKey))
				),
			([row]) => row ?? null
		);
	},

	/** Of two calls with one key at once, one is undone whole and asked to come again. */
	insertCall(call: typeof serviceCalls.$inferInsert): Write {
		return write(sqlBuilder.insert(serviceCalls).values(call), CALLED);
	},

	updateTerms(contractId: string, terms: ContractTerms): Write {
		return writeIfHolds(
			sqlBuilder.update(contracts).set(terms).where(eq(contracts.id, contractId)),
			GONE
		);
	}
};
