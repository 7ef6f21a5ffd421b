import { calendarDateOf } from '#lib/domain/calendar.ts';
import { maskIban, maskPolicyNumber } from '#lib/domain/contracts/contract.ts';
import type { AuditService } from '#lib/server/audit/audit.service.ts';
import type { Read, Write } from '#lib/server/db/client.ts';
import type { Clock } from '#lib/server/platform/clock.ts';
import type { AccountChangesRepository, StoppableChange } from './account-changes.repository.ts';
import { noticeWrites, type ContractReader, type NoticeParts } from './contract-notices.ts';

export type ReaderBeside = ContractReader & { readonly contractId: string };

export type AccountChangeStop = ReturnType<typeof createAccountChangeStop>;

/** The end of a new account that waits: told to everybody who was told of it, and logged (decision 0056). */
export function createAccountChangeStop(
	parts: NoticeParts & {
		readonly clock: Clock;
		readonly audit: Pick<AuditService, 'record'>;
		readonly accountChanges: Pick<AccountChangesRepository, 'close' | 'listWaiting'>;
	}
) {
	const { clock, audit, accountChanges } = parts;

	/** What goes with the stop of one change: letters, mails, log entry. */
	async function tell(
		change: StoppableChange,
		readers: readonly ContractReader[],
		accountId: string | null
	): Promise<readonly Write[]> {
		const nowMs = clock.nowMs();
		return [
			...(await noticeWrites(
				parts,
				{ contractId: change.contractId, readers, formerAddresses: [] },
				{
					topic: 'account-kept',
					plan: change.plan,
					policyNumberMasked: maskPolicyNumber(change.policyNumber),
					stoppedAtMs: nowMs,
					ibanMasked: maskIban(change.account.iban)
				},
				(address) => ({ template: 'bank-account-kept', ...address }),
				nowMs
			)),
			await audit.record({
				event: 'contract/account-change-stopped',
				objectRef: `contract:${change.contractId}`,
				accountId
			})
		];
	}

	return {
		tell,

		/** Changes that wait for any contract this account has linked. */
		listWaiting: (accountId: string): Read<readonly StoppableChange[]> =>
			accountChanges.listWaiting(accountId, calendarDateOf(clock.nowMs())),

		/**
		 * Stops all of them with "this was not me": whoever asked may have been the intruder, and the owner may
		 * ask again. Unlike a single stop it does not fail where somebody was faster.
		 */
		async stopAll(
			changes: readonly StoppableChange[],
			beside: readonly ReaderBeside[],
			accountId: string
		): Promise<readonly Write[]> {
			const nowMs = clock.nowMs();
			const stopped = changes.map(async (change) => {
				const readers = beside.filter(({ contractId }) => contractId === change.contractId);
				return [
					accountChanges.close(change.id, nowMs, calendarDateOf(nowMs)),
					...(await tell(change, readers, accountId))
				];
			});
			return (await Promise.all(stopped)).flat();
		}
	};
}
