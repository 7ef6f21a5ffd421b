import { LIMITS } from '#lib/domain/accounts/throttle.ts';
import { requirePermission, type Actor } from '#lib/domain/actor.ts';
import { calendarDateOf, type CalendarDate } from '#lib/domain/calendar.ts';
import { canonicalManifest, type Submission } from '#lib/domain/claims/claim.schema.ts';
import {
	checkSubmission,
	type InsuredUnder,
	type LinkedContract
} from '#lib/domain/claims/submission-rules.ts';
import type { SubmissionState } from '#lib/domain/claims/submission.ts';
import { failed, NOT_FOUND, ok, type Result } from '#lib/domain/result.ts';
import type { ThrottleService } from '#lib/server/accounts/throttle.service.ts';
import type { Read, Write } from '#lib/server/db/client.ts';
import { sha256Hex } from '#lib/server/platform/sha256.ts';
import {
	ALREADY_SUBMITTED,
	commitSubmission,
	NUMBER_TAKEN,
	type CommitParts,
	type Recipient
} from './submission-commit.ts';
import { completeUploads, stateOf, type Upload } from './submission-state.ts';
import type { StoredSubmission } from './submissions.repository.ts';

/** Tries at a number nobody has: there are a billion, so even the second is rarely needed. */
const NUMBER_TRIES = 3;

const WITHDRAWN = failed('conflict', 'claims/withdrawn');
const FILES_MISSING = failed('conflict', 'claims/files-missing');
const MISMATCH = failed('invalid', 'claims/submission-mismatch');

/** Other rooms, as far as this service needs them. */
type Parts = CommitParts & {
	readonly contracts: {
		listOfAccount(accountId: string, today: CalendarDate): Read<readonly LinkedContract[]>;
		insuredOfAccount(
			accountId: string,
			today: CalendarDate
		): Read<readonly (InsuredUnder & { readonly isOpen: boolean })[]>;
	};
	readonly uploads: {
		listOfSubmission(submissionId: string, accountId: string): Read<readonly Upload[]>;
		deleteOfWithdrawn(submissionId: string, accountId: string): Write;
	};
	readonly recipients: { find(accountId: string): Read<Recipient | null> };
	readonly isIban: (text: string) => boolean;
	readonly throttle: Pick<ThrottleService, 'reserve' | 'refuse'>;
};

export type SubmissionsService = ReturnType<typeof createSubmissionsService>;

