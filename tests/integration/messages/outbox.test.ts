import { afterEach, beforeEach, expect, test } from 'vitest';
import { HOUR_MS } from '#lib/domain/calendar.ts';
import { MAX_MAIL_TRIES, pauseAfterTry, type Mail } from '#lib/domain/messages/mail.ts';
import { insertPerson } from '#lib/server/db/people.ts';
import { createMailsRepository } from '#lib/server/messages/mails.repository.ts';
import { createOutboxService } from '#lib/server/messages/outbox.service.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';

let it: TestDatabase;
let sent: Mail[];
let isServerDead: boolean;
const MAIL: Mail = { template: 'new-document', to: 'a@example.org', language: 'de', name: 'Ada' };

beforeEach(async () => {
	it = await openTestDatabase();
	sent = [];
	isServerDead = false;
	await it.db.commit(
		await insertPerson(it.cipher, {
			id: 'p',
			profile: { firstName: 'Ada', lastName: '', dateOfBirth: null },
			nowMs: 0
		}),
		await it.mails.enqueue('m1', 'p', MAIL, it.clock.nowMs())
	);
});
afterEach(() => it.close());

const outbox = () =>
	createOutboxService({
		db: it.db,
		clock: it.clock,
		mails: createMailsRepository(it.newCipher()),
		send: async (mail) => {
			if (isServerDead) throw new Error('connection refused');
			await Promise.resolve();
			sent.push(mail);
		}
	});
const stateOf = async () =>
	(await it.client.execute('select state, tries from mail_outbox')).rows[0];

test('a mail goes out once, also when two senders run at the same time', async () => {
	const counts = await Promise.all([outbox().sendDue(), outbox().sendDue()]);
	expect(sent).toEqual([MAIL]);
	expect(counts.toSorted()).toEqual([0, 1]);
	expect(await outbox().sendDue()).toBe(0);
	expect(await stateOf()).toMatchObject({ state: 'sent' });
});

test('a dead mail server delays the mail, with growing pauses', async () => {
	isServerDead = true;
	expect(await outbox().sendDue()).toBe(0);
	expect(await stateOf()).toMatchObject({ state: 'waiting', tries: 1 });
	isServerDead = false;
	it.clock.advance(pauseAfterTry(0) - 1);
	expect(await outbox().sendDue()).toBe(0);
	it.clock.advance(1);
	expect(await outbox().sendDue()).toBe(1);
});

test('after its last try a mail is dead and stays to be seen', async () => {
	isServerDead = true;
	for (let tries = 0; tries < MAX_MAIL_TRIES; tries += 1) {
		await outbox().sendDue();
		it.clock.advance(7 * HOUR_MS);
	}
	expect(await stateOf()).toMatchObject({ state: 'dead', tries: MAX_MAIL_TRIES });
});

test('address and name of a waiting mail are not readable in the database', async () => {
	const { rows } = await it.client.execute('select hex(mail) as mail from mail_outbox');
	const raw = Buffer.from(String(rows[0]?.['mail']), 'hex').toString('latin1');
	expect(raw).not.toContain('example.org');
	expect(raw).not.toContain('new-document');
});

test('nothing is put into the outbox for somebody who has no address any more', async () => {
	const before = await it.countRows('mail_outbox');
	const done = await it.db.commit(
		await it.mails.enqueue('m2', 'p', { ...MAIL, to: '' }, it.clock.nowMs())
	);
	expect(done.ok).toBe(true);
	expect(await it.countRows('mail_outbox')).toBe(before);
});
