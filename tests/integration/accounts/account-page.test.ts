import { afterEach, beforeEach, expect, test } from 'vitest';
import { NEW_AUTHENTICATOR_LIFETIME_MS, TOTP_STEP_MS } from '#lib/domain/accounts/lifetimes.ts';
import { LIMITS } from '#lib/domain/accounts/throttle.ts';
import { OPEN_ACTS, SENSITIVE_ACTS } from '#lib/domain/accounts/sensitive-acts.ts';
import type { Actor } from '#lib/domain/actor.ts';
import type { Result } from '#lib/domain/result.ts';
import { hashToken, normaliseCode } from '#lib/server/platform/ids.ts';
import { codeAt, REGISTRATION, signIn, TEST_PARTY, waitingMails } from '../../support/accounts.ts';
import { SoftwarePasskey } from '../../support/authenticator.ts';
import { ownerOf, type Owner, type pageRooms } from '../../support/account-page.ts';
import { linkContract } from '../../support/privacy.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';

let it: TestDatabase;
let owner: Owner;
beforeEach(async () => {
	it = await openTestDatabase();
	owner = await ownerOf(it);
});
afterEach(() => it.close());

type Rooms = ReturnType<typeof pageRooms> & { actor: Actor; sessionId: string };
type Ask = (rooms: Rooms) => Promise<Result<{ readonly id: string }>>;

async function ask(start: Ask, cookie = owner.token()): Promise<string> {
	const asked = await start(await owner.enter(cookie));
	if (!asked.ok) throw new Error(JSON.stringify(asked.error));
	return asked.value.id;
}

async function confirm(id: string, proof = owner.proof()) {
	const { stepUp, actor, sessionId } = await owner.enter();
	const done = await stepUp.confirm(actor, sessionId, id, proof);
	if (done.ok) owner.take(done.value.sessionToken);
	return done;
}

async function prove(start: Ask, more: Parameters<Owner['proof']>[0] = {}) {
	const id = await ask(start);
	return confirm(id, owner.proof(more));
}

const rowsOf = async (sql: string) => (await it.client.execute(sql)).rows;

/** Everything an act could change, but for what a try costs: tries, log, mails, the session's name. */
async function guardedRows(): Promise<string> {
	const parts = await Promise.all(
		[
			`select email_index, contact, password_hash, totp_secret, must_change_password,
			 contact_changed_at_ms, deletion_due_at_ms from accounts order by id`,
			'select * from security_answers order by account_id, slot',
			'select * from recovery_codes order by code_hash',
			'select account_id, created_at_ms from sessions order by created_at_ms, account_id',
			'select * from known_devices order by token_hash',
			'select token_hash, purpose, used_at_ms from mail_tokens order by token_hash',
			'select * from passkeys order by id',
			'select * from data_exports order by id',
			'select * from bank_account_changes order by id'
		].map(rowsOf)
	);
	return JSON.stringify(parts, (_, value: unknown) =>
		value instanceof ArrayBuffer ? Buffer.from(value).toString('hex') : value
	);
}

const DEVICE = 'ab'.repeat(32);
const askEmail: Ask = ({ account, actor, sessionId }) =>
	account.askEmail(actor, sessionId, { email: 'neu@example.org' });
const askMobile: Ask = ({ account, actor, sessionId }) =>
	account.askMobile(actor, sessionId, { mobile: '+351 912 345 678' });
const askAuthenticator: Ask = ({ account, actor, sessionId }) =>
	account.askAuthenticator(actor, sessionId);
const askCodes: Ask = ({ account, actor, sessionId }) => account.askRecoveryCodes(actor, sessionId);
const askQuestions: Ask = ({ account, actor, sessionId }) =>
	account.askQuestions(actor, sessionId, {
		question1: 'childhood-friend',
		answer1: 'Tomke  vom Deich ',
		question2: 'first-journey',
		answer2: 'Funchal im März'
	});

/** How each act is asked for. A new act has to be written in here, or the file does not compile. */
const ASKS: Readonly<Record<(typeof SENSITIVE_ACTS)[number], Ask>> = {
	'password/change': ({ account, actor, sessionId }) =>
		account.askPassword(actor, sessionId, { password: 'sieben Schafe im Regen' }),
	'email/change': askEmail,
	'mobile/change': askMobile,
	'questions/change': askQuestions,
	'authenticator/replace': askAuthenticator,
	'recovery-codes/renew': askCodes,
	'passkey/add': ({ passkeys, actor, sessionId }) =>
		passkeys.askAdd(actor, sessionId, { label: 'Mein Handy' }),
	'passkey/remove': ({ passkeys, actor, sessionId }) =>
		passkeys.askRemove(actor, sessionId, { passkeyId: 'known-key' }),
	'session/end': async ({ account, actor, sessionId }) => {
		const others = await account.listDevices(actor, sessionId);
		const other = others.ok ? others.value.sessions.find((one) => !one.isCurrent) : undefined;
		return account.askEndSession(actor, sessionId, other?.id ?? '');
	},
	'session/end-others': ({ account, actor, sessionId }) => account.askEndOthers(actor, sessionId),
	'device/forget': ({ account, actor, sessionId }) =>
		account.askForgetDevice(actor, sessionId, DEVICE),
	'data/export': ({ dataExport, actor, sessionId }) => dataExport.ask(actor, sessionId),
	'account/delete': ({ erasure, actor, sessionId }) => erasure.ask(actor, sessionId),
	'bank-account/change': async ({ accountChanges, actor, sessionId }) =>
		accountChanges.ask(actor, sessionId, contractId, {
			holder: 'Zoë Ødegård',
			iban: 'DE02120300000000202051'
		})
};

