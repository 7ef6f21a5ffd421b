import { and, asc, count, eq, isNull, lte, min } from 'drizzle-orm';
import type { Mail } from '#lib/domain/messages/mail.ts';
import type { GiveUpReason } from '#lib/domain/operations/jobs.ts';
import { parseMail } from '#lib/domain/messages/mail.ts';
import { isPushed } from '#lib/domain/messages/push.ts';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import {
	joinWrites,
	read,
	write,
	writeIfHolds,
	type Read,
	type Write
} from '#lib/server/db/client.ts';
import { mailOutbox } from '#lib/server/db/tables/messages.ts';
import { people } from '#lib/server/db/tables/people.ts';
import type { Cell, Cipher } from '#lib/server/platform/cipher.ts';
import { markNews } from './push.repository.ts';

export type WaitingMail = {
	readonly id: string;
	readonly tries: number;
	readonly nextTryAtMs: number;
	readonly mail: Mail;
};

/** A mail that was tried until nobody tries any more. Nothing of what it says, nor to whom. */
export type DeadMail = {
	readonly id: string;
	readonly createdAtMs: number;
	readonly tries: number;
};

/** More are shown when these are dealt with. */
const SHOWN_DEAD = 100;

const CHANGED = { kind: 'conflict', code: 'operations/changed-meanwhile' } as const;
const TAKEN = { kind: 'conflict', code: 'claims/changed-meanwhile' } as const;

/** Where a mail is sealed, under its reader's key. */
export const mailCell = (rowId: string, personId: string): Cell => ({
	table: 'mail_outbox',
	column: 'mail',
	rowId,
	personId
});

export function createMailsRepository(cipher: Cipher) {
	return {
		/**
		 * Puts a mail into the outbox, in the batch of the act that causes it. One that tells of news also
		 * marks the devices that want to be told.
		 */
		async enqueue(id: string, personId: string, mail: Mail, nowMs: number): Promise<Write> {
			// An erased account has no address any more, and what is left of it still has events.
			if (mail.to === '') return joinWrites();
			const queued = write(
				sqlBuilder.insert(mailOutbox).values({
					id,
					personId,
					mail: await cipher.sealJson(mailCell(id, personId), mail),
					state: 'waiting',
					nextTryAtMs: nowMs,
					createdAtMs: nowMs
				})
			);
			return isPushed(mail) ? joinWrites(queued, markNews(personId, nowMs)) : queued;
		},

		listDue(nowMs: number, limit: number): Read<readonly WaitingMail[]> {
			return read(
				sqlBuilder
					.select()
					.from(mailOutbox)
					.innerJoin(people, eq(people.id, mailOutbox.personId))
					.where(and(eq(mailOutbox.state, 'waiting'), lte(mailOutbox.nextTryAtMs, nowMs)))
					.orderBy(asc(mailOutbox.nextTryAtMs))
					.limit(limit),
				(rows) =>
					Promise.all(
						rows.map(async ({ mail_outbox: row, people: person }) => {
							await cipher.learn(person.id, person);
							const sealed = mailCell(row.id, row.personId);
							return {
								id: row.id,
								tries: row.tries,
								nextTryAtMs: row.nextTryAtMs,
								mail: parseMail(await cipher.openJson(sealed, row.mail))
							};
						})
					)
			);
		},

		/** Takes a mail for sending by moving its next try: only one sender can move it from here. */
		take(mail: WaitingMail, nextTryAtMs: number): Write {
			return writeIfHolds(
				sqlBuilder
					.update(mailOutbox)
					.set({ tries: mail.tries + 1, nextTryAtMs })
					.where(
						and(
							eq(mailOutbox.id, mail.id),
							eq(mailOutbox.state, 'waiting'),
							eq(mailOutbox.nextTryAtMs, mail.nextTryAtMs)
						)
					),
				TAKEN
			);
		},

		markSent(id: string, nowMs: number): Write {
			return write(
				sqlBuilder
					.update(mailOutbox)
					.set({ state: 'sent', sentAtMs: nowMs })
					.where(eq(mailOutbox.id, id))
			);
		},

		/** How many wait to be sent, and since when the first. */
		countWaiting(): Read<{ readonly count: number; readonly oldestAtMs: number | null }> {
			return read(
				sqlBuilder
					.select({ count: count(), oldestAtMs: min(mailOutbox.createdAtMs) })
					.from(mailOutbox)
					.where(eq(mailOutbox.state, 'waiting')),
				([row]) => ({ count: row?.count ?? 0, oldestAtMs: row?.oldestAtMs ?? null })
			);
		},

		listDead(): Read<readonly DeadMail[]> {
			return read(
				sqlBuilder
					.select({
						id: mailOutbox.id,
						createdAtMs: mailOutbox.createdAtMs,
						tries: mailOutbox.tries
					})
					.from(mailOutbox)
					.where(and(eq(mailOutbox.state, 'dead'), isNull(mailOutbox.givenUpAtMs)))
					.orderBy(asc(mailOutbox.createdAtMs))
					.limit(SHOWN_DEAD),
				(rows) => rows
			);
		},

		/** From the first try on, as if it were new. */
		tryAgain(id: string, nowMs: number): Write {
			return writeIfHolds(
				sqlBuilder
					.update(mailOutbox)
					.set({ state: 'waiting', tries: 0, nextTryAtMs: nowMs })
					.where(isDead(id)),
				CHANGED
			);
		},

		giveUp(
			id: string,
			reason: GiveUpReason,
			by: { readonly accountId: string; readonly nowMs: number }
		): Write {
			return writeIfHolds(
				sqlBuilder
					.update(mailOutbox)
					.set({ giveUpReason: reason, givenUpBy: by.accountId, givenUpAtMs: by.nowMs })
					.where(isDead(id)),
				CHANGED
			);
		},

		markDead(id: string): Write {
			return write(
				sqlBuilder.update(mailOutbox).set({ state: 'dead' }).where(eq(mailOutbox.id, id))
			);
		}
	};
}

/** Dead, and nobody has given it up. */
const isDead = (id: string) =>
	and(eq(mailOutbox.id, id), eq(mailOutbox.state, 'dead'), isNull(mailOutbox.givenUpAtMs));

export type MailsRepository = ReturnType<typeof createMailsRepository>;
