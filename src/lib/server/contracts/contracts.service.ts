import { LIMITS } from '#lib/domain/accounts/throttle.ts';
import { requirePermission, type Actor } from '#lib/domain/actor.ts';
import { calendarDateOf, type CalendarDate } from '#lib/domain/calendar.ts';
import type { OfflineContract } from '#lib/domain/claims/submission.ts';
import {
	accountHoldsFrom,
	accountOn,
	waitingChange,
	type AccountChange
} from '#lib/domain/contracts/bank-account.ts';
import {
	maskIban,
	maskPolicyNumber,
	summariseContract,
	type ContractSummary,
	type LinkInput
} from '#lib/domain/contracts/contract.ts';
import { coverYears, type YearCover } from '#lib/domain/contracts/cover.ts';
import type { Money } from '#lib/domain/money.ts';
import type { OwnRequest } from '#lib/domain/contracts/requests.ts';
import { OPERATOR } from '#lib/domain/operator.ts';
import { failed, NOT_FOUND, ok, type Result } from '#lib/domain/result.ts';
import type { ThrottleService } from '#lib/server/accounts/throttle.service.ts';
import type { AuditService } from '#lib/server/audit/audit.service.ts';
import type { Database } from '#lib/server/db/client.ts';
import type { Cipher } from '#lib/server/platform/cipher.ts';
import type { Clock } from '#lib/server/platform/clock.ts';
import { isEqualInConstantTime } from '#lib/server/platform/passwords.ts';
import { createAccountChangesRepository } from './account-changes.repository.ts';
import { createRequestsRepository } from './requests.repository.ts';
import { createContractsRepository, type Contract } from './contracts.repository.ts';

export type ContractView = ContractSummary & {
	readonly policyholderName: string;
	readonly insuredPersons: readonly {
		readonly id: string;
		readonly name: string;
		readonly dateOfBirth: string | null;
		/** Deductible and maximum of the insurance year that runs, and of those in which something was used. */
		readonly cover: readonly YearCover[];
	}[];
	readonly bankAccount: {
		readonly holder: string;
		readonly ibanMasked: string;
		readonly bankName: string | null;
		/** Since when it holds; null for the one the contract began with. */
		readonly since: CalendarDate | null;
	};
	/** A change that can still be stopped. */
	readonly accountChange: {
		readonly holder: string;
		readonly ibanMasked: string;
		readonly askedAtMs: number;
		readonly holdsFrom: CalendarDate;
	} | null;
	/** From when an account would count that is proven today. */
	readonly nextAccountHoldsFrom: CalendarDate;
	/** What was asked for and how it was answered, newest first. */
	readonly requests: readonly OwnRequest[];
	readonly currency: string;
	readonly maximum: Money | null;
};

export type ContractsService = ReturnType<typeof createContractsService>;

