import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { LIMITS } from '#lib/domain/accounts/throttle.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '#lib/domain/calendar.ts';
import { pauseAfterTry, type Mail } from '#lib/domain/messages/mail.ts';
import { MAX_PUSH_DEVICES, MAX_PUSH_TRIES } from '#lib/domain/messages/push.ts';
import type { Result } from '#lib/domain/result.ts';
import { createPushRepository } from '#lib/server/messages/push.repository.ts';
import { createPushService } from '#lib/server/messages/push.service.ts';
import { sendPush } from '#lib/server/platform/push.ts';
import { publicSenderKey } from '#lib/server/platform/push-message.ts';
import { freshPushKey } from '../../../tools/keys/push.ts';
import { ownerOf, type Owner, type pageRooms } from '../../support/account-page.ts';
import { NEW_BROWSER, REGISTRATION, signIn, codeAt } from '../../support/accounts.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import {
	checkedClaims,
	newBrowser,
	startPushService,
	type PushServiceStub
} from '../../support/push-service.ts';
import { mustHold, staffRooms } from '../../support/staff.ts';
import { addAccount } from '../decisions/desk-world.ts';

const KEY = JSON.parse(await freshPushKey()) as { x: string; y: string; d: string };
const CONTACT = 'https://portal.example';
const PHONE = newBrowser('phone');
const LAPTOP = newBrowser('laptop');

let it: TestDatabase;
let owner: Owner;
let service: PushServiceStub;
let laptopToken: string;
/** A request of the owner from before: what acts for them long after. */
let owned: Awaited<ReturnType<Owner['enter']>>;

beforeEach(async () => {
	vi.spyOn(console, 'log').mockImplementation(() => undefined);
	it = await openTestDatabase();
	service = await startPushService();
	owner = await ownerOf(it);
	laptopToken = await owner.signIn();
	owned = await owner.enter();
});
afterEach(async () => {
	await service.close();
	it.close();
});

/** The service of one request or job, as compose builds it. */
const pushOf = (cipher = it.newCipher(), isOffered = true) =>
	createPushService({
		...{ db: it.db, clock: it.clock, audit: it.audit, throttle: it.throttle },
		push: createPushRepository(cipher),
		door: isOffered
			? {
					publicKey: publicSenderKey(KEY),
					send: (subscription) =>
						sendPush({ key: KEY, contact: CONTACT }, subscription, it, { fetch: service.fetch })
				}
			: null
	});

async function switchOn(browser = PHONE, cookie = owner.token(), who = owner) {
	const { actor, sessionId, cipher } = await who.enter(cookie);
	return pushOf(cipher).switchOn(actor, sessionId, browser.subscription);
}

async function addNews(template: 'new-document' | 'account-kept' = 'new-document') {
	const { actor, mails } = owned;
	const mail: Mail = { template, to: 'zoe@example.org', language: 'de', name: 'MARKER-name' };
	mustHold(
		await it.db.commit(await mails.enqueue(it.ids.newId(), actor.personId, mail, it.clock.nowMs()))
	);
}

const devices = () => it.countRows('push_subscriptions');
const waiting = async () =>
	(await it.client.execute('select tries, due_at_ms from push_subscriptions')).rows[0];

type Rooms = ReturnType<typeof pageRooms> & Awaited<ReturnType<Owner['enter']>>;

/** Asks for a sensitive act on the phone and proves it there. */
async function prove(ask: (rooms: Rooms) => Promise<Result<{ readonly id: string }>>) {
	const { id } = mustHold(await ask(await owner.enter()));
	const { stepUp, actor, sessionId } = await owner.enter();
	owner.take(mustHold(await stepUp.confirm(actor, sessionId, id, owner.proof())).sessionToken);
}

