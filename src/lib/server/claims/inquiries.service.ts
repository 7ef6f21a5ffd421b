import { LIMITS } from '#lib/domain/accounts/throttle.ts';
import { requirePermission, type Actor, type StaffRole } from '#lib/domain/actor.ts';
import { addDays, calendarDateOf, type CalendarDate } from '#lib/domain/calendar.ts';
import { groupVisits, type Visit } from '#lib/domain/claims/access.ts';
import {
	answerDueOn,
	clockKindOf,
	inquiryActor,
	isNecessityPresumed
} from '#lib/domain/claims/coverage-inquiry.ts';
import {
	checkPlannedDay,
	type InquiryContent,
	type InquiryInput
} from '#lib/domain/claims/coverage-inquiry.schema.ts';
import {
	findRate,
	LONGEST_AGE_DAYS,
	type RecordedRate
} from '#lib/domain/claims/exchange-rates.ts';
import { maskPolicyNumber } from '#lib/domain/contracts/contract.ts';
import { REFERENCE_BYTES, referenceOf } from '#lib/domain/reference.ts';
import { failed, NOT_FOUND, ok, type Result } from '#lib/domain/result.ts';
import type { ThrottleService } from '#lib/server/accounts/throttle.service.ts';
import type { AuditService } from '#lib/server/audit/audit.service.ts';
import type { Database, Read } from '#lib/server/db/client.ts';
import {
	openedFile,
	viewOfFile,
	type AttachedFile,
	type FileStreams,
	type KeptFile,
	type OpenedFile
} from '#lib/server/documents/attached-files.ts';
import {
	sendFilesWithin,
	type Attached,
	type FilingParts
} from '#lib/server/documents/commit-with-files.ts';
import type { Clock } from '#lib/server/platform/clock.ts';
import type { InquiriesRepository, InquiryRow, StoredInquiry } from './inquiries.repository.ts';
import { letterWrites, type LetterRecipient, type LetterParts } from './letters.ts';
import { staffNumberOf } from './staff-number.ts';

type Insured = {
	readonly contractId: string;
	readonly personId: string;
	readonly name: string;
	readonly isOpen: boolean;
};
type Contract = {
	readonly id: string;
	readonly plan: string;
	readonly policyNumber: string;
	readonly startsOn: CalendarDate;
	readonly endsOn: CalendarDate | null;
};

/** For whom the actor may ask: the same people whose claims they may hand in. */
export type InquiryChoice = {
	readonly contractId: string;
	readonly personId: string;
	readonly name: string;
	readonly plan: string;
	readonly policyNumberMasked: string;
};

export type InquiryView = Omit<
	StoredInquiry,
	'accountId' | 'personId' | 'policyNumber' | 'content'
> &
	InquiryContent & {
		readonly policyNumberMasked: string;
		readonly files: readonly AttachedFile[];
		readonly turn: 'insurer' | 'nobody';
		/** The day for the answer has passed without one. */
		readonly isLate: boolean;
		/** And the law draws its conclusion from it (§ 192(8) VVG). */
		readonly isPresumed: boolean;
		/** Who of the staff looked at it, and when (Z6). */
		readonly visits: readonly Visit[];
	};

/** The files room, as far as inquiries need it. */
export type FilesOfInquiries = {
	listOfInquiry(inquiryId: string): Read<readonly KeptFile[]>;
	findOfInquiry(inquiryId: string, fileId: string): Read<KeptFile | null>;
	pieces(fileId: string, fromByte: number): Read<readonly Uint8Array[]>;
};

export type InquiriesService = ReturnType<typeof createInquiriesService>;

