import { requirePermission, type Actor } from '#lib/domain/actor.ts';
import { failed, ok, type Result } from '#lib/domain/result.ts';
import type { AuditNote } from '#lib/server/audit/audit.service.ts';
import type { Database, Read, Write } from '#lib/server/db/client.ts';
import type { Clock } from '#lib/server/platform/clock.ts';

export type StaffOwnContractsService = ReturnType<typeof createStaffOwnContractsService>;

/**
 * Staff who are insured here too, or pay for somebody, name the contract themselves. From then on
 * they decide nothing about it, whatever account a claim comes from (Z7, security.md 3.12). Nobody
 * takes a contract off their own list: that would open the door again.
 */
export function createStaffOwnContractsService(parts: {
	readonly db: Database;
	readonly clock: Clock;
	readonly audit: { record(note: AuditNote): Promise<Write> };
	readonly ownContracts: {
		numbersOf(accountId: string): Read<readonly string[]>;
		indexesOf(policyNumber: string): Promise<readonly Uint8Array[]>;
		findContract(indexes: readonly Uint8Array[]): Read<string | null>;
		insert(accountId: string, contractId: string, nowMs: number): Write;
	};
}) {
	const { db, clock, audit, ownContracts } = parts;
	return {
		/** Policy numbers of the contracts this member of staff has named. */
		async list(actor: Actor): Promise<Result<readonly string[]>> {
			const permission = requirePermission(actor, 'staff/name-own-contracts');
			if (!permission.ok) return permission;
			const [numbers] = await db.read(ownContracts.numbersOf(actor.accountId));
			return ok(numbers);
		},

		/**
		 * Names one more. Fails with the issue `policy-number-unknown`, or with
		 * `staff/own-contract-known`. A failed try is logged: numbers could be guessed here.
		 */
		async name(actor: Actor, policyNumber: string): Promise<Result<void>> {
			const permission = requirePermission(actor, 'staff/name-own-contracts');
			if (!permission.ok) return permission;
			const indexes = await ownContracts.indexesOf(policyNumber);
			const [contractId] = await db.read(ownContracts.findContract(indexes));
			const note = {
				event: 'staff/own-contract-named',
				accountId: actor.accountId
			} as const;
			if (contractId === null) {
				await db.commit(
					await audit.record({ ...note, objectRef: 'contract:none', outcome: 'failure' })
				);
				return failed('invalid', 'portal/invalid-input', { policyNumber: 'policy-number-unknown' });
			}
			return db.commit(
				ownContracts.insert(actor.accountId, contractId, clock.nowMs()),
				await audit.record({ ...note, objectRef: `contract:${contractId}` })
			);
		}
	};
}