test('a device is told one word, sealed for it alone, signed for its service, and nothing else', async () => {
	mustHold(await switchOn());
	await addNews();
	expect(await pushOf().sendDue()).toBe(1);
	const [posted] = service.posted;
	if (!posted) throw new Error('nothing was posted');
	expect(posted.url).toBe('/fcm/send/phone');
	expect(PHONE.open(posted.body)).toBe('status-changed');
	expect(() => LAPTOP.open(posted.body)).toThrow();
	expect(posted.headers).toMatchObject({
		'content-encoding': 'aes128gcm',
		ttl: String(24 * 60 * 60),
		topic: 'status-changed'
	});
	const { actor } = await owner.enter();
	const said = JSON.stringify(posted.headers);
	for (const secret of [actor.accountId, actor.personId, 'MARKER', 'zoe']) {
		expect(said).not.toContain(secret);
	}
	expect(checkedClaims(posted)).toEqual({
		aud: 'https://fcm.googleapis.com',
		exp: Math.floor((it.clock.nowMs() + 12 * HOUR_MS) / 1000),
		sub: CONTACT,
		publicKey: publicSenderKey(KEY)
	});
});

test('nothing is sent before it is switched on, and what is old is not told afterwards', async () => {
	await addNews();
	expect(await pushOf().sendDue()).toBe(0);
	mustHold(await switchOn());
	expect(await pushOf().sendDue()).toBe(0);
	expect(service.posted).toEqual([]);
});

test('a notice goes to every device of its reader once, and to nobody else', async () => {
	const other = await ownerOf(it, { ...REGISTRATION, email: 'other@example.org' });
	const stranger = newBrowser('stranger');
	mustHold(await switchOn());
	mustHold(await switchOn(LAPTOP, laptopToken));
	mustHold(await switchOn(stranger, other.token(), other));
	await addNews();
	await addNews();
	const counts = await Promise.all([pushOf().sendDue(), pushOf().sendDue()]);
	expect(counts[0] + counts[1]).toBe(2);
	expect(service.posted.map(({ url }) => url).toSorted()).toEqual([
		'/fcm/send/laptop',
		'/fcm/send/phone'
	]);
	expect(await pushOf().sendDue()).toBe(0);
});

test('mails about the account itself mark no device', async () => {
	mustHold(await switchOn());
	await addNews('account-kept');
	expect(await pushOf().sendDue()).toBe(0);
});

test('news that come in while a notice is on its way are told after it', async () => {
	mustHold(await switchOn());
	await addNews();
	const lead = service.fetch;
	service.fetch = async (...request) => {
		it.clock.advance(1);
		await addNews();
		return lead(...request);
	};
	expect(await pushOf().sendDue()).toBe(1);
	service.fetch = lead;
	expect(await pushOf().sendDue()).toBe(1);
	expect(await pushOf().sendDue()).toBe(0);
});

test.each([404, 410, 403])('a device whose service answers %i is forgotten', async (status) => {
	mustHold(await switchOn());
	await addNews();
	service.answerWith(status);
	expect(await pushOf().sendDue()).toBe(0);
	expect(await devices()).toBe(0);
});

test.each([429, 503])(
	'after a %i the pauses grow, and what is asked for is kept',
	async (status) => {
		mustHold(await switchOn());
		await addNews();
		service.answerWith(status);
		await pushOf().sendDue();
		expect(await waiting()).toMatchObject({
			tries: 1,
			due_at_ms: it.clock.nowMs() + pauseAfterTry(0)
		});
		// More news is no reason to ask earlier.
		await addNews();
		it.clock.advance(pauseAfterTry(0) - 1);
		expect(await pushOf().sendDue()).toBe(0);
		expect(service.posted).toHaveLength(1);
		it.clock.advance(1);
		service.answerWith(status, { 'Retry-After': '7200' });
		await pushOf().sendDue();
		expect(await waiting()).toMatchObject({ tries: 2, due_at_ms: it.clock.nowMs() + 2 * HOUR_MS });
		it.clock.advance(2 * HOUR_MS);
		service.answerWith(201);
		expect(await pushOf().sendDue()).toBe(1);
		expect(await waiting()).toMatchObject({ tries: 0, due_at_ms: null });
	}
);