let contractId = '';

async function knowDevice(): Promise<void> {
	({ contractId } = await linkContract(it, (await owner.enter()).actor.accountId, null));
	await it.client.execute(
		`insert into passkeys (id, account_id, public_key, sign_count, transports, is_backed_up, label, created_at_ms)
		 select 'known-key', id, x'00', 0, '', 0, 'Altes Handy', 0 from accounts`
	);
	await it.client.execute({
		sql: `insert into known_devices select ?, id, 'Firefox, Linux', 0, 0, 9000000000000000 from accounts`,
		args: [new Uint8Array(Buffer.from(DEVICE, 'hex'))]
	});
}

/** What a browser answers when the page of an act asks it for a new passkey. */
async function makePasskey(id: string): Promise<string> {
	const { stepUp, actor, sessionId } = await owner.enter();
	const options = await stepUp.offerNewPasskey(actor, sessionId, id);
	if (!options.ok) throw new Error(options.error.code);
	return new SoftwarePasskey(TEST_PARTY.origin).create(String(options.value['challenge']));
}

test('S8: no act of the table does anything by its page alone, nor with a wrong or foreign proof', async () => {
	await knowDevice();
	await owner.signIn();
	const before = await guardedRows();
	for (const act of SENSITIVE_ACTS) {
		const id = await ask(ASKS[act]);
		expect(await guardedRows(), act).toBe(before);
		const proof = owner.proof();
		const wrong = proof.code === '000000' ? '000001' : '000000';
		expect(await confirm(id, { ...proof, code: wrong }), act).toMatchObject({
			error: { code: 'accounts/step-up-failed' }
		});
		const { stepUp, actor } = await owner.enter();
		expect(await stepUp.confirm(actor, 'another session', id, proof), act).toMatchObject({
			error: { code: 'accounts/step-up-ended' }
		});
		expect(await guardedRows(), act).toBe(before);
	}
	// Listed as open until their rooms are built (security.md S8).
	expect(OPEN_ACTS).toEqual(['address/change', 'representative/name']);
});

test('S8: every act is done by its proof, in three round trips with its session, and once', async () => {
	await knowDevice();
	let password = REGISTRATION.password;
	for (const act of SENSITIVE_ACTS) {
		if (act === 'session/end' || act === 'session/end-others') {
			await it.client.execute(
				`insert into sessions (id, account_id, created_at_ms, last_seen_at_ms, expires_at_ms)
				 select '${'cd'.repeat(31)}${act.length}', account_id, created_at_ms, last_seen_at_ms,
				 expires_at_ms from sessions limit 1`
			);
		}
		if (act === 'authenticator/replace') continue;
		const before = await guardedRows();
		const rooms = await owner.enter();
		it.takeRoundTrips();
		const asked = await ASKS[act](rooms);
		// The test itself looks at the list for a session to pick.
		expect(it.takeRoundTrips(), act).toBeLessThanOrEqual(act === 'session/end' ? 3 : 2);
		const id = asked.ok ? asked.value.id : '';
		const { stepUp, actor, sessionId } = await owner.enter();
		const newPasskey = act === 'passkey/add' ? await makePasskey(id) : '';
		const proof = owner.proof({ password, newPasskey });
		it.takeRoundTrips();
		const done = await stepUp.confirm(actor, sessionId, id, proof);
		expect(it.takeRoundTrips(), act).toBe(2);
		expect(done, act).toMatchObject({ ok: true, value: { act } });
		owner.take(done.ok ? done.value.sessionToken : '');
		expect(await guardedRows(), act).not.toBe(before);
		if (act === 'password/change') password = 'sieben Schafe im Regen';
	}
	expect(await it.countRows('sessions')).toBe(1);
	expect(
		await rowsOf(`select 1 from known_devices where hex(token_hash) = '${DEVICE.toUpperCase()}'`)
	).toEqual([]);
});

