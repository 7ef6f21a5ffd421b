import { may, requirePermission, type Actor } from '#lib/domain/actor.ts';
import { calendarDateOf, type CalendarDate } from '#lib/domain/calendar.ts';
import {
	checkAnswer,
	isNecessityPresumed,
	readInquiryClock,
	type InquiryAnswer,
	type InquiryClock
} from '#lib/domain/claims/coverage-inquiry.ts';
import {
	readAnswer,
	type AnswerForm,
	type InquiryContent
} from '#lib/domain/claims/coverage-inquiry.schema.ts';
import { maskPolicyNumber } from '#lib/domain/contracts/contract.ts';
import { failed, NOT_FOUND, ok, type Result } from '#lib/domain/result.ts';
import type { AuditNote } from '#lib/server/audit/audit.service.ts';
import type { Database, Read, Write } from '#lib/server/db/client.ts';
import {
	openedFile,
	viewOfFile,
	type AttachedFile,
	type FileStreams,
	type OpenedFile
} from '#lib/server/documents/attached-files.ts';
import type { Clock } from '#lib/server/platform/clock.ts';
import type { InquiryReturnsRepository } from './inquiry-returns.repository.ts';
import type { InquiryRow, StoredInquiry } from './inquiries.repository.ts';
import type { FilesOfInquiries } from './inquiries.service.ts';
import { letterWrites, type LetterRecipient, type LetterParts } from './letters.ts';
import {
	INQUIRY_NOT_ASSIGNED,
	type DeskInquiryRow,
	type InquiryDeskRepository
} from './inquiry-desk.repository.ts';

/** A line of the desk's list. */
export type InquiryLine = DeskInquiryRow & {
	readonly isMine: boolean;
	/** Null once it is answered. */
	readonly days: InquiryClock | null;
};

export type InquiryList = {
	readonly open: readonly InquiryLine[];
	readonly answered: readonly InquiryLine[];
	/** Whether the reader puts back what a colleague has. */
	readonly mayPutBack: boolean;
};

/** An inquiry as whoever has it sees it. */
export type DeskInquiry = Omit<StoredInquiry, 'accountId' | 'personId' | 'content'> &
	InquiryContent & {
		readonly files: readonly AttachedFile[];
		/** The law presumes that the treatment is necessary (§ 192(8) VVG). */
		readonly isPresumed: boolean;
		readonly days: InquiryClock | null;
	};

/** A checked answer, and what it takes to send it. */
type Prepared = {
	readonly inquiry: StoredInquiry;
	readonly recipient: LetterRecipient | null;
	readonly answer: InquiryAnswer;
};

export type InquiryDeskService = ReturnType<typeof createInquiryDeskService>;

