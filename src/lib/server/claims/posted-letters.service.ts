import { requirePermission, type Actor } from '#lib/domain/actor.ts';
import { calendarDateOf, type CalendarDate } from '#lib/domain/calendar.ts';
import { arrivalIssue, receivedAtMs } from '#lib/domain/claims/capture.ts';
import type { PostedLetter } from '#lib/domain/claims/posted.schema.ts';
import type { About, Topic } from '#lib/domain/messages/conversation.ts';
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
import {
	capturesOf,
	waitingOf,
	type ClaimInPost,
	type PostClaim,
	type PostClaims
} from './post-claims.ts';
import {
	atDoor,
	doorLook,
	doorReads,
	type DoorParts,
	type PostContract
} from './post-contracts.ts';
import type { Recipient } from './submission-commit.ts';

/** What the empty form of a letter that is no claim needs. */
export type PostedLetterView = {
	readonly contract: PostContract;
	readonly waitingCount: number;
	readonly today: CalendarDate;
	/** Sent with the form, so that one sent twice makes one conversation. */
	readonly submissionId: string;
	/** What the letter can be about, of each of its possible senders. */
	readonly claims: readonly PostClaim[];
};

type Parts<Match> = DoorParts<Match> &
	FilingParts & {
		readonly clock: Clock;
		readonly audit: { record(note: AuditNote): Promise<Write> };
		readonly throttle: Pick<ThrottleService, 'reserve' | 'refuse'>;
		readonly postClaims: PostClaims;
		readonly requests: Pick<DocumentRequestsRepository, 'requireNotInHand'>;
		readonly recipients: { find(accountId: string): Read<Recipient | null> };
		readonly conversations: {
			start(conversation: {
				readonly id: string;
				readonly accountId: string;
				readonly personId: string;
				readonly topic: Topic;
				readonly about: About;
				readonly startedAtMs: number;
				readonly today: CalendarDate;
			}): Write;
			send(message: {
				readonly id: string;
				readonly conversationId: string;
				readonly accountId: string;
				readonly personId: string;
				readonly author: 'customer';
				readonly authorId: string;
				readonly text: string;
				readonly sentAtMs: number;
				readonly fileIds: readonly string[];
				readonly capturedBy: string;
				readonly capturedAtMs: number;
			}): Promise<Write>;
		};
		readonly mails: {
			enqueue(id: string, personId: string, mail: Mail, nowMs: number): Promise<Write>;
		};
		/** Told of each file that is whole: it is looked through after the answer. */
		readonly onComplete: (fileId: string) => void;
	};

export type PostedLettersService = ReturnType<typeof createPostedLettersService>;

/**
 * Letters that are no new claim (decision 0065): a conversation of whoever wrote, as if they had asked
 * here, with the day of its arrival as the day it was sent.
 */