test.each([
	['a cell', "update push_subscriptions set subscription = x'00' where rowid = 1"],
	[
		'a key',
		`update people set wrapped_key = x'00' where id =
		(select a.person_id from accounts a join push_subscriptions p on p.account_id = a.id where p.rowid = 1)`
	]
])(
	'%s that does not open stops no other device, and is left alone after the last try',
	async (_, damage) => {
		const other = await ownerOf(it, { ...REGISTRATION, email: 'other@example.org' });
		mustHold(await switchOn());
		mustHold(await switchOn(newBrowser('stranger'), other.token(), other));
		await addNews();
		await it.client.execute('update push_subscriptions set due_at_ms = 0, news_at_ms = 0');
		await it.client.execute(damage);
		expect(await pushOf().sendDue()).toBe(1);
		expect(service.posted.map(({ url }) => url)).toEqual(['/fcm/send/stranger']);
		for (let tries = 0; tries < MAX_PUSH_TRIES; tries += 1) {
			it.clock.advance(7 * HOUR_MS);
			await pushOf().sendDue();
		}
		expect(service.posted).toHaveLength(1);
		// A damage that is mended, as a key put back, has cost notices and no device.
		expect(await devices()).toBe(2);
		expect(await waiting()).toMatchObject({ tries: 0, due_at_ms: null });
	}
);

test('B2: devices are switched on so often a day; switching off is never refused, and logged where it ends something', async () => {
	const { actor } = await owner.enter();
	for (let times = 0; times < LIMITS.pushSwitches.max; times += 1) {
		mustHold(await switchOn());
		mustHold(await pushOf().switchOff(actor, PHONE.subscription.endpoint));
		mustHold(await pushOf().switchOff(actor, PHONE.subscription.endpoint));
		mustHold(await pushOf().switchOffEverywhere(actor));
	}
	expect(await switchOn()).toMatchObject({ error: { code: 'portal/limit-reached' } });
	mustHold(await pushOf().switchOffEverywhere(actor));
	const logged = (event: string) => it.countRows(`audit_events where event = '${event}'`);
	expect(await logged('message/push-on')).toBe(LIMITS.pushSwitches.max);
	expect(await logged('message/push-off')).toBe(LIMITS.pushSwitches.max);
	expect(await logged('account/limit-reached')).toBe(1);
	it.clock.advance(DAY_MS);
	mustHold(await switchOn(PHONE, await owner.signIn()));
});

test('a service that is never there is left alone after the last try; the device stays', async () => {
	mustHold(await switchOn());
	await addNews();
	service.answerWith(500);
	for (let tries = 0; tries < MAX_PUSH_TRIES + 2; tries += 1) {
		await pushOf().sendDue();
		it.clock.advance(7 * HOUR_MS);
	}
	expect(service.posted).toHaveLength(MAX_PUSH_TRIES);
	expect(await waiting()).toMatchObject({ tries: 0, due_at_ms: null });
	service.answerWith(400);
	await addNews();
	expect(await pushOf().sendDue()).toBe(0);
	expect(await waiting()).toMatchObject({ tries: 0, due_at_ms: null });
});

test('B3: a redirect of a service is not followed', async () => {
	mustHold(await switchOn());
	await addNews();
	service.answerWith(307, { Location: 'http://127.0.0.1:1/inner' });
	expect(await pushOf().sendDue()).toBe(0);
	expect(await waiting()).toMatchObject({ tries: 1 });
});

test('B3: a row that names another host is never posted to', async () => {
	const inner = { ...PHONE.subscription, endpoint: 'https://10.0.0.1/inner' };
	await expect(
		sendPush({ key: KEY, contact: CONTACT }, inner, it, { fetch: service.fetch })
	).rejects.toThrow('not allowed');
	expect(service.posted).toEqual([]);
});

