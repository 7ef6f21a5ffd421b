import { decodeBase64, encodeBase64 } from '@oslojs/encoding';
import { requirePermission, type Actor } from '#lib/domain/actor.ts';
import { reconcileSightings, type Sighting } from '#lib/domain/claims/draft-canary.ts';
import type {
	DeviceContact,
	Snapshot,
	SnapshotEntry,
	SnapshotInput
} from '#lib/domain/claims/draft-snapshot.ts';
import { EXPIRY_WARNINGS_MS } from '#lib/domain/claims/draft-times.ts';
import type { Mail } from '#lib/domain/messages/mail.ts';
import { NOT_FOUND, ok, type Result } from '#lib/domain/result.ts';
import type { Database, Read, Write } from '#lib/server/db/client.ts';
import type { Clock } from '#lib/server/platform/clock.ts';
import { hashToken, type Ids } from '#lib/server/platform/ids.ts';
import { draftSnapshotsRepository as snapshots } from './draft-snapshots.repository.ts';
import type { Recipient } from './submission-commit.ts';

/** Accounts told in one minute's job; the next minute takes the next ones. */
const WARNED_AT_ONCE = 20;

export type ContactAnswer = {
	readonly drafts: readonly SnapshotEntry[];
	/** Gone from this device although nobody deleted them. */
	readonly missing: readonly Sighting[];
};

export type DraftSnapshotsService = ReturnType<typeof createDraftSnapshotsService>;

