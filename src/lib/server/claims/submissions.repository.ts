import { and, eq, ne } from 'drizzle-orm';
import * as v from 'valibot';
import type { Actor } from '#lib/domain/actor.ts';
import { submissionSchema, type Submission } from '#lib/domain/claims/claim.schema.ts';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import {
	read,
	write,
	writeIfHolds,
	type Read,
	type Unmet,
	type Write
} from '#lib/server/db/client.ts';
import { claims, submissions } from '#lib/server/db/tables/claims.ts';
import type { Cell, Cipher } from '#lib/server/platform/cipher.ts';

export type StoredSubmission = {
	readonly id: string;
	readonly manifestHash: string;
	readonly state: 'open' | 'committed' | 'withdrawn';
	/** Null once withdrawn: what was not handed in is not kept. */
	readonly submission: Submission | null;
	/** The claim it became. */
	readonly claim: {
		readonly id: string;
		readonly number: string;
		readonly submittedAtMs: number;
	} | null;
	/** As it was stored with the claim; null for one made before receipts were signed. */
	readonly receiptSignature: Uint8Array | null;
};

type Owner = Pick<Actor, 'accountId' | 'personId'>;

/** Where a submission is sealed, under its owner's key. */
export const manifestCell = (rowId: string, owner: Owner): Cell => ({
	table: 'submissions',
	column: 'manifest',
	rowId,
	personId: owner.personId
});

const storedSchema = v.nullable(submissionSchema);

export type SubmissionsRepository = ReturnType<typeof createSubmissionsRepository>;

/** What devices want to hand in. Owners act for themselves: their key was learnt with the session. */
export function createSubmissionsRepository(cipher: Cipher) {
	return {
		/** Keeps a submission unless its id is known or its draft has a live one already. */
		async insertIfNew(
			owner: Owner,
			fresh: {
				readonly id: string;
				readonly manifestHash: string;
				readonly submission: Submission;
				readonly nowMs: number;
			}
		): Promise<Write> {
			return write(
				sqlBuilder
					.insert(submissions)
					.values({
						id: fresh.id,
						accountId: owner.accountId,
						draftId: fresh.submission.draftId,
						manifestHash: fresh.manifestHash,
						manifest: await cipher.sealJson(manifestCell(fresh.id, owner), fresh.submission),
						state: 'open',
						createdAtMs: fresh.nowMs
					})
					.onConflictDoNothing()
			);
		},

		find(id: string, owner: Owner): Read<StoredSubmission | null> {
			return read(
				sqlBuilder
					.select({
						submission: submissions,
						claim: { id: claims.id, number: claims.number, submittedAtMs: claims.submittedAtMs }
					})
					.from(submissions)
					.leftJoin(claims, eq(claims.submissionId, submissions.id))
					.where(and(eq(submissions.id, id), eq(submissions.accountId, owner.accountId))),
				async ([row]) => {
					if (!row) return null;
					const manifest = await cipher.openJson(manifestCell(id, owner), row.submission.manifest);
					return {
						id,
						manifestHash: row.submission.manifestHash,
						state: row.submission.state,
						submission: v.parse(storedSchema, manifest),
						claim: row.claim,
						receiptSignature: row.submission.receiptSignature
					};
				}
			);
		},

		/** The id of the submission a draft is in, withdrawn ones aside. */
		findLiveOfDraft(accountId: string, draftId: string): Read<string | null> {
			return read(
				sqlBuilder
					.select({ id: submissions.id })
					.from(submissions)
					.where(
						and(
							eq(submissions.accountId, accountId),
							eq(submissions.draftId, draftId),
							ne(submissions.state, 'withdrawn')
						)
					),
				([row]) => row?.id ?? null
			);
		},

		/** Turns an open submission into a committed one, once, with the signature of its receipt. */
		commit(id: string, accountId: string, receiptSignature: Uint8Array, unmet: Unmet): Write {
			return writeIfHolds(
				sqlBuilder
					.update(submissions)
					.set({ state: 'committed', receiptSignature })
					.where(
						and(
							eq(submissions.id, id),
							eq(submissions.accountId, accountId),
							eq(submissions.state, 'open')
						)
					),
				unmet
			);
		},

		/** Withdraws an open submission and forgets its content; any other stays as it is. */
		async withdraw(id: string, owner: Owner): Promise<Write> {
			return write(
				sqlBuilder
					.update(submissions)
					.set({
						state: 'withdrawn',
						manifest: await cipher.sealJson(manifestCell(id, owner), null)
					})
					.where(
						and(
							eq(submissions.id, id),
							eq(submissions.accountId, owner.accountId),
							eq(submissions.state, 'open')
						)
					)
			);
		}
	};
}
