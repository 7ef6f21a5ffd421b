import { requirePermission, type Actor } from '#lib/domain/actor.ts';
import { calendarDateOf, type CalendarDate } from '#lib/domain/calendar.ts';
import { mayAtContract } from '#lib/domain/contracts/contract-access.ts';
import { maskPolicyNumber } from '#lib/domain/contracts/contract.ts';
import { checkRequest, endAfter, type RequestKind } from '#lib/domain/contracts/requests.ts';
import type {
	RequestDecision,
	RequestInput,
	WithdrawalInput
} from '#lib/domain/contracts/request.schema.ts';
import type { Language, Mail } from '#lib/domain/messages/mail.ts';
import { REFERENCE_BYTES, referenceOf } from '#lib/domain/reference.ts';
import { failed, NOT_FOUND, ok, type Result } from '#lib/domain/result.ts';
import type { ThrottleService } from '#lib/server/accounts/throttle.service.ts';
import type { AuditService } from '#lib/server/audit/audit.service.ts';
import type { Database, Read, Write } from '#lib/server/db/client.ts';
import { insertPerson } from '#lib/server/db/people.ts';
import type { Cipher } from '#lib/server/platform/cipher.ts';
import type { Clock } from '#lib/server/platform/clock.ts';
import {
	noticeWrites,
	type Address,
	type ContractReader,
	type NoticeParts
} from './contract-notices.ts';
import type { Contract, ContractsRepository } from './contracts.repository.ts';
import type {
	DeskRequest,
	NewRequest,
	RequestContent,
	RequestsRepository
} from './requests.repository.ts';

const WAITING = failed('conflict', 'contracts/request-waiting');
const ANSWERED = failed('conflict', 'contracts/request-answered');
const OWN = failed('forbidden', 'contracts/own-request');

/** What the receipt says: which declaration came in, and when (§ 356a BGB). */
export type RequestReceipt = {
	readonly kind: RequestKind;
	readonly reference: string;
	readonly receivedAtMs: number;
};

/** What the page shows before anything is sent. */
export type RequestPreview = {
	readonly kind: RequestKind;
	readonly wishedOn: CalendarDate | null;
	readonly note: string;
};

export type DeskRequestRow = Omit<DeskRequest, 'personId'> & {
	/** The contract's last day once this is accepted; null where no contract was found. */
	readonly endsOnIfAccepted: CalendarDate | null;
};

export type RequestsService = ReturnType<typeof createRequestsService>;