test('without a key of the operator nothing is offered, kept or sent', async () => {
	const { actor, sessionId, cipher } = await owner.enter();
	const push = pushOf(cipher, false);
	expect(await push.switchOn(actor, sessionId, PHONE.subscription)).toMatchObject({
		error: { code: 'messages/push-not-offered' }
	});
	expect(mustHold(await push.settings(actor, sessionId)).publicKey).toBeNull();
	expect([push.isOffered, pushOf(cipher).isOffered]).toEqual([false, true]);
	expect(await devices()).toBe(0);
	it.takeRoundTrips();
	expect(await push.sendDue()).toBe(0);
	expect(it.takeRoundTrips()).toBe(0);
});

test('the page says which devices are on; switching off ends one, or all', async () => {
	mustHold(await switchOn());
	mustHold(await switchOn(LAPTOP, laptopToken));
	const { actor, sessionId } = await owner.enter();
	expect(mustHold(await pushOf().settings(actor, sessionId))).toEqual({
		...{ publicKey: publicSenderKey(KEY), devices: 2, isOnHere: true }
	});
	mustHold(await pushOf().switchOff(actor, PHONE.subscription.endpoint));
	expect(mustHold(await pushOf().settings(actor, sessionId))).toMatchObject({
		...{ devices: 1, isOnHere: false }
	});
	mustHold(await pushOf().switchOffEverywhere(actor));
	expect(await devices()).toBe(0);
});

test('Z5: nobody ends the notices of somebody else, and staff have none', async () => {
	const other = await ownerOf(it, { ...REGISTRATION, email: 'other@example.org' });
	mustHold(await switchOn());
	const { actor } = await other.enter();
	mustHold(await pushOf().switchOff(actor, PHONE.subscription.endpoint));
	mustHold(await pushOf().switchOffEverywhere(actor));
	expect(await devices()).toBe(1);
	const clerk = await addAccount(it, 'clerk', 'Karl');
	for (const refused of [
		await pushOf().switchOn(clerk, 'none', PHONE.subscription),
		await pushOf().switchOff(clerk, PHONE.subscription.endpoint),
		await pushOf().switchOffEverywhere(clerk),
		await pushOf().settings(clerk, 'none')
	]) {
		expect(refused).toMatchObject({ error: { code: 'portal/forbidden' } });
	}
});

test('a session that was ended a moment ago switches nothing on', async () => {
	const { actor, sessionId, sessions, cipher } = await owner.enter();
	mustHold(await it.db.commit(sessions.end(sessionId)));
	const refused = await pushOf(cipher).switchOn(actor, sessionId, PHONE.subscription);
	expect(refused).toMatchObject({ error: { code: 'messages/push-device-unknown' } });
	expect(await devices()).toBe(0);
});

test('an account has ten devices at most; the oldest goes', async () => {
	for (let index = 0; index <= MAX_PUSH_DEVICES; index += 1) {
		it.clock.advance(1);
		mustHold(await switchOn(newBrowser(`device-${index}`)));
	}
	expect(await devices()).toBe(MAX_PUSH_DEVICES);
	await addNews();
	await pushOf().sendDue();
	expect(service.posted.map(({ url }) => url)).not.toContain('/fcm/send/device-0');
});

test('D1: where a device is reached cannot be read in the database', async () => {
	mustHold(await switchOn());
	const { rows } = await it.client.execute(
		'select hex(subscription) as it from push_subscriptions'
	);
	const raw = Buffer.from(String(rows[0]?.['it']), 'hex').toString('latin1');
	for (const secret of Object.values(PHONE.subscription)) expect(raw).not.toContain(secret);
});

test('notices go on when a session runs out: they are for whoever is not here', async () => {
	mustHold(await switchOn());
	it.clock.advance(DAY_MS);
	await owner.signIn();
	expect(await devices()).toBe(1);
});