/** Hands in claims, effectively once (offline.md section 3.5). */
export function createSubmissionsService(parts: Parts) {
	const { db, clock, submissions, uploads, throttle } = parts;

	/** What a known submission answers to one that came again. */
	function answerKnown(
		known: StoredSubmission,
		manifestHash: string,
		files: readonly Upload[]
	): Result<SubmissionState> {
		return known.manifestHash === manifestHash ? ok(stateOf(known, files)) : MISMATCH;
	}

	const today = () => calendarDateOf(clock.nowMs());
	const checkToday = (
		submission: Submission,
		contracts: readonly LinkedContract[],
		insured: readonly (InsuredUnder & { readonly isOpen: boolean })[]
	): Result<void> =>
		checkSubmission(submission, {
			contracts,
			// For somebody who hands in themselves nobody else does, unless they have said so (decision 0064).
			insured: insured.filter(({ isOpen }) => isOpen),
			today: today(),
			isIban: parts.isIban
		});

	async function readState(actor: Actor, id: string): Promise<Result<SubmissionState>> {
		const [known, files] = await db.read(
			submissions.find(id, actor),
			uploads.listOfSubmission(id, actor.accountId)
		);
		return known ? ok(stateOf(known, files)) : NOT_FOUND;
	}

	return {
		/**
		 * Takes what a device wants to hand in, once: the same again answers the same. Fails with
		 * `claims/submission-mismatch` when the id is known with other content, and in the same words
		 * when it is somebody else's; `claims/already-submitted` when the draft is in another live
		 * submission; `portal/invalid-input` as the content deserves;
		 * `portal/limit-reached` after twenty a day.
		 */
		async put(actor: Actor, id: string, submission: Submission): Promise<Result<SubmissionState>> {
			const permission = requirePermission(actor, 'claim/submit');
			if (!permission.ok) return permission;
			const manifest = new TextEncoder().encode(canonicalManifest(submission));
			const manifestHash = await sha256Hex(manifest);
			const findOwn = submissions.find(id, actor);
			const listUploads = uploads.listOfSubmission(id, actor.accountId);
			const findLive = submissions.findLiveOfDraft(actor.accountId, submission.draftId);
			const [known, files, live, contracts, insured] = await db.read(
				findOwn,
				listUploads,
				findLive,
				parts.contracts.listOfAccount(actor.accountId, today()),
				parts.contracts.insuredOfAccount(actor.accountId, today())
			);
			if (known) return answerKnown(known, manifestHash, files);
			if (live !== null) return ALREADY_SUBMITTED;
			// Before twenty photos travel for nothing; the same is asked again when the claim is made.
			const checked = checkToday(submission, contracts, insured);
			if (!checked.ok) return checked;
			const fresh = { id, manifestHash, submission, nowMs: clock.nowMs() };
			const bounds = {
				scope: 'claims/submissions',
				key: actor.accountId,
				limit: LIMITS.submissions,
				accountId: actor.accountId
			};
			const answer = await db.commitAndRead(
				[
					await throttle.reserve(bounds.scope, bounds.key, bounds.limit),
					await submissions.insertIfNew(actor, fresh)
				],
				[findOwn, listUploads, findLive]
			);
			if (!answer.ok) {
				return answer.error.code === 'portal/limit-reached' ? throttle.refuse(bounds) : answer;
			}
			const [kept, keptFiles, nowLive] = answer.value;
			if (kept) return answerKnown(kept, manifestHash, keptFiles);
			return nowLive === null ? MISMATCH : ALREADY_SUBMITTED;
		},

		/** Where a submission stands; `portal/not-found` for anybody else's. */
		async get(actor: Actor, id: string): Promise<Result<SubmissionState>> {
			const permission = requirePermission(actor, 'claim/submit');
			return permission.ok ? readState(actor, id) : permission;
		},

		/** Takes it back before it is a claim, files and content with it. `claims/already-submitted` after. */
		async withdraw(actor: Actor, id: string): Promise<Result<SubmissionState>> {
			const permission = requirePermission(actor, 'claim/submit');
			if (!permission.ok) return permission;
			const answer = await db.commitAndRead(
				[await submissions.withdraw(id, actor), uploads.deleteOfWithdrawn(id, actor.accountId)],
				[submissions.find(id, actor), uploads.listOfSubmission(id, actor.accountId)]
			);
			if (!answer.ok) return answer;
			const [known, files] = answer.value;
			if (!known) return NOT_FOUND;
			return known.state === 'committed' ? ALREADY_SUBMITTED : ok(stateOf(known, files));
		},

		/**
		 * Makes the claim. Replays and parallel calls answer the one receipt. Fails with
		 * `claims/files-missing` until every file is here and checked, `claims/withdrawn`, and with what
		 * `checkSubmittable` says.
		 */
		async commit(actor: Actor, id: string): Promise<Result<SubmissionState>> {
			const permission = requirePermission(actor, 'claim/submit');
			if (!permission.ok) return permission;
			const [known, files, recipient, contracts, insured] = await db.read(
				submissions.find(id, actor),
				uploads.listOfSubmission(id, actor.accountId),
				parts.recipients.find(actor.accountId),
				parts.contracts.listOfAccount(actor.accountId, today()),
				parts.contracts.insuredOfAccount(actor.accountId, today())
			);
			if (!known) return NOT_FOUND;
			if (known.state === 'committed') return ok(stateOf(known, files));
			const { submission } = known;
			if (known.state === 'withdrawn' || !submission) return WITHDRAWN;
			const checked = checkToday(submission, contracts, insured);
			if (!checked.ok) return checked;
			const complete = completeUploads(submission, files);
			if (!complete) return FILES_MISSING;
			if (!recipient) throw new Error('a signed-in account is not there');
			for (let tries = 0; tries < NUMBER_TRIES; tries++) {
				const done = await commitSubmission(parts, actor, {
					known: { ...known, submission },
					uploads: complete,
					recipient
				});
				if (done.ok) return ok(stateOf(done.value, files));
				if (done.error.code === NUMBER_TAKEN.error.code) continue;
				// Another request was faster: it made the claim, or took the submission back.
				const now = await readState(actor, id);
				return now.ok && now.value.state === 'withdrawn' ? WITHDRAWN : now;
			}
			return NUMBER_TAKEN;
		}
	};
}
