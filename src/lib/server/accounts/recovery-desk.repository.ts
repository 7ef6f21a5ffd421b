/** Recovery cases as the desk sees them: read, checked, approved, printed. */
import { and, asc, eq, inArray, isNull, lte, ne, not, or, type SQL } from 'drizzle-orm';
import {
	LETTER_LIFETIME_MS,
	YOUNG_CONTACT_MS,
	type CaseFacts
} from '#lib/domain/accounts/recovery.ts';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import {
	read,
	requireFound,
	writeIfHolds,
	type Read,
	type Unmet,
	type Write
} from '#lib/server/db/client.ts';
import { openPolicyNumber } from '#lib/server/db/policy-number.ts';
import { accounts, recoveryCases } from '#lib/server/db/tables/accounts.ts';
import { contractLinks, contracts } from '#lib/server/db/tables/contracts.ts';
import { people } from '#lib/server/db/tables/people.ts';
import type { Cipher } from '#lib/server/platform/cipher.ts';
import { isOpen, openCase, unmet, type RecoveryCase } from './recovery-case-rows.ts';
import { isOwnCase, type StaffMember } from './recovery-own-cases.ts';

/** A case with what the rules of the desk look at. */
export type DeskCase = RecoveryCase &
	CaseFacts & {
		readonly accountCreatedAtMs: number;
		readonly isLetterPrinted: boolean;
	};

const requireCaseWhere = (condition: SQL | undefined, missing: Unmet) =>
	requireFound(
		sqlBuilder
			.select({ id: recoveryCases.id })
			.from(recoveryCases)
			.innerJoin(accounts, eq(accounts.id, recoveryCases.accountId))
			.where(condition),
		missing
	);

export function createRecoveryDeskRepository(cipher: Cipher) {
	const select = (staff: StaffMember) =>
		sqlBuilder
			.select({ found: recoveryCases, accounts, people, isOwn: isOwnCase(staff) })
			.from(recoveryCases)
			.innerJoin(accounts, eq(accounts.id, recoveryCases.accountId))
			.innerJoin(people, eq(people.id, accounts.personId))
			.$dynamic();

	async function open(
		row: Parameters<typeof openCase>[1] & { readonly isOwn: number }
	): Promise<DeskCase> {
		return {
			...(await openCase(cipher, row)),
			checkedBy: row.found.checkedBy,
			isLetterPrinted: row.found.letterCodeHash !== null,
			contactChangedAtMs: row.accounts.contactChangedAtMs,
			accountCreatedAtMs: row.accounts.createdAtMs,
			isOwn: row.isOwn === 1
		};
	}

	return {
		find(caseId: string, staff: StaffMember): Read<DeskCase | null> {
			return read(select(staff).where(eq(recoveryCases.id, caseId)), async ([row]) =>
				row ? open(row) : null
			);
		},

		/** Open cases of others, the oldest first. */
		listOpen(staff: StaffMember, limit: number): Read<readonly DeskCase[]> {
			return read(
				select(staff)
					.where(and(isOpen, not(isOwnCase(staff))))
					.orderBy(asc(recoveryCases.readyAtMs))
					.limit(limit),
				(rows) => Promise.all(rows.map(open))
			);
		},

		/** The conditions of a look: there is such a case, and it is not the reader's own. */
		requireCase(caseId: string, missing: Unmet): Write {
			return requireCaseWhere(eq(recoveryCases.id, caseId), missing);
		},
		requireOthersCase(caseId: string, staff: StaffMember, own: Unmet): Write {
			return requireCaseWhere(and(eq(recoveryCases.id, caseId), not(isOwnCase(staff))), own);
		},

		/** Numbers of the contracts the owner of the case has linked. */
		policyNumbers(caseId: string): Read<readonly string[]> {
			return read(
				sqlBuilder
					.select({ contract: contracts, holder: people })
					.from(recoveryCases)
					.innerJoin(contractLinks, eq(contractLinks.accountId, recoveryCases.accountId))
					.innerJoin(contracts, eq(contracts.id, contractLinks.contractId))
					.innerJoin(people, eq(people.id, contracts.policyholderId))
					.where(eq(recoveryCases.id, caseId))
					.limit(100),
				(rows) => Promise.all(rows.map((row) => openPolicyNumber(cipher, row.contract, row.holder)))
			);
		},

		/** The staff's check: not a millisecond before 72 hours are over (A23). */
		check(caseId: string, staffId: string, nowMs: number): Write {
			return writeIfHolds(
				sqlBuilder
					.update(recoveryCases)
					.set({ state: 'checked', checkedBy: staffId, checkedAtMs: nowMs })
					.where(
						and(
							eq(recoveryCases.id, caseId),
							eq(recoveryCases.state, 'waiting'),
							lte(recoveryCases.readyAtMs, nowMs)
						)
					),
				unmet('accounts/case-closed')
			);
		},

		/** The second signature: somebody else's, and for an address that is not young (A24). */
		approve(caseId: string, staffId: string, nowMs: number): Write {
			const settled = sqlBuilder
				.select({ id: accounts.id })
				.from(accounts)
				.where(
					or(
						isNull(accounts.contactChangedAtMs),
						lte(accounts.contactChangedAtMs, nowMs - YOUNG_CONTACT_MS)
					)
				);
			return writeIfHolds(
				sqlBuilder
					.update(recoveryCases)
					.set({ state: 'approved', approvedBy: staffId, approvedAtMs: nowMs })
					.where(
						and(
							eq(recoveryCases.id, caseId),
							eq(recoveryCases.state, 'checked'),
							ne(recoveryCases.checkedBy, staffId),
							lte(recoveryCases.readyAtMs, nowMs),
							inArray(recoveryCases.accountId, settled)
						)
					),
				unmet('accounts/case-closed')
			);
		},

		/** Staff refuse a case, in whatever open state it is. */
		refuse(caseId: string, nowMs: number): Write {
			return writeIfHolds(
				sqlBuilder
					.update(recoveryCases)
					.set({ state: 'cancelled', closedAtMs: nowMs })
					.where(and(eq(recoveryCases.id, caseId), isOpen)),
				unmet('accounts/case-closed')
			);
		},

		/** The letter's code exists once: it is made when the letter is printed, and printed once. */
		setLetter(caseId: string, letterCodeHash: Uint8Array, nowMs: number): Write {
			return writeIfHolds(
				sqlBuilder
					.update(recoveryCases)
					.set({ letterCodeHash, letterExpiresAtMs: nowMs + LETTER_LIFETIME_MS })
					.where(
						and(
							eq(recoveryCases.id, caseId),
							eq(recoveryCases.state, 'approved'),
							isNull(recoveryCases.letterCodeHash)
						)
					),
				unmet('accounts/letter-printed')
			);
		}
	};
}