test('notices of a device end with the sign-out on it', async () => {
	mustHold(await switchOn());
	mustHold(await switchOn(LAPTOP, laptopToken));
	const { actor, sessionId, signIn: door } = await owner.enter();
	mustHold(await door.signOut(actor, sessionId));
	expect(await devices()).toBe(1);
	const { actor: here, sessionId: laptop } = await owner.enter(laptopToken);
	expect(mustHold(await pushOf().settings(here, laptop)).isOnHere).toBe(true);
});

test('D7: ended from elsewhere, a device is told of nothing more; the one that ends it is', async () => {
	mustHold(await switchOn());
	mustHold(await switchOn(LAPTOP, laptopToken));
	await prove(async ({ account, actor, sessionId }) => {
		const { sessions } = mustHold(await account.listDevices(actor, sessionId));
		const other = sessions.find((one) => !one.isCurrent);
		return account.askEndSession(actor, sessionId, other?.id ?? '');
	});
	const { actor, sessionId } = await owner.enter();
	expect(mustHold(await pushOf().settings(actor, sessionId))).toMatchObject({
		...{ devices: 1, isOnHere: true }
	});
});

test('D7: "end all others" ends the notices of all others', async () => {
	mustHold(await switchOn());
	mustHold(await switchOn(LAPTOP, laptopToken));
	await prove(({ account, actor, sessionId }) => account.askEndOthers(actor, sessionId));
	const { actor, sessionId } = await owner.enter();
	expect(mustHold(await pushOf().settings(actor, sessionId))).toMatchObject({
		...{ devices: 1, isOnHere: true }
	});
});

test('D7: a device taken off the list is told of nothing more, also when its session is over', async () => {
	mustHold(await switchOn(LAPTOP, laptopToken));
	const { rows } = await it.client.execute('select hex(device_hash) as d from push_subscriptions');
	const device = String(rows[0]?.['d']).toLowerCase();
	await it.client.execute({
		sql: 'delete from sessions where device_hash = ?',
		args: [new Uint8Array(Buffer.from(device, 'hex'))]
	});
	await prove(({ account, actor, sessionId }) => account.askForgetDevice(actor, sessionId, device));
	expect(await devices()).toBe(0);
});

test('D7: "this was not me", and staff who end the sessions, end every notice', async () => {
	mustHold(await switchOn());
	const support = await addAccount(it, 'support', 'Sara');
	const call = { email: REGISTRATION.email, reason: 'phone-gone' } as const;
	mustHold(await staffRooms(it).customerSessions.end(support, call));
	expect(await devices()).toBe(0);
	const token = await owner.signIn();
	mustHold(await switchOn(PHONE, token));
	const { account, actor } = await owner.enter(token);
	mustHold(await account.disown(actor));
	expect(await devices()).toBe(0);
});

test('the next person at a browser gets no notices of the last one', async () => {
	mustHold(await switchOn());
	const other = await ownerOf(it, { ...REGISTRATION, email: 'other@example.org' });
	const held = { email: 'other@example.org', password: REGISTRATION.password };
	const first = mustHold(
		await signIn(it, { ...held, code: nextCode(other) }, 'customer', NEW_BROWSER)
	);
	const shared = { deviceToken: first.deviceToken, sessionToken: null };
	mustHold(await switchOn(LAPTOP, first.sessionToken, other));
	expect(await devices()).toBe(2);
	// The same browser, now the owner's of the phone: what the other has switched on there ends.
	it.clock.advance(MINUTE_MS);
	const own = { email: REGISTRATION.email, password: REGISTRATION.password };
	mustHold(await signIn(it, { ...own, code: nextCode(owner) }, 'customer', shared));
	expect(await devices()).toBe(1);
});

function nextCode(who: Owner): string {
	it.clock.advance(MINUTE_MS);
	return codeAt(who.secretText, it.clock.nowMs());
}