/** Withdrawals, terminations and extensions: declared, confirmed at once, answered by a person. */
export function createRequestsService(
	parts: NoticeParts & {
		readonly db: Database;
		readonly cipher: Cipher;
		readonly clock: Clock;
		readonly audit: Pick<AuditService, 'record'>;
		readonly throttle: Pick<ThrottleService, 'bookMail' | 'refuseMail'>;
		readonly contracts: Pick<
			ContractsRepository,
			'findOfAccount' | 'findByPolicyNumber' | 'policyNumberIndex'
		>;
		readonly requests: RequestsRepository;
		readonly readers: { listOfContract(contractId: string): Read<readonly ContractReader[]> };
	}
) {
	const { db, clock, ids, requests, contracts, readers } = parts;
	const today = () => calendarDateOf(clock.nowMs());

	/** Finds the contract and checks the request against its cover; one round trip. */
	async function prepare(actor: Actor, contractId: string, input: RequestInput) {
		const permission = requirePermission(actor, 'contract/request');
		if (!permission.ok) return permission;
		const [contract, told] = await db.read(
			contracts.findOfAccount(actor.accountId, contractId, today()),
			readers.listOfContract(contractId)
		);
		if (!contract || !mayAtContract(contract.link, 'declare')) return NOT_FOUND;
		const wishedOn = checkRequest(contract, input, today());
		return wishedOn.ok ? ok({ contract, told, wishedOn: wishedOn.value }) : wishedOn;
	}

	/** The row, a letter to everybody who has the contract, and the receipt by mail to who declared. */
	async function receiveWrites(
		request: NewRequest,
		contract: Pick<Contract, 'id' | 'plan' | 'policyNumber'> | null,
		told: readonly ContractReader[],
		declarant: Address
	): Promise<readonly Write[]> {
		const { kind, reference, receivedAtMs, wishedOn, content } = request;
		const { name, policyNumber, note } = content;
		const others = told.filter(({ to }) => to !== declarant.to);
		const receipt: Mail = {
			template: 'contract-request-received',
			...{ to: declarant.to, language: declarant.language, name: declarant.name },
			...{ request: kind, reference, receivedAtMs, wishedOn, policyNumber }
		};
		const letters = contract
			? await noticeWrites(
					parts,
					{ contractId: contract.id, readers: told, formerAddresses: [] },
					{
						topic: 'request-received',
						plan: contract.plan,
						policyNumberMasked: maskPolicyNumber(contract.policyNumber),
						...{ request: kind, reference, receivedAtMs, wishedOn, name, note }
					},
					(address) =>
						others.some(({ to }) => to === address.to)
							? { template: 'new-document', ...address }
							: receipt,
					receivedAtMs
				)
			: [];
		const isTold = contract !== null && told.some(({ to }) => to === declarant.to);
		return [
			await requests.insert(request, WAITING.error),
			...letters,
			...(isTold
				? []
				: [await parts.mails.enqueue(ids.newId(), declarant.personId, receipt, receivedAtMs)])
		];
	}

	const newReference = (nowMs: number) =>
		referenceOf('V', calendarDateOf(nowMs).slice(0, 4), ids.randomBytes(REFERENCE_BYTES));

	return {
		/** The first of two steps: checks, stores nothing. Fails as `send` does. */
		async preview(
			actor: Actor,
			contractId: string,
			input: RequestInput
		): Promise<Result<RequestPreview>> {
			const prepared = await prepare(actor, contractId, input);
			if (!prepared.ok) return prepared;
			return ok({ kind: input.kind, note: input.note, wishedOn: prepared.value.wishedOn });
		},

		/**
		 * Takes a request in, with its receipt. Fails with what `checkRequest` says, and with
		 * `contracts/request-waiting` while another of its kind waits for an answer.
		 */
		async send(
			actor: Actor,
			contractId: string,
			input: RequestInput
		): Promise<Result<RequestReceipt>> {
			const prepared = await prepare(actor, contractId, input);
			if (!prepared.ok) return prepared;
			const { contract, told, wishedOn } = prepared.value;
			const declarant = told.find(({ accountId }) => accountId === actor.accountId);
			if (!declarant) return NOT_FOUND;
			const receivedAtMs = clock.nowMs();
			const request = {
				...{ id: ids.newId(), kind: input.kind, reference: newReference(receivedAtMs) },
				...{ contractId, personId: actor.personId, receivedAtMs, wishedOn },
				content: {
					name: declarant.name,
					email: declarant.to,
					policyNumber: contract.policyNumber,
					language: declarant.language,
					note: input.note
				}
			};
			const done = await db.commit(
				...(await receiveWrites(request, contract, told, declarant)),
				await parts.audit.record({
					event: 'contract/request-received',
					objectRef: `contract:${contractId}`,
					accountId: actor.accountId
				})
			);
			return done.ok ? ok({ kind: input.kind, reference: request.reference, receivedAtMs }) : done;
		},

		/**
		 * A withdrawal from somebody who need not have an account (§ 356a BGB). The answer is the same
		 * whether or not there is such a contract. Fails with `portal/limit-reached` only (B2).
		 */
		async declareWithdrawal(
			input: WithdrawalInput,
			language: Language
		): Promise<Result<RequestReceipt>> {
			const indexes = await contracts.policyNumberIndex(input.policyNumber);
			const asked = await db.commitAndRead(
				[],
				[await parts.throttle.bookMail(input.email), contracts.findByPolicyNumber(indexes)]
			);
			if (!asked.ok) return asked;
			const [isLetThrough, contract] = asked.value;
			if (!isLetThrough) return parts.throttle.refuseMail(input.email);
			// Asked for a contract that is none as well: both ways take as long.
			const [told] = await db.read(readers.listOfContract(contract?.id ?? ''));
			const receivedAtMs = clock.nowMs();
			const personId = ids.newId();
			const profile = { firstName: '', lastName: input.name, dateOfBirth: null };
			const content: RequestContent = { ...input, language, note: '' };
			const request = {
				...{ id: ids.newId(), kind: 'withdrawal' as const, reference: newReference(receivedAtMs) },
				...{ contractId: contract?.id ?? null, personId, receivedAtMs, wishedOn: null, content }
			};
			const person = await insertPerson(parts.cipher, {
				id: personId,
				profile,
				nowMs: receivedAtMs
			});
			const declarant = { personId, to: input.email, language, name: input.name };
			const done = await db.commit(
				person,
				...(await receiveWrites(request, contract, told, declarant)),
				await parts.audit.record({
					event: 'contract/request-received',
					objectRef: contract ? `contract:${contract.id}` : 'contract:unknown',
					accountId: null
				})
			);
			return done.ok
				? ok({ kind: 'withdrawal', reference: request.reference, receivedAtMs })
				: done;
		},

		/** What waits for an answer, oldest first, and what was answered last. The look is logged. */
		async list(actor: Actor): Promise<
			Result<{
				readonly open: readonly DeskRequestRow[];
				readonly answered: readonly DeskRequestRow[];
			}>
		> {
			const permission = requirePermission(actor, 'contract/answer-requests');
			if (!permission.ok) return permission;
			const look = await parts.audit.record({
				event: 'contract/requests-viewed',
				objectRef: 'contract-requests',
				accountId: actor.accountId
			});
			const done = await db.commitAndRead([look], [requests.listOpen(), requests.listAnswered()]);
			if (!done.ok) return done;
			const [open, answered] = done.value;
			return ok({ open: open.map(rowOf), answered: answered.map(rowOf) });
		},

		/**
		 * Answers a request; whoever declared it and everybody with the contract is told. Accepting one
		 * changes the contract's last day. Fails with `contracts/request-answered` when it is not open
		 * any more or the contract has changed, `contracts/own-request`, and `portal/invalid-input` for
		 * accepting a request of no contract.
		 */
		async decide(actor: Actor, decision: RequestDecision): Promise<Result<void>> {
			const permission = requirePermission(actor, 'contract/answer-requests');
			if (!permission.ok) return permission;
			const [request] = await db.read(requests.find(decision.id));
			if (!request) return NOT_FOUND;
			const { contract } = request;
			const isAccepted = decision.outcome === 'accepted';
			if (isAccepted && !contract) {
				return failed('invalid', 'portal/invalid-input', { outcome: 'policy-number-unknown' });
			}
			const nowMs = clock.nowMs();
			const reason = decision.reason === '' || isAccepted ? null : decision.reason;
			const endsOn = isAccepted ? endIfAccepted(request) : null;
			const [told] = await db.read(readers.listOfContract(contract?.id ?? ''));
			const writes: Write[] = [
				requests.requireForeign(decision.id, actor, OWN.error),
				requests.decide(
					decision.id,
					{ accountId: actor.accountId, nowMs, state: decision.outcome, reason },
					ANSWERED.error
				)
			];
			if (contract && endsOn) writes.push(requests.setEnd(contract, endsOn, ANSWERED.error));
			writes.push(
				...(await answerWrites(request, told, { nowMs, outcome: decision.outcome, reason, endsOn }))
			);
			return db.commit(
				...writes,
				await parts.audit.record({
					event: 'contract/request-answered',
					objectRef: contract ? `contract:${contract.id}` : 'contract:unknown',
					accountId: actor.accountId,
					subjectAccountId: told[0]?.accountId ?? null
				})
			);
		}
	};

	async function answerWrites(
		request: DeskRequest,
		told: readonly ContractReader[],
		answer: {
			readonly nowMs: number;
			readonly outcome: 'accepted' | 'refused';
			readonly reason: DeskRequest['reason'];
			readonly endsOn: CalendarDate | null;
		}
	): Promise<readonly Write[]> {
		const { kind, reference, content, contract, personId } = request;
		const letters = contract
			? await noticeWrites(
					parts,
					{ contractId: contract.id, readers: told, formerAddresses: [] },
					{
						topic: 'request-answered',
						plan: contract.plan,
						policyNumberMasked: maskPolicyNumber(content.policyNumber),
						...{ request: kind, reference, answeredAtMs: answer.nowMs },
						...{ outcome: answer.outcome, reason: answer.reason, endsOn: answer.endsOn }
					},
					(address) => ({ template: 'new-document', ...address }),
					answer.nowMs
				)
			: [];
		if (told.some(({ to }) => to === content.email)) return letters;
		// Whoever has no mailbox here reads the answer in the mail itself.
		const { email: to, language, name } = content;
		const { outcome, reason } = answer;
		const mail = {
			template: 'contract-request-answered' as const,
			...{ to, language, name, request: kind, reference, outcome, refusal: reason }
		};
		return [...letters, await parts.mails.enqueue(ids.newId(), personId, mail, answer.nowMs)];
	}
}

function rowOf(request: DeskRequest): DeskRequestRow {
	const { id, kind, reference, state, receivedAtMs, decidedAtMs } = request;
	const { wishedOn, reason, content, contract } = request;
	return {
		...{ id, kind, reference, state, receivedAtMs, decidedAtMs },
		...{ wishedOn, reason, content, contract },
		endsOnIfAccepted: endIfAccepted(request)
	};
}

function endIfAccepted(request: DeskRequest): CalendarDate | null {
	const { contract, receivedAtMs } = request;
	return contract
		? endAfter(contract, { ...request, receivedOn: calendarDateOf(receivedAtMs) })
		: null;
}
