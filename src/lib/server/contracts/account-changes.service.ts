import { encodeBase64 } from '@oslojs/encoding';
import { needsStaffAfterRecovery } from '#lib/domain/accounts/recovery.ts';
import { requirePermission, type Actor } from '#lib/domain/actor.ts';
import { calendarDateOf } from '#lib/domain/calendar.ts';
import {
	accountHoldsFrom,
	accountOn,
	waitingChange,
	type AccountChangeInput
} from '#lib/domain/contracts/bank-account.ts';
import { mayAtContract } from '#lib/domain/contracts/contract-access.ts';
import { maskIban, maskPolicyNumber } from '#lib/domain/contracts/contract.ts';
import type { Operator } from '#lib/domain/operator.ts';
import { failed, NOT_FOUND, type Result } from '#lib/domain/result.ts';
import type { StepUpService } from '#lib/server/accounts/step-up.service.ts';
import type { Database, Read, Write } from '#lib/server/db/client.ts';
import type { WrappedKey } from '#lib/server/platform/cipher.ts';
import type { Clock } from '#lib/server/platform/clock.ts';
import type { FindBank } from '#lib/server/platform/german-banks.ts';
import { hashToken, normaliseCode, type Ids } from '#lib/server/platform/ids.ts';
import type { AccountChangeStop } from './account-change-stop.ts';
import type { AccountChangesRepository, StoppableChange } from './account-changes.repository.ts';
import type { AccountChangePayload } from './contract-acts.ts';
import type { Address, ContractReader } from './contract-notices.ts';
import type { ContractsRepository } from './contracts.repository.ts';

const ENDED = failed('conflict', 'contracts/account-change-ended');

type Reader = ContractReader & {
	readonly key: WrappedKey;
	readonly recoveredAtMs: number | null;
};
type Former = Address & { readonly key: WrappedKey };

export type AccountChangesService = ReturnType<typeof createAccountChangesService>;

/** Where a contract is paid to, and how that changes: proven, announced, delayed (decision 0056). */
export function createAccountChangesService(parts: {
	readonly db: Database;
	readonly clock: Clock;
	readonly ids: Ids;
	readonly changeStop: Pick<AccountChangeStop, 'tell'>;
	readonly stepUp: Pick<StepUpService, 'ask'>;
	readonly contracts: Pick<ContractsRepository, 'findOfAccount'>;
	readonly accountChanges: AccountChangesRepository;
	readonly readers: { listOfContract(contractId: string): Read<readonly Reader[]> };
	readonly emailLinks: {
		listFormerAddresses(contractId: string, nowMs: number): Read<readonly Former[]>;
	};
	readonly normaliseIban: (typed: string) => string | null;
	readonly findBank: FindBank;
	readonly operator: Pick<Operator, 'payments'>;
}) {
	const { db, clock, ids, accountChanges, readers } = parts;
	const today = () => calendarDateOf(clock.nowMs());

	/** The batch that stops a change and tells everybody, from the page or from a mail's link. */
	async function stopWrites(
		change: StoppableChange,
		told: readonly Reader[],
		accountId: string | null
	): Promise<readonly Write[]> {
		return [
			accountChanges.stop(change.id, clock.nowMs(), today(), ENDED.error),
			...(await parts.changeStop.tell(change, told, accountId))
		];
	}

	return {
		/**
		 * Asks for another account. Nothing changes before the proof, and nothing is paid to it before
		 * the operator's days of waiting are over. Fails with `portal/invalid-input` for an IBAN that is
		 * none or is the one in use, `contracts/account-change-waiting` while another change waits, and
		 * `portal/not-found` for anybody but the contract's policyholder.
		 */
		async ask(
			actor: Actor,
			sessionId: string,
			contractId: string,
			input: AccountChangeInput
		): Promise<Result<{ readonly id: string }>> {
			const permission = requirePermission(actor, 'contract/change-account');
			if (!permission.ok) return permission;
			const iban = parts.normaliseIban(input.iban);
			if (iban === null) return failed('invalid', 'portal/invalid-input', { iban: 'iban-invalid' });
			const nowMs = clock.nowMs();
			const [contract, changes, told, formerAddresses] = await db.read(
				parts.contracts.findOfAccount(actor.accountId, contractId, today()),
				accountChanges.listOfAccount(actor.accountId),
				readers.listOfContract(contractId),
				parts.emailLinks.listFormerAddresses(contractId, nowMs)
			);
			if (!contract || !mayAtContract(contract.link, 'change-account')) return NOT_FOUND;
			const own = changes.filter((change) => change.contractId === contractId);
			if (waitingChange(own, today())) {
				return failed('conflict', 'contracts/account-change-waiting');
			}
			const held = accountOn(contract.firstAccount, own, today());
			if (held.account.iban === iban) {
				return failed('invalid', 'portal/invalid-input', { iban: 'iban-same' });
			}
			const changeId = ids.newId();
			const bank = await parts.findBank(iban);
			const sealed = await accountChanges.seal(
				{ id: changeId, policyholderId: contract.policyholderId },
				{ holder: input.holder, iban, bic: bank?.bic ?? null, bankName: bank?.name ?? null }
			);
			const payload: AccountChangePayload = {
				...{ changeId, contractId, iban, holder: input.holder, plan: contract.plan },
				policyNumberMasked: maskPolicyNumber(contract.policyNumber),
				oldIbanMasked: maskIban(held.account.iban),
				holdsFrom: accountHoldsFrom(today(), parts.operator.payments.newAccount.waitDays),
				// Whoever of them came back by letter: a person looks at each payment to it (security.md 3.5).
				isAfterRecovery: told.some((one) => needsStaffAfterRecovery(one.recoveredAtMs, nowMs)),
				sealedAccount: encodeBase64(sealed),
				readers: told.map(({ accountId, ...reader }) => ({ accountId, ...addressOf(reader) })),
				formerAddresses: formerAddresses.map(addressOf),
				keys: [...told, ...formerAddresses].map(({ personId, key }) => ({
					personId,
					wrappedKey: encodeBase64(key.wrappedKey),
					rootVersion: key.rootVersion
				}))
			};
			return parts.stepUp.ask(actor, sessionId, 'bank-account/change', payload);
		},

		/**
		 * Stops a change that waits. Only closes something, so it asks for no proof. Fails with
		 * `contracts/account-change-ended` where none waits.
		 */
		async cancel(actor: Actor, contractId: string): Promise<Result<void>> {
			const permission = requirePermission(actor, 'contract/change-account');
			if (!permission.ok) return permission;
			const [change, told] = await db.read(
				accountChanges.findWaiting(actor.accountId, contractId, today()),
				readers.listOfContract(contractId)
			);
			if (!change) return ENDED;
			return db.commit(...(await stopWrites(change, told, actor.accountId)));
		},

		/**
		 * The same from the link of a mail, for whoever holds the mailbox and need not be signed in.
		 * Fails with `contracts/account-change-ended` once the day has come, or it was stopped already.
		 */
		async stopByMail(typedCode: string): Promise<Result<void>> {
			const stopHash = await hashToken(normaliseCode(typedCode));
			const [change] = await db.read(accountChanges.findByStopHash(stopHash, today()));
			if (!change) return ENDED;
			const [told] = await db.read(readers.listOfContract(change.contractId));
			return db.commit(...(await stopWrites(change, told, null)));
		}
	};
}

function addressOf({ personId, to, language, name }: Address): Address {
	return { personId, to, language, name };
}