test('A9: a new app replaces the old one at once; both codes and the password are needed', async () => {
	const id = await ask(askAuthenticator);
	const { stepUp, actor, sessionId } = await owner.enter();
	const shown = await stepUp.show(actor, sessionId, id);
	const newSecret = shown.ok ? (shown.value.enrolment?.secretText ?? '') : '';
	expect(newSecret).toMatch(/^[A-Z2-7]{32}$/);
	expect(newSecret).not.toBe(owner.secretText);
	const withNewCode = () => {
		const proof = owner.proof();
		return { ...proof, newCode: codeAt(newSecret, it.clock.nowMs()) };
	};
	// The new app alone opens nothing: the old factor is asked for.
	const onlyNew = withNewCode();
	expect(await confirm(id, { ...onlyNew, code: onlyNew.newCode })).toMatchObject({
		error: { code: 'accounts/step-up-failed' }
	});
	// Nor does a key that the browser sends: what counts is the one kept on the server.
	const own = owner.proof();
	const smuggled = { ...own, newCode: own.code, key: owner.secretText };
	expect(await confirm(id, smuggled)).toMatchObject({
		error: { issues: { newCode: 'new-code-wrong' } }
	});
	const second = await owner.signIn();
	expect(await confirm(id, withNewCode())).toMatchObject({ ok: true });
	await expect(owner.enter(second)).rejects.toThrow('signed out');

	it.clock.advance(TOTP_STEP_MS);
	const at = it.clock.nowMs();
	expect((await signIn(it, { ...REGISTRATION, code: codeAt(owner.secretText, at) })).ok).toBe(
		false
	);
	expect((await signIn(it, { ...REGISTRATION, code: codeAt(newSecret, at) })).ok).toBe(true);
});

test('A9: a pending secret dies after ten minutes', async () => {
	const id = await ask(askAuthenticator);
	const shownAt = async () => {
		const { stepUp, actor, sessionId } = await owner.enter();
		return stepUp.show(actor, sessionId, id);
	};
	it.clock.advance(NEW_AUTHENTICATOR_LIFETIME_MS - 1);
	expect((await shownAt()).ok).toBe(true);
	it.clock.advance(1);
	expect(await shownAt()).toMatchObject({ error: { code: 'accounts/step-up-ended' } });
	expect(await confirm(id)).toMatchObject({ error: { code: 'accounts/step-up-ended' } });
});

test('A20: a new set of recovery codes kills the old, is shown once and kept as hashes', async () => {
	const id = await ask(askCodes);
	const done = await confirm(id);
	const codes = done.ok ? (done.value.recoveryCodes ?? []) : [];
	expect(codes).toHaveLength(10);
	const kept = async () =>
		(await rowsOf('select hex(code_hash) as hash from recovery_codes')).map((row) => row['hash']);
	const hashes = await Promise.all(
		codes.map(async (code) =>
			Buffer.from(await hashToken(normaliseCode(code)))
				.toString('hex')
				.toUpperCase()
		)
	);
	expect((await kept()).toSorted()).toEqual(hashes.toSorted());
	const old = await hashToken(normaliseCode(owner.recoveryCodes[0] ?? ''));
	expect(await kept()).not.toContain(Buffer.from(old).toString('hex').toUpperCase());
	const { stepUp, account, actor, sessionId } = await owner.enter();
	expect(await stepUp.show(actor, sessionId, id)).toMatchObject({ ok: false });
	const shown = JSON.stringify(await account.show(actor));
	for (const code of codes) expect(shown).not.toContain(code);
	expect(shown).toContain('"codesLeft":10');
});

test('A22: new answers are kept as slow hashes that forgive blanks and case, and replace the old', async () => {
	expect(await prove(askQuestions)).toMatchObject({ ok: true });
	const rows = await rowsOf('select answer_hash as hash from security_answers order by slot');
	expect(rows).toHaveLength(2);
	const { passwords } = await owner.enter();
	expect(await passwords.verify('tomke vom deich', String(rows[0]?.['hash']))).toBe(true);
	expect(await passwords.verify('am alten birkenhof', String(rows[0]?.['hash']))).toBe(false);
	const { rows: acts } = await it.client.execute('select payload from pending_acts');
	const payload = Buffer.from(acts[0]?.['payload'] as ArrayBuffer).toString('latin1');
	expect(payload).not.toContain('Tomke');
});

