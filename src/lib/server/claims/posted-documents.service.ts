import { requirePermission, type Actor } from '#lib/domain/actor.ts';
import { calendarDateOf, type CalendarDate } from '#lib/domain/calendar.ts';
import { arrivalIssue, receivedAtMs } from '#lib/domain/claims/capture.ts';
import type { PostedDocument } from '#lib/domain/claims/posted.schema.ts';
import type { Mail } from '#lib/domain/messages/mail.ts';
import { failed, ok, type Result } from '#lib/domain/result.ts';
import type { ThrottleService } from '#lib/server/accounts/throttle.service.ts';
import type { AuditNote } from '#lib/server/audit/audit.service.ts';
import type { Read, Write } from '#lib/server/db/client.ts';
import { requireDate } from '#lib/server/db/stored-date.ts';
import {
	commitWithFiles,
	judgeFiles,
	type Attached,
	type FilingParts
} from '#lib/server/documents/commit-with-files.ts';
import type { Clock } from '#lib/server/platform/clock.ts';
import type { DocumentRequestsRepository } from './document-requests.repository.ts';
import { capturesOf, waitingOf, type PostClaims, type WaitingRequest } from './post-claims.ts';
import {
	atDoor,
	doorLook,
	doorReads,
	type DoorParts,
	type PostContract
} from './post-contracts.ts';
import type { Recipient } from './submission-commit.ts';

/** What the empty form of a document that was asked for needs. */
export type PostedDocumentView = {
	readonly contract: PostContract;
	readonly today: CalendarDate;
	readonly waitingCount: number;
	/** Those of claims that the reader does not work on: they get no paper of their own making. */
	readonly requests: readonly (Pick<
		WaitingRequest,
		'id' | 'claimNumber' | 'accountId' | 'kind' | 'line'
	> & { readonly askedOn: CalendarDate })[];
};

type Parts<Match> = DoorParts<Match> &
	FilingParts & {
		readonly clock: Clock;
		readonly audit: { record(note: AuditNote): Promise<Write> };
		readonly throttle: Pick<ThrottleService, 'reserve' | 'refuse'>;
		readonly postClaims: Pick<PostClaims, 'listWaiting'>;
		readonly requests: Pick<
			DocumentRequestsRepository,
			'requireOpen' | 'requireNotInHand' | 'answer'
		>;
		readonly recipients: { findOfRequest(requestId: string): Read<Recipient | null> };
		readonly mails: {
			enqueue(id: string, personId: string, mail: Mail, nowMs: number): Promise<Write>;
		};
		/** Told of each file that is whole: it is looked through after the answer. */
		readonly onComplete: (fileId: string) => void;
	};

export type PostedDocumentsService = ReturnType<typeof createPostedDocumentsService>;

/**
 * Documents that a claim waits for and that came by post (decision 0065). Each closes its one request,
 * as if its customer had handed it in on the day it arrived.
 */
export function createPostedDocumentsService<Match>(parts: Parts<Match>) {
	const { db, clock, ids, audit, throttle, requests } = parts;
	const today = () => calendarDateOf(clock.nowMs());

	return {
		/** The empty form. The look is in the log of the customer; fails as `captures.open` does. */
		async open(actor: Actor, contractId: string): Promise<Result<PostedDocumentView>> {
			const permission = requirePermission(actor, 'claim/capture');
			if (!permission.ok) return permission;
			const found = await db.commitAndRead(
				[await doorLook(audit, actor, contractId)],
				[...doorReads(parts, actor, contractId, today()), parts.postClaims.listWaiting(contractId)]
			);
			if (!found.ok) return found;
			const [contracts, insured, holders, ownIds, waiting] = found.value;
			const door = atDoor(actor, [contracts, insured, holders, ownIds]);
			if (!door.ok) return door;
			const all = waitingOf(door.value.holders, waiting);
			return ok({
				contract: door.value.contract,
				today: today(),
				waitingCount: all.length,
				requests: all
					.filter(({ assigneeId }) => assigneeId !== actor.accountId)
					.map(({ id, claimNumber, accountId, kind, line, askedAtMs }) => ({
						...{ id, claimNumber, accountId, kind, line },
						askedOn: calendarDateOf(askedAtMs)
					}))
			});
		},

		/**
		 * Hands in the scan for one open request of the contract's claims. Fails with
		 * `portal/invalid-input` and the fields at fault, `claims/own-claim` also where the clerk works on
		 * the claim, `claims/request-closed`, and `portal/limit-reached` after a day's share.
		 */
		async capture(
			actor: Actor,
			contractId: string,
			{ request: requestId, arrivedOn }: PostedDocument,
			scans: readonly Attached[]
		): Promise<Result<void>> {
			const permission = requirePermission(actor, 'claim/capture');
			if (!permission.ok) return permission;
			const nowMs = clock.nowMs();
			const [contracts, insured, holders, ownIds, waiting, recipient] = await db.read(
				...doorReads(parts, actor, contractId, today()),
				parts.postClaims.listWaiting(contractId),
				parts.recipients.findOfRequest(requestId)
			);
			const door = atDoor(actor, [contracts, insured, holders, ownIds]);
			if (!door.ok) return door;
			const request = waiting.find(({ id }) => id === requestId);
			const owner = door.value.holders.find(({ accountId }) => accountId === request?.accountId);
			// Sent twice, or answered here meanwhile.
			if (!request || !owner || !recipient) return failed('conflict', 'claims/request-closed');
			const arrival = arrivalIssue(arrivedOn, today()) ?? askedLater(arrivedOn, request);
			const [scan] = scans;
			if (arrival || !scan) {
				return failed('invalid', 'portal/invalid-input', {
					...(arrival && { arrivedOn: arrival }),
					...(!scan && { scan1: 'file-missing' })
				});
			}
			const judged = await judgeFiles(parts, { owner, attached: [scan], nowMs });
			if (!judged.ok) return judged;
			const [file] = judged.value;
			if (!file) return failed('invalid', 'portal/invalid-input', { scan1: 'file-missing' });
			const { to, language, name } = recipient;
			const { claimId } = request;
			const bounds = capturesOf(actor);
			const mayBe = [
				requests.requireNotInHand(claimId, actor.accountId),
				requests.requireOpen(requestId, claimId, owner.accountId, today())
			];
			const done = await commitWithFiles(db, judged.value, {
				conditions: [...mayBe, await throttle.reserve(bounds.scope, bounds.key, bounds.limit)],
				act: [
					...mayBe,
					requests.answer(
						{ id: requestId, claimId, fileId: file.id },
						// Asked for and arrived on one day: never before it was asked for.
						Math.max(receivedAtMs(requireDate(arrivedOn), nowMs), request.askedAtMs),
						{ capturedBy: actor.accountId, capturedAtMs: nowMs }
					),
					await parts.mails.enqueue(
						ids.newId(),
						recipient.personId,
						{ template: 'document-by-post', to, language, name },
						nowMs
					),
					await audit.record({
						event: 'claim/document-captured',
						objectRef: `claim:${claimId}`,
						...{ accountId: actor.accountId, subjectAccountId: owner.accountId }
					})
				]
			});
			if (!done.ok)
				return done.error.code === 'portal/limit-reached' ? throttle.refuse(bounds) : done;
			parts.onComplete(file.id);
			return ok(undefined);
		}
	};
}

/** What came before it was asked for answers nothing that was asked. */
const askedLater = (arrivedOn: string, { askedAtMs }: WaitingRequest): string | null =>
	arrivedOn < calendarDateOf(askedAtMs) ? 'date-before-asked' : null;