/** Drafts follow their owner from device to device, sealed: we keep them and cannot read them (decision 0046). */
export function createDraftSnapshotsService(parts: {
	readonly db: Database;
	readonly clock: Clock;
	readonly ids: Ids;
	readonly mails: {
		enqueue(id: string, personId: string, mail: Mail, nowMs: number): Promise<Write>;
	};
	readonly recipients: { find(accountId: string): Read<Recipient | null> };
}) {
	const { db, clock } = parts;

	/** One mail an account and warning, however many drafts go; with no word of them. */
	async function warn(accountId: string, withinMs: number, told: number): Promise<boolean> {
		const nowMs = clock.nowMs();
		const [recipient] = await db.read(parts.recipients.find(accountId));
		if (!recipient) return false;
		const { personId, to, language, name } = recipient;
		const mail: Mail = { template: 'draft-expires', to, language, name, isLast: told > 1 };
		const done = await db.commit(
			snapshots.markWarned(accountId, nowMs, withinMs, told),
			await parts.mails.enqueue(parts.ids.newId(), personId, mail, nowMs)
		);
		return done.ok;
	}

	async function withoutDevice(actor: Actor): Promise<Result<ContactAnswer>> {
		const [drafts] = await db.read(snapshots.listOf(actor.accountId));
		return ok({ drafts, missing: [] });
	}

	return {
		/** Every draft that a device of the actor has left here, deleted ones too. */
		async list(actor: Actor): Promise<Result<readonly SnapshotEntry[]>> {
			const permission = requirePermission(actor, 'claim/submit');
			if (!permission.ok) return permission;
			const [drafts] = await db.read(snapshots.listOf(actor.accountId));
			return ok(drafts);
		},

		/** One sealed draft; `portal/not-found` for anybody else's. */
		async find(actor: Actor, draftId: string): Promise<Result<Snapshot>> {
			const permission = requirePermission(actor, 'claim/submit');
			if (!permission.ok) return permission;
			const [found, names] = await db.read(
				snapshots.find(actor.accountId, draftId),
				snapshots.listParts(actor.accountId, draftId)
			);
			if (!found) return NOT_FOUND;
			return ok({ ...found, sealed: encodeBase64(found.sealed), parts: names });
		},

		/**
		 * Keeps the change after revision `baseRev` (0: the first one). `claims/draft-changed` when
		 * another device was faster or the draft is deleted; `claims/draft-space` beyond fifty drafts.
		 */
		async put(
			actor: Actor,
			draftId: string,
			baseRev: number,
			{ sealed, fileIds }: SnapshotInput
		): Promise<Result<{ readonly rev: number; readonly expiresAtMs: number }>> {
			const permission = requirePermission(actor, 'claim/submit');
			if (!permission.ok) return permission;
			const change = { draftId, baseRev, sealed: decodeBase64(sealed), nowMs: clock.nowMs() };
			const answer = await db.commitAndRead(
				[
					snapshots.put(actor.accountId, change),
					snapshots.keepPartsOf(actor.accountId, draftId, fileIds)
				],
				[snapshots.find(actor.accountId, draftId)]
			);
			if (!answer.ok) return answer;
			const [kept] = answer.value;
			return kept ? ok({ rev: kept.rev, expiresAtMs: kept.expiresAtMs }) : NOT_FOUND;
		},

		/** Deletes a draft everywhere: `proof`, sealed on a device, tells the others that its owner did. */
		async remove(actor: Actor, draftId: string, proof: string): Promise<Result<void>> {
			const permission = requirePermission(actor, 'claim/submit');
			if (!permission.ok) return permission;
			return db.commit(
				snapshots.bury(actor.accountId, draftId, decodeBase64(proof), clock.nowMs())
			);
		},

		async findPart(
			actor: Actor,
			draftId: string,
			name: string
		): Promise<Result<{ readonly sealed: string }>> {
			const permission = requirePermission(actor, 'claim/submit');
			if (!permission.ok) return permission;
			const [sealed] = await db.read(snapshots.findPart(actor.accountId, draftId, name));
			return sealed ? ok({ sealed: encodeBase64(sealed) }) : NOT_FOUND;
		},

		/** Keeps a sealed part of a file. `claims/draft-space` when the account's space is used up. */
		async putPart(
			actor: Actor,
			draftId: string,
			name: string,
			sealed: string
		): Promise<Result<void>> {
			const permission = requirePermission(actor, 'claim/submit');
			if (!permission.ok) return permission;
			return db.commit(snapshots.putPart(actor.accountId, draftId, name, decodeBase64(sealed)));
		},

		/**
		 * What a device has, and what it should have (idea 3). Before this is asked it has told every
		 * deletion, so what it had and has no more was taken from it. `deviceToken` is the
		 * cookie of a known device; without it nothing can be missed.
		 */
		async contact(
			actor: Actor,
			deviceToken: string | null,
			{ drafts, acknowledged }: DeviceContact
		): Promise<Result<ContactAnswer>> {
			const permission = requirePermission(actor, 'claim/submit');
			if (!permission.ok) return permission;
			if (deviceToken === null) return withoutDevice(actor);
			const deviceHash = await hashToken(deviceToken);
			const nowMs = clock.nowMs();
			const [entries, before] = await db.read(
				snapshots.listOf(actor.accountId),
				snapshots.findSightings(actor.accountId, deviceHash)
			);
			const { known, missing } = reconcileSightings(before, {
				drafts,
				deletedIds: new Set(entries.filter(({ isDeleted }) => isDeleted).map(({ id }) => id)),
				acknowledgedIds: new Set(acknowledged),
				nowMs
			});
			const kept = await db.commit(
				snapshots.keepSightings(actor.accountId, deviceHash, known, nowMs)
			);
			return kept.ok ? ok({ drafts: entries, missing }) : kept;
		},

		/** Tells owners seven days and one day before a copy goes. Safe to run twice at once. */
		async warnOfExpiry(): Promise<number> {
			let told = 0;
			for (const [index, withinMs] of EXPIRY_WARNINGS_MS.entries()) {
				const stage = index + 1;
				const [accountIds] = await db.read(
					snapshots.listExpiring(clock.nowMs(), withinMs, stage, WARNED_AT_ONCE)
				);
				for (const accountId of accountIds) if (await warn(accountId, withinMs, stage)) told += 1;
			}
			return told;
		},

		/** Deletes copies thirty days after their last change. The drafts on the devices stay. */
		async purge(): Promise<void> {
			await db.commit(snapshots.purge(clock.nowMs()));
		}
	};
}