export function createContractsService(parts: {
	readonly db: Database;
	readonly cipher: Cipher;
	readonly clock: Clock;
	readonly audit: Pick<AuditService, 'record'>;
	readonly throttle: Pick<ThrottleService, 'book' | 'refuse'>;
}) {
	const { db, clock, audit, throttle } = parts;
	const contracts = createContractsRepository(parts.cipher);
	const accountChanges = createAccountChangesRepository(parts.cipher);
	const requests = createRequestsRepository(parts.cipher);
	const today = () => calendarDateOf(clock.nowMs());
	/** Where this contract is paid to today; the list may hold changes of others. */
	const heldBy = (contract: Contract, changes: readonly AccountChange[]) =>
		accountOn(
			contract.firstAccount,
			changes.filter((change) => change.contractId === contract.id),
			today()
		).account;

	return {
		/**
		 * Links a contract to the account. All three facts must be right; which one was wrong is not
		 * told. Fails with `contracts/link-refused`, `contracts/already-linked`, and
		 * `portal/limit-reached` after ten tries a day.
		 */
		async link(actor: Actor, input: LinkInput): Promise<Result<{ readonly contractId: string }>> {
			const permission = requirePermission(actor, 'contract/link');
			if (!permission.ok) return permission;
			const indexes = await contracts.policyNumberIndex(input.policyNumber);
			// Counted by who tries and not by letter: a stranger must not be able to use a letter up.
			const bounds = {
				scope: 'contracts/link',
				key: actor.accountId,
				limit: LIMITS.contractLinks,
				accountId: actor.accountId
			};
			const asked = await db.commitAndRead(
				[],
				[
					await throttle.book(bounds.scope, bounds.key, bounds.limit),
					contracts.findByPolicyNumber(indexes),
					contracts.insuredByPolicyNumber(indexes),
					contracts.listOfAccount(actor.accountId)
				]
			);
			if (!asked.ok) return asked;
			const [isLetThrough, contract, insured, own] = asked.value;
			if (!isLetThrough) return throttle.refuse(bounds);
			if (contract && own.some((linked) => linked.id === contract.id)) {
				return failed('conflict', 'contracts/already-linked');
			}
			const typedHashes = await contracts.activationHashes(input.activationCode);
			const storedHash = contract?.activationHash ?? null;
			const isProven =
				contract !== null &&
				storedHash !== null &&
				typedHashes.some((typed) => isEqualInConstantTime(storedHash, typed)) &&
				insured.some((person) => person.profile.dateOfBirth === input.dateOfBirth);
			if (!isProven) {
				await db.commit(
					await audit.record({
						event: 'contract/link-failed',
						outcome: 'failure',
						objectRef: contract ? `contract:${contract.id}` : 'contract:unknown',
						accountId: actor.accountId
					})
				);
				return failed('invalid', 'contracts/link-refused');
			}
			const done = await db.commit(
				contracts.link(contract, actor.accountId, clock.nowMs()),
				await audit.record({
					event: 'contract/linked',
					objectRef: `contract:${contract.id}`,
					accountId: actor.accountId
				})
			);
			return done.ok ? ok({ contractId: contract.id }) : done;
		},

		/** The contracts the actor has linked, oldest link first. */
		async list(actor: Actor): Promise<Result<readonly ContractSummary[]>> {
			const permission = requirePermission(actor, 'contract/read-own');
			if (!permission.ok) return permission;
			const [own, insured] = await db.read(
				contracts.listOfAccount(actor.accountId),
				contracts.insuredOfAccount(actor.accountId)
			);
			return ok(own.map((contract) => summariseContract(contract, insured, today())));
		},

		/** One contract with what its people have used of it; `portal/not-found` for anybody else's. */
		async get(actor: Actor, contractId: string): Promise<Result<ContractView>> {
			const permission = requirePermission(actor, 'contract/read-own');
			if (!permission.ok) return permission;
			const [contract, insured, uses, changes, asked] = await db.read(
				contracts.findOfAccount(actor.accountId, contractId),
				contracts.insuredOfContract(actor.accountId, contractId),
				contracts.coverUses(contractId),
				accountChanges.listOfAccount(actor.accountId),
				requests.listOfContract(actor.accountId, contractId)
			);
			if (!contract) return NOT_FOUND;
			const own = changes.filter((change) => change.contractId === contractId);
			const held = accountOn(contract.firstAccount, own, today());
			const waiting = waitingChange(own, today());
			const money = (amountMinor: number): Money => ({ amountMinor, currency: contract.currency });
			return ok({
				...summariseContract(contract, insured, today()),
				policyholderName: contract.policyholderName,
				insuredPersons: insured.map(({ personId, name, profile }) => ({
					id: personId,
					name,
					dateOfBirth: profile.dateOfBirth,
					cover: coverYears(
						contract,
						uses.filter((use) => use.insuredPersonId === personId),
						today()
					)
				})),
				bankAccount: {
					holder: held.account.holder,
					ibanMasked: maskIban(held.account.iban),
					bankName: held.account.bankName,
					since: held.since
				},
				accountChange: waiting && {
					holder: waiting.account.holder,
					ibanMasked: maskIban(waiting.account.iban),
					askedAtMs: waiting.askedAtMs,
					holdsFrom: waiting.holdsFrom
				},
				nextAccountHoldsFrom: accountHoldsFrom(today(), OPERATOR.payments.newAccount.waitDays),
				requests: asked,
				currency: contract.currency,
				maximum: contract.maximumMinor === null ? null : money(contract.maximumMinor)
			});
		},

		/**
		 * The whole IBAN of the contract's account, for the one answer that asked for it (D8). The look is
		 * noted in the batch that reads it, in the owner's own log. `portal/not-found` for anybody else's.
		 */
		async revealAccount(
			actor: Actor,
			contractId: string
		): Promise<Result<{ readonly iban: string }>> {
			const permission = requirePermission(actor, 'contract/read-own');
			if (!permission.ok) return permission;
			const done = await db.commitAndRead(
				[
					contracts.requireLinked(actor.accountId, contractId, NOT_FOUND.error),
					await audit.record({
						event: 'contract/account-revealed',
						objectRef: `contract:${contractId}`,
						accountId: actor.accountId
					})
				],
				[
					contracts.findOfAccount(actor.accountId, contractId),
					accountChanges.listOfAccount(actor.accountId)
				]
			);
			if (!done.ok) return done;
			const [contract, changes] = done.value;
			return contract ? ok({ iban: heldBy(contract, changes).iban }) : NOT_FOUND;
		},

		/** What the device keeps, encrypted, so that a claim can be filled in with no network. */
		async listForDevice(
			actor: Actor
		): Promise<Result<{ readonly contracts: readonly OfflineContract[] }>> {
			const permission = requirePermission(actor, 'contract/read-own');
			if (!permission.ok) return permission;
			const [own, insured, changes] = await db.read(
				contracts.listOfAccount(actor.accountId),
				contracts.insuredOfAccount(actor.accountId),
				accountChanges.listOfAccount(actor.accountId)
			);
			return ok({
				contracts: own.map((contract) => ({
					id: contract.id,
					policyNumberMasked: maskPolicyNumber(contract.policyNumber),
					plan: contract.plan,
					startsOn: contract.startsOn,
					endsOn: contract.endsOn,
					currency: contract.currency,
					insuredPersons: insured
						.filter((person) => person.contractId === contract.id)
						.map((person) => ({ id: person.personId, name: person.name })),
					bankAccountMasked: maskIban(heldBy(contract, changes).iban)
				}))
			});
		}
	};
}