/** What customers ask before a treatment: sent, confirmed at once, followed (decision 0066). */
export function createInquiriesService(
	parts: LetterParts & {
		readonly db: Database;
		readonly clock: Clock;
		readonly audit: Pick<AuditService, 'record'>;
		readonly throttle: Pick<ThrottleService, 'reserve' | 'refuse'>;
		readonly inquiries: InquiriesRepository;
		readonly receivedFiles: FilingParts['receivedFiles'];
		readonly files: FilesOfInquiries;
		readonly fileStreams: FileStreams;
		/** Told when a file is whole: it is looked through after the answer. */
		readonly onComplete: (fileId: string) => void;
		readonly contracts: {
			listOfAccount(accountId: string, today: CalendarDate): Read<readonly Contract[]>;
			insuredOfAccount(accountId: string, today: CalendarDate): Read<readonly Insured[]>;
		};
		readonly rates: {
			listOfCurrency(
				currency: string,
				from: CalendarDate,
				to: CalendarDate
			): Read<readonly RecordedRate[]>;
		};
		readonly recipients: { find(accountId: string): Read<LetterRecipient | null> };
	}
) {
	const { db, clock, ids, inquiries } = parts;
	const today = () => calendarDateOf(clock.nowMs());

	return {
		/** For whom the form offers to ask. */
		async choices(actor: Actor): Promise<Result<readonly InquiryChoice[]>> {
			const permission = requirePermission(actor, 'claim/ask-coverage');
			if (!permission.ok) return permission;
			const [contracts, insured] = await db.read(
				parts.contracts.listOfAccount(actor.accountId, today()),
				parts.contracts.insuredOfAccount(actor.accountId, today())
			);
			return ok(
				contracts
					.filter(({ endsOn }) => endsOn === null || endsOn >= today())
					.flatMap(({ id, plan, policyNumber }) =>
						insured
							.filter((person) => person.isOpen && person.contractId === id)
							.map(({ personId, name }) => ({
								...{ contractId: id, personId, name, plan },
								policyNumberMasked: maskPolicyNumber(policyNumber)
							}))
					)
			);
		},

		/**
		 * Takes an inquiry in, with its receipt in the mailbox; answers its id. Fails at `who` with
		 * `person-not-insured` for anybody the actor hands in no claims for, with
		 * `contracts/cover-ended`, with what `checkPlannedDay` says, with `portal/limit-reached`, and at
		 * the field of a file that does not do.
		 */
		async send(
			actor: Actor,
			input: InquiryInput,
			attached: readonly Attached[] = []
		): Promise<Result<{ readonly id: string }>> {
			const permission = requirePermission(actor, 'claim/ask-coverage');
			if (!permission.ok) return permission;
			const { accountId, personId } = actor;
			const { contractId, insuredPersonId, expected, isUrgent } = input;
			const receivedAtMs = clock.nowMs();
			const receivedOn = calendarDateOf(receivedAtMs);
			const oldest = addDays(receivedOn, -LONGEST_AGE_DAYS.second);
			const [contracts, insured, rates, recipient] = await db.read(
				parts.contracts.listOfAccount(accountId, receivedOn),
				parts.contracts.insuredOfAccount(accountId, receivedOn),
				parts.rates.listOfCurrency(expected.currency, oldest, receivedOn),
				parts.recipients.find(accountId)
			);
			const contract = contracts.find(({ id }) => id === contractId);
			const person = insured.find(
				(one) => one.isOpen && one.contractId === contractId && one.personId === insuredPersonId
			);
			if (!contract || !person) {
				return failed('invalid', 'portal/invalid-input', { who: 'person-not-insured' });
			}
			if (contract.endsOn !== null && contract.endsOn < receivedOn) {
				return failed('conflict', 'contracts/cover-ended');
			}
			const plannedOn = checkPlannedDay(input.plannedOn, contract, receivedOn);
			if (!plannedOn.ok) return plannedOn;
			const { treatment, diagnosis, provider } = input;
			const content = { treatment, diagnosis, provider, expected, plannedOn: plannedOn.value };
			const rate = findRate(rates, expected.currency, receivedOn);
			const [id, receiptId] = [ids.newId(), ids.newId()];
			const random = ids.randomBytes(REFERENCE_BYTES);
			const facts = {
				reference: referenceOf('K', receivedOn.slice(0, 4), random),
				...{ receivedAtMs, isUrgent, dueOn: answerDueOn(receivedOn, isUrgent) },
				clock: clockKindOf(expected, rate?.rate ?? null)
			};
			const bounds = { scope: 'claims/inquiries', key: accountId, limit: LIMITS.submissions };
			const done = await sendFilesWithin(
				parts,
				{ ...bounds, accountId },
				{
					owner: { accountId, personId },
					attached,
					nowMs: receivedAtMs,
					conditions: [],
					message: async (files) => [
						...(await letterWrites(
							parts,
							{ documentId: receiptId, accountId, personId, recipient },
							{
								topic: 'inquiry-received',
								plan: contract.plan,
								policyNumberMasked: maskPolicyNumber(contract.policyNumber),
								...{ inquiryId: id, insuredPersonName: person.name, ...content, ...facts },
								fileNames: files.map(({ listed }) => listed.name)
							},
							receivedAtMs
						)),
						await inquiries.insert({
							...{ id, accountId, personId, contractId, insuredPersonId, content, receiptId },
							...facts,
							fileIds: files.map((file) => file.id)
						}),
						await parts.audit.record({
							event: 'claim/inquiry-received',
							objectRef: `inquiry:${id}`,
							accountId
						})
					]
				}
			);
			return done.ok ? ok({ id }) : done;
		},

		/** The actor's inquiries, newest first. */
		async listOwn(actor: Actor): Promise<Result<readonly InquiryRow[]>> {
			const permission = requirePermission(actor, 'claim/ask-coverage');
			if (!permission.ok) return permission;
			const [rows] = await db.read(inquiries.listOf(actor.accountId, today()));
			return ok(rows);
		},

		/** One of them with its answer; `portal/not-found` for anybody else's. */
		async getOwn(actor: Actor, id: string): Promise<Result<InquiryView>> {
			const permission = requirePermission(actor, 'claim/ask-coverage');
			if (!permission.ok) return permission;
			const own = [id, actor.accountId, today()] as const;
			const answer = await db.commitAndRead(
				[inquiries.requireOwn(...own)],
				[
					inquiries.findOf(...own),
					inquiries.listLooks(id, actor.accountId),
					parts.files.listOfInquiry(id)
				]
			);
			if (!answer.ok) return answer;
			const [found, looks, files] = answer.value;
			return found
				? ok({ ...viewOf(found, looks, today()), files: files.map(viewOfFile) })
				: NOT_FOUND;
		},

		/** A file of the actor's inquiry; `portal/not-found` while it is in quarantine. */
		async openFile(actor: Actor, id: string, fileId: string): Promise<Result<OpenedFile>> {
			const permission = requirePermission(actor, 'claim/ask-coverage');
			if (!permission.ok) return permission;
			const answer = await db.commitAndRead(
				[inquiries.requireOwn(id, actor.accountId, today())],
				[parts.files.findOfInquiry(id, fileId), parts.files.pieces(fileId, 0)]
			);
			if (!answer.ok) return answer;
			const opened = openedFile(...answer.value, parts.fileStreams.stream);
			return opened ? ok(opened) : NOT_FOUND;
		}
	};
}

function viewOf(
	inquiry: StoredInquiry,
	looks: readonly { readonly atMs: number; readonly accountId: string; readonly role: StaffRole }[],
	today: CalendarDate
): Omit<InquiryView, 'files'> {
	const { accountId: _owner, personId: _key, policyNumber, content, ...shown } = inquiry;
	return {
		...{ ...shown, ...content },
		policyNumberMasked: maskPolicyNumber(policyNumber),
		turn: inquiryActor(inquiry.state),
		isLate: inquiryActor(inquiry.state) === 'insurer' && today > inquiry.dueOn,
		isPresumed: isNecessityPresumed(inquiry, today),
		visits: groupVisits(
			looks.map(({ atMs, accountId, role }) => ({
				...{ atMs, role, staffNumber: staffNumberOf(accountId), reason: null }
			}))
		)
	};
}
