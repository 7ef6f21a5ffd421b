import { MAX_MAIL_TRIES, pauseAfterTry, type Mail } from '#lib/domain/messages/mail.ts';
import type { Database } from '#lib/server/db/client.ts';
import type { Clock } from '#lib/server/platform/clock.ts';
import { logEvent } from '#lib/server/platform/log.ts';
import type { MailsRepository, WaitingMail } from './mails.repository.ts';

const BATCH_SIZE = 20;

export type OutboxService = ReturnType<typeof createOutboxService>;

/** Sends what acts have put into the outbox. A dead mail server delays mail and nothing else. */
export function createOutboxService(parts: {
	readonly db: Database;
	readonly clock: Clock;
	readonly mails: MailsRepository;
	readonly send: (mail: Mail) => Promise<void>;
}) {
	const { db, clock, mails } = parts;

	/** True when it went out. Taking it first means that of two senders only one sends. */
	async function sendOne(waiting: WaitingMail): Promise<boolean> {
		const nextTryAtMs = clock.nowMs() + pauseAfterTry(waiting.tries);
		const taken = await db.commit(mails.take(waiting, nextTryAtMs));
		if (!taken.ok) return false;
		try {
			await parts.send(waiting.mail);
		} catch (error) {
			logEvent('warning', 'mail-not-sent', {
				error: error instanceof Error ? error.name : 'unknown'
			});
			if (waiting.tries + 1 >= MAX_MAIL_TRIES) await db.commit(mails.markDead(waiting.id));
			return false;
		}
		await db.commit(mails.markSent(waiting.id, clock.nowMs()));
		return true;
	}

	return {
		/** Sends every mail that is due, at most 20. Safe to run twice at once. Answers how many went out. */
		async sendDue(): Promise<number> {
			const [due] = await db.read(mails.listDue(clock.nowMs(), BATCH_SIZE));
			let sent = 0;
			for (const waiting of due) {
				if (await sendOne(waiting)) sent += 1;
			}
			return sent;
		}
	};
}
