import { LIMITS } from '#lib/domain/accounts/throttle.ts';
import { requirePermission, type Actor } from '#lib/domain/actor.ts';
import { pauseAfterTry } from '#lib/domain/messages/mail.ts';
import { MAX_PUSH_TRIES, type PushSubscription } from '#lib/domain/messages/push.ts';
import { failed, ok, type Result } from '#lib/domain/result.ts';
import type { ThrottleService } from '#lib/server/accounts/throttle.service.ts';
import type { AuditNote } from '#lib/server/audit/audit.service.ts';
import type { Database, Write } from '#lib/server/db/client.ts';
import type { Clock } from '#lib/server/platform/clock.ts';
import { logEvent } from '#lib/server/platform/log.ts';
import type { PushAnswer } from '#lib/server/platform/push.ts';
import { sha256Hex } from '#lib/server/platform/sha256.ts';
import { DEVICE_UNKNOWN, type PushRepository, type WaitingPush } from './push.repository.ts';

const BATCH_SIZE = 20;

export type PushView = {
	/** What a browser subscribes with; null where the operator offers no notices. */
	readonly publicKey: string | null;
	/** How many devices of the account are told. */
	readonly devices: number;
	/** Whether the device of this session is one of them. */
	readonly isOnHere: boolean;
};

export type PushService = ReturnType<typeof createPushService>;

/** One word to the devices whose owner wants it: there is news. What it is stands in the portal (A32). */
export function createPushService(parts: {
	readonly db: Database;
	readonly clock: Clock;
	readonly audit: { record(note: AuditNote): Promise<Write> };
	readonly throttle: Pick<ThrottleService, 'commitWithin'>;
	readonly push: PushRepository;
	/** Null where the operator has no key: then nothing is offered, and nothing is sent. */
	readonly door: {
		readonly publicKey: string;
		send(subscription: PushSubscription): Promise<PushAnswer>;
	} | null;
}) {
	const { db, clock, audit, throttle, push, door } = parts;

	/** True when it went out. Taking it first means that of two senders only one sends. */
	async function sendOne(
		waiting: WaitingPush,
		send: (subscription: PushSubscription) => Promise<PushAnswer>
	): Promise<boolean> {
		const takenAtMs = clock.nowMs();
		const nextTryAtMs = takenAtMs + pauseAfterTry(waiting.tries);
		const taken = await db.commit(push.take(waiting, nextTryAtMs));
		if (!taken.ok) return false;
		const { outcome, pauseMs } = await post(waiting, send);
		await db.commit(...afterTry(waiting, outcome, { takenAtMs, nextTryAtMs, pauseMs }));
		return outcome === 'sent';
	}

	/** What came of it; without an answer, or a subscription that opens, it is tried again later. */
	async function post(
		{ subscription }: WaitingPush,
		send: (subscription: PushSubscription) => Promise<PushAnswer>
	): Promise<PushAnswer> {
		try {
			if (subscription !== null) return await send(subscription);
			logEvent('error', 'push-unreadable');
		} catch (error) {
			const name = error instanceof Error ? error.name : 'unknown';
			logEvent('warning', 'push-not-sent', { error: name });
		}
		return { outcome: 'later', pauseMs: 0 };
	}

	/** Never refused, or consent could not be withdrawn; where nothing is on, the log has nothing to say. */
	async function end(actor: Actor, id: string | null): Promise<Result<void>> {
		const { accountId } = actor;
		const done = await db.commit(
			push.end(accountId, id),
			await audit.record({ event: 'message/push-off', objectRef: 'account', accountId })
		);
		return done.ok || done.error.code !== DEVICE_UNKNOWN.code ? done : ok(undefined);
	}

	function afterTry(
		{ id, tries }: WaitingPush,
		outcome: PushAnswer['outcome'],
		times: { readonly takenAtMs: number; readonly nextTryAtMs: number; readonly pauseMs: number }
	): readonly Write[] {
		if (outcome === 'gone') return [push.remove(id)];
		if (outcome !== 'later') {
			if (outcome === 'refused') logEvent('warning', 'push-refused', {});
			return [push.settle(id, times.takenAtMs)];
		}
		if (tries + 1 >= MAX_PUSH_TRIES) return [push.settle(id, times.takenAtMs)];
		const wishedAtMs = times.takenAtMs + times.pauseMs;
		return wishedAtMs > times.nextTryAtMs ? [push.postpone(id, wishedAtMs)] : [];
	}

	return {
		/** Whether the operator offers notices at all. */
		isOffered: door !== null,

		/** What the page of notices shows. */
		async settings(actor: Actor, sessionId: string): Promise<Result<PushView>> {
			const permission = requirePermission(actor, 'account/manage-own');
			if (!permission.ok) return permission;
			const [counted] = await db.read(push.count(actor.accountId, sessionId));
			return ok({ publicKey: door?.publicKey ?? null, ...counted });
		},

		/**
		 * From now on this browser is told of news. `messages/push-not-offered` where the operator has no
		 * key, `messages/push-device-unknown` for a session that was opened on no known device,
		 * `portal/limit-reached` after a day's share.
		 */
		async switchOn(
			actor: Actor,
			sessionId: string,
			subscription: PushSubscription
		): Promise<Result<void>> {
			const permission = requirePermission(actor, 'account/manage-own');
			if (!permission.ok) return permission;
			if (door === null) return failed('conflict', 'messages/push-not-offered');
			const id = await idOf(subscription.endpoint);
			const { accountId } = actor;
			return throttle.commitWithin(
				{ scope: 'messages/push-switches', key: accountId, limit: LIMITS.pushSwitches, accountId },
				await push.keep(actor, sessionId, { id, subscription, nowMs: clock.nowMs() }),
				await audit.record({ event: 'message/push-on', objectRef: 'account', accountId })
			);
		},

		/** Nothing is sent to this browser any more; so it is also where nothing ever was. */
		async switchOff(actor: Actor, endpoint: string): Promise<Result<void>> {
			const permission = requirePermission(actor, 'account/manage-own');
			if (!permission.ok) return permission;
			return end(actor, await idOf(endpoint));
		},

		/** Nothing is sent to any device of the actor any more: for one that is lost, and without a script. */
		async switchOffEverywhere(actor: Actor): Promise<Result<void>> {
			const permission = requirePermission(actor, 'account/manage-own');
			if (!permission.ok) return permission;
			return end(actor, null);
		},

		/** Tells every device that is due, at most 20. Safe to run twice at once. Answers how many were told. */
		async sendDue(): Promise<number> {
			if (door === null) return 0;
			const [due] = await db.read(push.listDue(clock.nowMs(), BATCH_SIZE));
			let sent = 0;
			for (const waiting of due) {
				if (await sendOne(waiting, (subscription) => door.send(subscription))) sent += 1;
			}
			return sent;
		}
	};
}

const idOf = (endpoint: string): Promise<string> => sha256Hex(new TextEncoder().encode(endpoint));