export function createPostedLettersService<Match>(parts: Parts<Match>) {
	const { db, clock, ids, audit, throttle, conversations } = parts;
	const today = () => calendarDateOf(clock.nowMs());

	return {
		/** The empty form. The look is in the log of the customer; fails as `captures.open` does. */
		async open(actor: Actor, contractId: string): Promise<Result<PostedLetterView>> {
			const permission = requirePermission(actor, 'claim/capture');
			if (!permission.ok) return permission;
			const found = await db.commitAndRead(
				[await doorLook(audit, actor, contractId)],
				[
					...doorReads(parts, actor, contractId, today()),
					parts.postClaims.listOf(contractId),
					parts.postClaims.listWaiting(contractId)
				]
			);
			if (!found.ok) return found;
			const [contracts, insured, holders, ownIds, claims, waiting] = found.value;
			const door = atDoor(actor, [contracts, insured, holders, ownIds]);
			if (!door.ok) return door;
			return ok({
				contract: door.value.contract,
				waitingCount: waitingOf(door.value.holders, waiting).length,
				today: today(),
				submissionId: ids.newId(),
				claims: waitingOf(door.value.holders, claims).map(({ id, number, accountId }) => ({
					...{ id, number, accountId }
				}))
			});
		},

		/**
		 * Makes the conversation of a letter, once for each form; customers wait for the answer from the
		 * day of its arrival. Fails with `portal/invalid-input` and the fields at fault,
		 * `claims/own-claim`, `messages/already-sent`, and `portal/limit-reached` after a day's share.
		 */
		async capture(
			actor: Actor,
			contractId: string,
			letter: PostedLetter,
			scans: readonly Attached[]
		): Promise<Result<void>> {
			const permission = requirePermission(actor, 'claim/capture');
			if (!permission.ok) return permission;
			const nowMs = clock.nowMs();
			const [contracts, insured, holders, ownIds, recipient, claims] = await db.read(
				...doorReads(parts, actor, contractId, today()),
				parts.recipients.find(letter.account),
				parts.postClaims.listOf(contractId)
			);
			const door = atDoor(actor, [contracts, insured, holders, ownIds]);
			if (!door.ok) return door;
			const sender = door.value.holders.find(({ accountId }) => accountId === letter.account);
			const arrival = arrivalIssue(letter.arrivedOn, today());
			const about = aboutIssue(actor, letter, { contractId, claims });
			if (arrival || !sender || !recipient || about || scans.length === 0) {
				return failed('invalid', 'portal/invalid-input', {
					...(arrival && { arrivedOn: arrival }),
					...((!sender || !recipient) && { account: 'required' }),
					...(about && { about }),
					...(scans.length === 0 && { scan1: 'file-missing' })
				});
			}
			const owner = { accountId: sender.accountId, personId: sender.personId };
			const judged = await judgeFiles(parts, { owner, attached: scans, nowMs });
			if (!judged.ok) return judged;
			const id = letter.submission;
			const arrivedAtMs = receivedAtMs(requireDate(letter.arrivedOn), nowMs);
			const { to, language, name } = recipient;
			const bounds = capturesOf(actor);
			// Asked again in the batch: it may come into their hands meanwhile.
			const mayBe =
				letter.about.kind === 'claim'
					? [parts.requests.requireNotInHand(letter.about.id, actor.accountId)]
					: [];
			const done = await commitWithFiles(db, judged.value, {
				conditions: [...mayBe, await throttle.reserve(bounds.scope, bounds.key, bounds.limit)],
				act: [
					...mayBe,
					conversations.start({
						...{ id, ...owner, topic: letter.topic, about: letter.about },
						...{ startedAtMs: arrivedAtMs, today: today() }
					}),
					await conversations.send({
						...{ id: ids.newId(), conversationId: id, ...owner, text: letter.text },
						...{ author: 'customer', authorId: owner.accountId, sentAtMs: arrivedAtMs },
						fileIds: judged.value.map((file) => file.id),
						...{ capturedBy: actor.accountId, capturedAtMs: nowMs }
					}),
					await parts.mails.enqueue(
						ids.newId(),
						recipient.personId,
						{ template: 'new-document', to, language, name },
						nowMs
					),
					await audit.record({
						event: 'message/captured',
						objectRef: `conversation:${id}`,
						...{ accountId: actor.accountId, subjectAccountId: owner.accountId }
					})
				]
			});
			if (!done.ok)
				return done.error.code === 'portal/limit-reached' ? throttle.refuse(bounds) : done;
			for (const file of judged.value) parts.onComplete(file.id);
			return ok(undefined);
		}
	};
}

/**
 * What is wrong with what a letter is about; null when nothing is. Of the contract that was looked up
 * alone: another one may be the clerk's own, and nobody has judged that.
 */
function aboutIssue(
	{ accountId }: Actor,
	{ about, account }: PostedLetter,
	{ contractId, claims }: { readonly contractId: string; readonly claims: readonly ClaimInPost[] }
): string | null {
	if (about.kind === 'general') return null;
	if (about.kind === 'contract') return about.id === contractId ? null : 'required';
	const claim = claims.find(({ id }) => id === about.id);
	if (!claim) return 'required';
	if (claim.accountId !== account) return 'claim-of-another';
	// Whoever decides a claim could else write its customer's grounds, and ask in their name for an advance.
	return claim.assigneeId === accountId ? 'claim-in-hand' : null;
}