/** Inquiries before a treatment at the insurer: read and answered by whoever has them (Z6). */
export function createInquiryDeskService(
	parts: LetterParts & {
		readonly db: Database;
		readonly clock: Clock;
		readonly audit: { record(note: AuditNote): Promise<Write> };
		readonly inquiryDesk: InquiryDeskRepository;
		readonly files: FilesOfInquiries;
		readonly fileStreams: FileStreams;
		readonly inquiryReturns: Pick<InquiryReturnsRepository, 'insert'>;
		readonly recipients: { findOfInquiry(inquiryId: string): Read<LetterRecipient | null> };
	}
) {
	const { db, clock, ids, audit, inquiryDesk: desk } = parts;

	const record = (
		event: Extract<AuditNote['event'], `claim/inquiry-${string}`>,
		actor: Actor,
		id: string,
		outcome: AuditNote['outcome'] = 'success'
	) =>
		audit.record({
			...{ event, outcome, objectRef: `inquiry:${id}`, accountId: actor.accountId },
			subjectOf: { inquiryId: id }
		});

	/** A refused look leaves a trace, for the customer too. One more round trip, which only it costs. */
	async function logged<T>(actor: Actor, id: string, answer: Result<T>): Promise<Result<T>> {
		if (answer.ok || answer.error.code !== INQUIRY_NOT_ASSIGNED.code) return answer;
		const done = await db.commit(
			await record('claim/inquiry-access-refused', actor, id, 'failure')
		);
		return done.ok ? failed(INQUIRY_NOT_ASSIGNED.kind, INQUIRY_NOT_ASSIGNED.code) : done;
	}

	/** What a look leaves behind, in the batch that reads: without it there is nothing to see. */
	const looked = async (actor: Actor, inquiryId: string): Promise<readonly Write[]> => [
		desk.requireForeign(inquiryId, actor),
		desk.look({ id: ids.newId(), inquiryId, actor, nowMs: clock.nowMs() }),
		await record('claim/inquiry-viewed', actor, inquiryId)
	];

	/** What is typed, checked against the inquiry, for whoever has it. */
	async function prepare(actor: Actor, id: string, form: AnswerForm): Promise<Result<Prepared>> {
		const permission = requirePermission(actor, 'claim/answer-inquiries');
		if (!permission.ok) return permission;
		const found = await db.commitAndRead(
			[desk.requireForeign(id, actor), desk.requireAssigned(id, actor)],
			[desk.find(id), parts.recipients.findOfInquiry(id)]
		);
		if (!found.ok) return logged(actor, id, found);
		const [inquiry, recipient] = found.value;
		if (!inquiry) return NOT_FOUND;
		const { expected } = inquiry.content;
		const answer = readAnswer(form, expected.currency);
		if (!answer.ok) return answer;
		const checked = checkAnswer({ state: inquiry.state, expected }, answer.value);
		return checked.ok ? ok({ inquiry, recipient, answer: answer.value }) : checked;
	}

	return {
		/** What waits, by the last day for the answer, and what was answered last. Nothing of the treatment. */
		async list(actor: Actor): Promise<Result<InquiryList>> {
			const permission = requirePermission(actor, 'claim/answer-inquiries');
			if (!permission.ok) return permission;
			const [open, answered] = await db.read(desk.listOpen(), desk.listAnswered());
			const today = calendarDateOf(clock.nowMs());
			const lineOf = (row: DeskInquiryRow): InquiryLine => ({
				...row,
				isMine: row.assignee?.id === actor.accountId,
				days: daysOf(row, today)
			});
			return ok({
				open: open.map(lineOf),
				answered: answered.map(lineOf),
				mayPutBack: may(actor.role, 'claim/assign')
			});
		},

		/** Takes an inquiry nobody has: of two at once one gets it (`claims/inquiry-taken`). */
		async take(actor: Actor, id: string): Promise<Result<void>> {
			const permission = requirePermission(actor, 'claim/answer-inquiries');
			if (!permission.ok) return permission;
			return db.commit(
				desk.requireForeign(id, actor),
				desk.assign(id, actor.accountId, null),
				await record('claim/inquiry-assigned', actor, id)
			);
		},

		/**
		 * Puts back what one has; a lead also what a colleague has who is away. Looked at, it lands in the
		 * data protection officer's list: otherwise taking one would be a look without a reason.
		 */
		async release(actor: Actor, id: string): Promise<Result<void>> {
			const permission = requirePermission(actor, 'claim/answer-inquiries');
			if (!permission.ok) return permission;
			const from = may(actor.role, 'claim/assign') ? 'anybody' : actor.accountId;
			return db.commit(
				desk.requireForeign(id, actor),
				parts.inquiryReturns.insert(ids.newId(), id, clock.nowMs()),
				desk.assign(id, null, from),
				await record('claim/inquiry-released', actor, id)
			);
		},

		/** Opens an inquiry for whoever has it; the look is logged. `claims/inquiry-not-assigned` for others. */
		async open(actor: Actor, id: string): Promise<Result<DeskInquiry>> {
			const permission = requirePermission(actor, 'claim/answer-inquiries');
			if (!permission.ok) return permission;
			const answer = await db.commitAndRead(await looked(actor, id), [
				desk.find(id),
				parts.files.listOfInquiry(id)
			]);
			if (!answer.ok) return logged(actor, id, answer);
			const [found, files] = answer.value;
			if (!found) return NOT_FOUND;
			const { accountId: _owner, personId: _key, content, ...shown } = found;
			const today = calendarDateOf(clock.nowMs());
			return ok({
				...{ ...shown, ...content },
				files: files.map(viewOfFile),
				isPresumed: isNecessityPresumed(found, today),
				days: daysOf(found, today)
			});
		},

		/** A file of an inquiry, for whoever has it; the look is logged before its first byte leaves. */
		async openFile(actor: Actor, id: string, fileId: string): Promise<Result<OpenedFile>> {
			const permission = requirePermission(actor, 'claim/answer-inquiries');
			if (!permission.ok) return permission;
			const answer = await db.commitAndRead(await looked(actor, id), [
				parts.files.findOfInquiry(id, fileId),
				parts.files.pieces(fileId, 0)
			]);
			if (!answer.ok) return logged(actor, id, answer);
			const opened = openedFile(...answer.value, parts.fileStreams.stream);
			return opened ? ok(opened) : NOT_FOUND;
		},

		/** The first of two steps: checks what is typed, stores nothing. Fails as `answer` does. */
		async check(actor: Actor, id: string, form: AnswerForm): Promise<Result<InquiryAnswer>> {
			const prepared = await prepare(actor, id, form);
			return prepared.ok ? ok(prepared.value.answer) : prepared;
		},

		/**
		 * Answers an inquiry, once: a letter with the reasons in the mailbox, a mail that only says so.
		 * Fails with `claims/inquiry-answered`, `claims/inquiry-not-assigned`, `claims/inquiry-own`, and
		 * at `upTo` with `amount-invalid` and `amount-above-expected`.
		 */
		async answer(actor: Actor, id: string, form: AnswerForm): Promise<Result<void>> {
			const prepared = await prepare(actor, id, form);
			if (!prepared.ok) return prepared;
			const { inquiry, recipient, answer } = prepared.value;
			const { accountId, personId, plan, reference, insuredPersonName, content } = inquiry;
			const nowMs = clock.nowMs();
			const documentId = ids.newId();
			const letter = await letterWrites(
				parts,
				{ documentId, accountId, personId, recipient },
				{
					topic: 'inquiry-answered',
					policyNumberMasked: maskPolicyNumber(inquiry.policyNumber),
					...{ plan, inquiryId: id, reference, insuredPersonName, ...content, ...answer },
					answeredAtMs: nowMs
				},
				nowMs
			);
			const done = await db.commit(
				desk.requireForeign(id, actor),
				desk.requireAssigned(id, actor),
				...letter,
				await desk.answer(inquiry, answer, { accountId: actor.accountId, nowMs, documentId }),
				await record('claim/inquiry-answered', actor, id)
			);
			return logged(actor, id, done);
		}
	};
}

function daysOf(row: InquiryRow, today: CalendarDate): InquiryClock | null {
	if (row.state !== 'open') return null;
	return readInquiryClock(
		{ receivedOn: calendarDateOf(row.receivedAtMs), dueOn: row.dueOn },
		today
	);
}