test('A25: each change of a credential is told by mail with a link, and none names a value', async () => {
	for (const act of ['mobile/change', 'questions/change', 'recovery-codes/renew'] as const) {
		expect(await prove(ASKS[act]), act).toMatchObject({ ok: true });
	}
	const mails = await waitingMails(it);
	const told = mails.filter((mail) => mail.template === 'account-changed');
	expect(told.map((mail) => mail.change)).toEqual(['mobile', 'questions', 'recovery-codes']);
	for (const mail of told) {
		expect(mail.to).toBe(REGISTRATION.email);
		const [row] = await rowsOf(
			`select purpose, used_at_ms as used from mail_tokens where hex(token_hash) =
			 '${Buffer.from(await hashToken(mail.code))
					.toString('hex')
					.toUpperCase()}'`
		);
		expect(row).toMatchObject({ purpose: 'not-me', used: null });
	}
	expect(JSON.stringify(mails)).not.toMatch(/912|Funchal/);
});

test('L1: a refused proof is in the log of its owner at once, and so is each change', async () => {
	const id = await ask(askMobile);
	await confirm(id, owner.proof({ password: 'falsch geraten' }));
	await confirm(id);
	const { audit, actor } = await owner.enter();
	const log = await audit.listOwn(actor);
	const events = log.ok ? log.value.map((entry) => entry.event) : [];
	expect(events.slice(0, 2)).toEqual(['account/mobile-changed', 'account/step-up-failed']);
});

test('S6: the list names each session by its last use, and only the owner’s', async () => {
	await ownerOf(it, { ...REGISTRATION, email: 'other@example.org' });
	await owner.signIn();
	const { account, actor, sessionId } = await owner.enter();
	it.takeRoundTrips();
	const listed = await account.listDevices(actor, sessionId);
	expect(it.takeRoundTrips()).toBe(1);
	const sessions = listed.ok ? listed.value.sessions : [];
	expect(sessions).toHaveLength(2);
	expect(sessions.filter((one) => one.isCurrent).map((one) => one.id)).toEqual([sessionId]);
	expect(sessions[0]).toMatchObject({ ip: '192.0.2.7' });
	await account.show(actor);
	expect(it.takeRoundTrips()).toBe(1);
});

test('S6: the list says from where a session was used last, also under its new token', async () => {
	const { sessions, actor, sessionId, stepUp, account } = await owner.enter();
	const asked = await account.askRecoveryCodes(actor, sessionId);
	it.clock.advance(2000);
	await it.client.execute('update sessions set origin = null');
	await sessions.markSeen(sessionId, actor.personId);
	const id = asked.ok ? asked.value.id : '';
	const done = await stepUp.confirm(actor, sessionId, id, owner.proof());
	owner.take(done.ok ? done.value.sessionToken : '');
	const later = await owner.enter();
	expect(await later.account.listDevices(later.actor, later.sessionId)).toMatchObject({
		value: { sessions: [{ ip: '192.0.2.7', isCurrent: true, lastSeenAtMs: it.clock.nowMs() }] }
	});
});

test('S6: a session of somebody else cannot be ended, nor a device forgotten', async () => {
	const stranger = await ownerOf(it, { ...REGISTRATION, email: 'other@example.org' });
	const strange = await stranger.enter();
	const { account, actor, sessionId } = await owner.enter();
	const gone = { error: { kind: 'not-found' } };
	expect(await account.askEndSession(actor, sessionId, strange.sessionId)).toMatchObject(gone);
	expect(await account.askEndSession(actor, sessionId, sessionId)).toMatchObject(gone);
	expect(await account.askForgetDevice(actor, sessionId, DEVICE)).toMatchObject(gone);
});

test('A25: "this was not me" needs no proof and puts this session out too', async () => {
	const second = await owner.signIn();
	const { account, actor } = await owner.enter();
	expect(await account.disown(actor)).toMatchObject({ ok: true });
	await expect(owner.enter()).rejects.toThrow('signed out');
	await expect(owner.enter(second)).rejects.toThrow('signed out');
	const [row] = await rowsOf('select must_change_password as must from accounts');
	expect(row?.['must']).toBe(1);
});

test('B2: a fourth change of the mobile number in a day is refused, with one entry in the log', async () => {
	const change = (last: number): Ask => {
		const mobile = `+351 912 345 67${last}`;
		return ({ account, actor, sessionId }) => account.askMobile(actor, sessionId, { mobile });
	};
	for (let count = 1; count <= LIMITS.contactChanges.max; count++) {
		expect((await prove(change(count))).ok).toBe(true);
	}
	// Asking costs nothing: only what is done counts.
	await ask(change(8));
	const before = await guardedRows();
	for (let count = 0; count < 2; count++) {
		expect(await prove(change(9))).toMatchObject({
			error: { kind: 'rate-limited', code: 'portal/limit-reached' }
		});
	}
	expect(await guardedRows()).toBe(before);
	expect(
		await it.countRows(
			`audit_events where event = 'account/limit-reached' and object_ref = 'limit:acts/mobile/change'`
		)
	).toBeGreaterThan(0);
	it.clock.advance(LIMITS.contactChanges.windowMs);
	owner.take(await owner.signIn());
	expect((await prove(change(9))).ok).toBe(true);
});
