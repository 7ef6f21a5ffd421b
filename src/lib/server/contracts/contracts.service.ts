import { LIMITS } from '#lib/domain/accounts/throttle.ts';
import { requirePermission, type Actor } from '#lib/domain/actor.ts';
import { calendarDateOf, type CalendarDate } from '#lib/domain/calendar.ts';
import type { HandedInBill } from '#lib/domain/claims/same-bill.ts';
import type { DeviceKit } from '#lib/domain/claims/submission.ts';
import { accountOn, type AccountChange } from '#lib/domain/contracts/bank-account.ts';
import {
	coverStateOn,
	maskIban,
	maskPolicyNumber,
	summariseContract,
	type ContractSummary,
	type LinkInput
} from '#lib/domain/contracts/contract.ts';
import { mayAtContract } from '#lib/domain/contracts/contract-access.ts';
import { POLICY_TERMS } from '#lib/domain/contracts/operator-terms.ts';
import { termsOfContract, type PolicyTerms } from '#lib/domain/contracts/policy-terms.ts';
import type { DocumentName } from '#lib/domain/documents/document-name.ts';
import { claimFieldsOf } from '#lib/domain/operator.ts';
import { failed, NOT_FOUND, ok, type Result } from '#lib/domain/result.ts';
import type { ThrottleService } from '#lib/server/accounts/throttle.service.ts';
import type { AuditService } from '#lib/server/audit/audit.service.ts';
import type { Database, Read, Write } from '#lib/server/db/client.ts';
import type { Cipher } from '#lib/server/platform/cipher.ts';
import type { Clock } from '#lib/server/platform/clock.ts';
import { isEqualInConstantTime } from '#lib/server/platform/passwords.ts';
import { createAccountChangesRepository } from './account-changes.repository.ts';
import { createRequestsRepository } from './requests.repository.ts';
import { createProofsRepository, type StoredProof } from './proofs.repository.ts';
import {
	viewContract,
	viewTerms,
	type ContractView,
	type TermsView,
	type TreatmentTicket
} from './contract-views.ts';
import { noticeWrites, type ContractReader, type NoticeParts } from './contract-notices.ts';
import { contractSharesRepository, type Invitation } from './contract-shares.repository.ts';
import { createContractsRepository, type Contract } from './contracts.repository.ts';

/** A contract's page, with what is wanted to prove insurability; nothing for whoever answers for none of it. */
export type ContractPage = ContractView & {
	readonly proofs: readonly Pick<StoredProof, 'state' | 'dueOn'>[];
	/** The newest of what lies in the reader's own mailbox about it. */
	readonly documents: readonly ContractDocument[];
};

export type ContractDocument = {
	readonly id: string;
	readonly name: DocumentName;
	readonly claimNumber: string | null;
	readonly createdAtMs: number;
	readonly isUnread: boolean;
};

export type ContractsService = ReturnType<typeof createContractsService>;

export function createContractsService(
	parts: NoticeParts & {
		readonly db: Database;
		readonly cipher: Cipher;
		readonly clock: Clock;
		/** Who is told that somebody has used their code. */
		readonly readers: {
			listOfInvitation(codeHashes: readonly Uint8Array[]): Read<readonly ContractReader[]>;
		};
		readonly handedIn: {
			listBillsOf(accountId: string, today: CalendarDate): Read<readonly HandedInBill[]>;
		};
		readonly documents: {
			listOfContract(
				contractId: string,
				accountId: string,
				today: CalendarDate
			): Read<
				readonly (Omit<ContractDocument, 'isUnread'> & { readonly readAtMs: number | null })[]
			>;
		};
		readonly audit: Pick<AuditService, 'record'>;
		readonly throttle: Pick<ThrottleService, 'book' | 'refuse'>;
	}
) {
	const shares = contractSharesRepository;
	const { db, clock, audit, throttle } = parts;
	const contracts = createContractsRepository(parts.cipher);
	const accountChanges = createAccountChangesRepository(parts.cipher);
	const requests = createRequestsRepository(parts.cipher);
	const proofs = createProofsRepository(parts.cipher);
	const today = () => calendarDateOf(clock.nowMs());
	/** Where this contract is paid to today; the list may hold changes of others. */
	const heldBy = (contract: Contract, changes: readonly AccountChange[]) =>
		accountOn(
			contract.firstAccount,
			changes.filter((change) => change.contractId === contract.id),
			today()
		).account;

	/** Whoever has given a code away reads that it was used: a stranger may have found it. */
	async function tellOfUse(
		contract: Contract,
		{ role, scope, endsOn }: Invitation,
		holders: readonly ContractReader[],
		nowMs: number
	): Promise<readonly Write[]> {
		if (role === 'policyholder') return [];
		return noticeWrites(
			parts,
			{ contractId: contract.id, readers: holders, formerAddresses: [] },
			{
				...{ topic: 'access-used', plan: contract.plan, role, scope, endsOn, atMs: nowMs },
				policyNumberMasked: maskPolicyNumber(contract.policyNumber)
			},
			(address) => ({ template: 'new-document', ...address }),
			nowMs
		);
	}

	return {
		/**
		 * Links a contract to the account, by the insurer's letter as its policyholder or by a code of the
		 * policyholder as somebody else. All three facts must be right; which one was wrong is not told. Fails with `contracts/link-refused`, `contracts/already-linked`, and
		 * `portal/limit-reached` after ten tries a day.
		 */
		async link(actor: Actor, input: LinkInput): Promise<Result<{ readonly contractId: string }>> {
			const permission = requirePermission(actor, 'contract/link');
			if (!permission.ok) return permission;
			const indexes = await contracts.policyNumberIndex(input.policyNumber);
			const typedHashes = await contracts.activationHashes(input.activationCode);
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
					contracts.listOfAccount(actor.accountId, today()),
					shares.findInvitation(typedHashes, clock.nowMs()),
					parts.readers.listOfInvitation(typedHashes)
				]
			);
			if (!asked.ok) return asked;
			const [isLetThrough, contract, insured, own, invitation, holders] = asked.value;
			if (!isLetThrough) return throttle.refuse(bounds);
			if (contract && own.some((linked) => linked.id === contract.id)) {
				return failed('conflict', 'contracts/already-linked');
			}
			const storedHash = contract?.activationHash ?? null;
			const bornThen = insured.filter(({ profile }) => profile.dateOfBirth === input.dateOfBirth);
			const hasLetter =
				storedHash !== null &&
				typedHashes.some((typed) => isEqualInConstantTime(storedHash, typed)) &&
				bornThen.length > 0;
			// The code of the policyholder: an insured person proves with their own birthday who they are.
			const invited =
				invitation?.contractId === contract?.id &&
				bornThen.some(({ personId }) => (invitation?.personId ?? personId) === personId)
					? invitation
					: null;
			if (!contract || (!hasLetter && !invited)) {
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
			const nowMs = clock.nowMs();
			const done = await db.commit(
				invited
					? shares.accept(invited, actor.accountId, today(), nowMs)
					: contracts.link(contract, actor.accountId, nowMs),
				...(invited ? await tellOfUse(contract, invited, holders, nowMs) : []),
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
				contracts.listOfAccount(actor.accountId, today()),
				contracts.insuredOfAccount(actor.accountId, today())
			);
			return ok(own.map((contract) => summariseContract(contract, insured, today())));
		},

		/** One contract with what its people have used of it; `portal/not-found` for anybody else's. */
		async get(actor: Actor, contractId: string): Promise<Result<ContractPage>> {
			const permission = requirePermission(actor, 'contract/read-own');
			if (!permission.ok) return permission;
			const [contract, insured, uses, changes, asked, wanted, letters] = await db.read(
				contracts.findOfAccount(actor.accountId, contractId, today()),
				contracts.insuredOfContract(actor.accountId, contractId, today()),
				contracts.coverUses(contractId),
				accountChanges.listOfAccount(actor.accountId),
				requests.listOfContract(actor.accountId, contractId),
				proofs.listOfContract(contractId, actor.accountId, today()),
				parts.documents.listOfContract(contractId, actor.accountId, today())
			);
			if (!contract) return NOT_FOUND;
			const own = changes.filter((change) => change.contractId === contractId);
			const view = viewContract(
				contract,
				{ insured, uses, changes: own, requests: asked },
				today()
			);
			return ok({
				...view,
				proofs: wanted.map(({ state, dueOn }) => ({ state, dueOn })),
				documents: letters.map(({ id, name, claimNumber, createdAtMs, readAtMs }) => ({
					...{ id, name, claimNumber, createdAtMs, isUnread: readAtMs === null }
				}))
			});
		},

		/** The text of a version that holds or has held for a contract; `portal/not-found` for any other. */
		async getTerms(
			actor: Actor,
			contractId: string,
			termsId: string
		): Promise<Result<TermsView & Pick<PolicyTerms, 'text'>>> {
			const permission = requirePermission(actor, 'contract/read-own');
			if (!permission.ok) return permission;
			const [contract] = await db.read(
				contracts.findOfAccount(actor.accountId, contractId, today())
			);
			const held =
				contract &&
				termsOfContract(POLICY_TERMS, contract).find(({ terms }) => terms.id === termsId);
			return held ? ok({ ...viewTerms(held, today()), text: held.terms.text }) : NOT_FOUND;
		},

		/**
		 * What a practice needs to know of an insured person, while the cover runs. `portal/not-found` for
		 * anybody whose matters the actor may not see (decision 0064), and outside the cover.
		 */
		async getTicket(
			actor: Actor,
			contractId: string,
			personId: string
		): Promise<Result<TreatmentTicket>> {
			const permission = requirePermission(actor, 'contract/read-own');
			if (!permission.ok) return permission;
			const [contract, insured] = await db.read(
				contracts.findOfAccount(actor.accountId, contractId, today()),
				contracts.insuredOfContract(actor.accountId, contractId, today())
			);
			const person = insured.find((candidate) => candidate.personId === personId);
			if (!contract || !person?.isOpen || coverStateOn(contract, today()) !== 'active') {
				return NOT_FOUND;
			}
			return ok({
				...{ name: person.name, dateOfBirth: person.profile.dateOfBirth },
				...{ policyNumber: contract.policyNumber, plan: contract.plan },
				...{ startsOn: contract.startsOn, endsOn: contract.endsOn, issuedOn: today() }
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
					contracts.requireLinked(
						{ accountId: actor.accountId, role: 'policyholder' },
						contractId,
						NOT_FOUND.error
					),
					await audit.record({
						event: 'contract/account-revealed',
						objectRef: `contract:${contractId}`,
						accountId: actor.accountId
					})
				],
				[
					contracts.findOfAccount(actor.accountId, contractId, today()),
					accountChanges.listOfAccount(actor.accountId)
				]
			);
			if (!done.ok) return done;
			const [contract, changes] = done.value;
			return contract ? ok({ iban: heldBy(contract, changes).iban }) : NOT_FOUND;
		},

		/** What the device keeps, encrypted, so that a claim can be filled in with no network. */
		async listForDevice(actor: Actor): Promise<Result<DeviceKit>> {
			const permission = requirePermission(actor, 'contract/read-own');
			if (!permission.ok) return permission;
			const [own, insured, changes, bills] = await db.read(
				contracts.listOfAccount(actor.accountId, today()),
				contracts.insuredOfAccount(actor.accountId, today()),
				accountChanges.listOfAccount(actor.accountId),
				parts.handedIn.listBillsOf(actor.accountId, today())
			);
			return ok({
				bills,
				// Whoever may hand in for nobody has nothing to fill in.
				contracts: own
					.filter(({ link }) => mayAtContract(link, 'claim'))
					.map((contract) => ({
						id: contract.id,
						policyNumberMasked: maskPolicyNumber(contract.policyNumber),
						plan: contract.plan,
						startsOn: contract.startsOn,
						endsOn: contract.endsOn,
						currency: contract.currency,
						insuredPersons: insured
							.filter((person) => person.contractId === contract.id && person.isOpen)
							.map((person) => ({ id: person.personId, name: person.name })),
						bankAccountMasked: maskIban(heldBy(contract, changes).iban),
						asks: claimFieldsOf(contract.plan)
					}))
			});
		}
	};
}
