import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Actor } from '#lib/domain/actor.ts';
import type { RequestInput } from '#lib/domain/contracts/request.schema.ts';
import { createContractsRepository } from '#lib/server/contracts/contracts.repository.ts';
import { createRequestsRepository } from '#lib/server/contracts/requests.repository.ts';
import { createRequestsService } from '#lib/server/contracts/requests.service.ts';
import { mailText } from '#lib/server/messages/mail-texts.ts';
import { waitingMails } from '../../support/accounts.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { linkContract, runRetention } from '../../support/privacy.ts';
import { addAccount, must } from '../decisions/desk-world.ts';
import { contractsService, noticeRooms } from '../../support/contracts.ts';

const NOT_FOUND = { ok: false, error: { kind: 'not-found', code: 'portal/not-found' } };
const TERMINATION: RequestInput = {
	kind: 'termination',
	wishedOn: '2026-12-31',
	note: 'Heimreise'
};
const WITHDRAWAL: RequestInput = { kind: 'withdrawal', wishedOn: '', note: '' };
const TYPED = { name: 'Ida Berg', policyNumber: 'MA-X', email: 'ida@example.org' };

let it: TestDatabase;
let ada: Actor;
let ben: Actor;
let clerk: Actor;
let contractId: string;
beforeEach(async () => {
	it = await openTestDatabase();
	ada = await addAccount(it, 'customer', 'Ada');
	ben = await addAccount(it, 'customer', 'Ben');
	clerk = await addAccount(it, 'clerk', 'Kim');
	({ contractId } = await linkContract(it, ada.accountId, '2027-12-31'));
});
afterEach(() => it.close());

function rooms() {
	const cipher = it.newCipher();
	const parts = { ...it, ...noticeRooms(cipher), cipher };
	return {
		requests: createRequestsService({
			...parts,
			contracts: createContractsRepository(cipher),
			requests: createRequestsRepository(cipher)
		}),
		contracts: contractsService(it, cipher)
	};
}
const send = (input: RequestInput, actor = ada) => rooms().requests.send(actor, contractId, input);
const declare = (policyNumber: string) =>
	rooms().requests.declareWithdrawal({ ...TYPED, policyNumber }, 'de');
const contract = async () => must(await rooms().contracts.get(ada, contractId));
const open = async () => must(await rooms().requests.list(clerk)).open;
const openId = async () => (await open())[0]?.id ?? '';
const decide = async (outcome: 'accepted' | 'refused', actor = clerk) =>
	rooms().requests.decide(actor, {
		id: await openId(),
		outcome,
		reason: outcome === 'refused' ? 'too-late' : ''
	});
const notices = () => it.countRows("documents where kind = 'contract-notice'");

test('a request is checked first and stored only when it is sent, with receipt by mail and in the mailbox', async () => {
	expect(await rooms().requests.preview(ada, contractId, TERMINATION)).toEqual({
		ok: true,
		value: { kind: 'termination', wishedOn: '2026-12-31', note: 'Heimreise' }
	});
	expect(await it.countRows('contract_requests')).toBe(0);
	it.takeRoundTrips();
	const receipt = must(await send(TERMINATION));
	expect(it.takeRoundTrips()).toBe(2);
	expect(receipt).toMatchObject({ kind: 'termination', receivedAtMs: it.clock.nowMs() });
	expect(await notices()).toBe(1);
	expect(await waitingMails(it)).toMatchObject([
		{ template: 'contract-request-received', to: 'ada@example.org', reference: receipt.reference }
	]);
	expect((await contract()).requests).toEqual([
		{
			...{ kind: 'termination', reference: receipt.reference, state: 'open', reason: null },
			receivedAtMs: receipt.receivedAtMs,
			wishedOn: '2026-12-31'
		}
	]);
});

test('of terminations and extensions one waits at a time, of withdrawals any number', async () => {
	must(await send(TERMINATION));
	expect(await send(TERMINATION)).toMatchObject({ error: { code: 'contracts/request-waiting' } });
	must(await send({ kind: 'extension', wishedOn: '2028-06-30', note: '' }));
	must(await send(WITHDRAWAL));
	must(await send(WITHDRAWAL));
	expect(await it.countRows('contract_requests')).toBe(4);
});

test('a request that the cover does not allow leaves nothing', async () => {
	expect(await send({ ...TERMINATION, wishedOn: '2027-12-31' })).toMatchObject({
		error: { issues: { wishedOn: 'outside-cover' } }
	});
	it.clock.set(Date.UTC(2028, 0, 1, 12));
	expect(await send(TERMINATION)).toMatchObject({ error: { code: 'contracts/cover-ended' } });
	expect(await it.countRows('contract_requests')).toBe(0);
});

test("Z2: somebody else's contract takes no request, and a clerk makes none", async () => {
	expect(await send(TERMINATION, ben)).toEqual(NOT_FOUND);
	expect(await rooms().requests.preview(ben, contractId, TERMINATION)).toEqual(NOT_FOUND);
	expect(await send(TERMINATION, clerk)).toMatchObject({ error: { kind: 'forbidden' } });
	expect(await rooms().requests.list(ada)).toMatchObject({ error: { kind: 'forbidden' } });
	const decision = { id: await openId(), outcome: 'accepted', reason: '' } as const;
	expect(await rooms().requests.decide(ada, decision)).toMatchObject({
		error: { kind: 'forbidden' }
	});
});

test('a withdrawal without account is received at once, by mail with what was declared and when', async () => {
	const number = `MA-${contractId}`;
	it.takeRoundTrips();
	const receipt = must(await declare(number));
	expect(it.takeRoundTrips()).toBe(3);
	const mails = await waitingMails(it);
	const mail = mails.find((one) => one.template === 'contract-request-received');
	expect(mail).toMatchObject({ to: TYPED.email, reference: receipt.reference });
	if (!mail) throw new Error('no receipt');
	const { text } = mailText(mail, 'https://portal.example');
	for (const fact of [number, 'Ida Berg', receipt.reference, 'Widerruf des Vertrags', '10:00']) {
		expect(text).toContain(fact);
	}
	// Whoever has the contract hears of it, in the mailbox and by a mail without content.
	expect(mails).toContainEqual(
		expect.objectContaining({ template: 'new-document', to: 'ada@example.org' })
	);
	expect(await notices()).toBe(1);
	expect(await open()).toMatchObject([
		{ contract: { id: contractId }, content: { name: 'Ida Berg' } }
	]);
});

test('A17: a number that nobody has is answered and received the same way, for a person to look at', async () => {
	const [known, unknown] = [await declare(`MA-${contractId}`), await declare('MA-NOBODY')];
	const shape = { kind: 'withdrawal', receivedAtMs: it.clock.nowMs() };
	expect(known).toMatchObject({ ok: true, value: shape });
	expect(unknown).toMatchObject({ ok: true, value: shape });
	expect(await it.countRows('contract_requests')).toBe(2);
	await it.client.execute('delete from contract_requests where contract_id is not null');
	expect(await open()).toMatchObject([{ contract: null, content: { policyNumber: 'MA-NOBODY' } }]);
	expect(await decide('accepted')).toMatchObject({
		error: { issues: { outcome: 'policy-number-unknown' } }
	});
	must(await decide('refused'));
	expect((await waitingMails(it)).at(-1)).toMatchObject({
		...{ template: 'contract-request-answered', to: TYPED.email },
		...{ outcome: 'refused', refusal: 'too-late' }
	});
});

test('B2: nobody has more than five receipts an hour sent to one address', async () => {
	for (let sent = 0; sent < 5; sent += 1) must(await declare('MA-NOBODY'));
	expect(await declare('MA-NOBODY')).toMatchObject({ error: { code: 'portal/limit-reached' } });
	expect(await it.countRows('contract_requests')).toBe(5);
});

test('an accepted request changes the last day of the contract and is told in the mailbox', async () => {
	must(await send(TERMINATION));
	must(await decide('accepted'));
	expect(await contract()).toMatchObject({
		endsOn: '2026-12-31',
		requests: [{ state: 'accepted', reason: null }]
	});
	expect(await notices()).toBe(2);
	expect((await waitingMails(it)).at(-1)).toMatchObject({ template: 'new-document' });
	expect(await open()).toEqual([]);
});

test('a refused request changes nothing and says why', async () => {
	must(await send(TERMINATION));
	must(await decide('refused'));
	expect(await contract()).toMatchObject({
		endsOn: '2027-12-31',
		requests: [{ state: 'refused', reason: 'too-late' }]
	});
});

test('an accepted withdrawal ends the cover on the day it came in', async () => {
	must(await send(WITHDRAWAL));
	it.clock.advance(5 * 24 * 60 * 60 * 1000);
	must(await decide('accepted'));
	expect((await contract()).endsOn).toBe('2026-11-22');
});

test('two clerks who answer at once leave one answer', async () => {
	must(await send(TERMINATION));
	const other = await addAccount(it, 'seniorClerk', 'Lou');
	const id = await openId();
	const done = await Promise.all([
		rooms().requests.decide(clerk, { id, outcome: 'accepted', reason: '' }),
		rooms().requests.decide(other, { id, outcome: 'refused', reason: 'too-late' })
	]);
	expect(done.filter((one) => one.ok)).toHaveLength(1);
	expect(done.find((one) => !one.ok)).toMatchObject({
		error: { code: 'contracts/request-answered' }
	});
});

test('an answer to a contract that has changed meanwhile is undone as a whole', async () => {
	must(await send(TERMINATION));
	const id = await openId();
	await it.client.execute(`create trigger meanwhile before update of state on contract_requests
		begin update contracts set ends_on = '2027-06-30'; end`);
	expect(
		await rooms().requests.decide(clerk, { id, outcome: 'accepted', reason: '' })
	).toMatchObject({ error: { code: 'contracts/request-answered' } });
	expect(await it.countRows("contract_requests where state = 'open'")).toBe(1);
	expect((await contract()).endsOn).toBe('2027-12-31');
});

test('Z7: nobody answers a request about a contract of their own', async () => {
	must(await send(TERMINATION));
	await it.client.execute({
		sql: 'insert into staff_own_contracts (account_id, contract_id, named_at_ms) values (?, ?, 0)',
		args: [clerk.accountId, contractId]
	});
	expect(await decide('accepted')).toMatchObject({
		error: { kind: 'forbidden', code: 'contracts/own-request' }
	});
	expect((await contract()).requests[0]?.state).toBe('open');
});

test('L3: receiving, looking and answering are in the log', async () => {
	must(await send(TERMINATION));
	must(await decide('accepted'));
	const { rows } = await it.client.execute(
		`select event, object_ref from audit_events where event like 'contract/request%' order by rowid`
	);
	expect(rows.map((row) => `${String(row['event'])} ${String(row['object_ref'])}`)).toEqual([
		`contract/request-received contract:${contractId}`,
		'contract/requests-viewed contract-requests',
		`contract/request-answered contract:${contractId}`
	]);
});

test('D1: name, address, number and note of a request lie sealed', async () => {
	must(await send({ ...TERMINATION, note: 'MARKER-NOTE' }));
	must(await declare('MA-MARKER-NUMBER'));
	await it.client.execute('pragma wal_checkpoint(truncate)');
	const raw = readFileSync(it.file).toString('latin1');
	for (const text of ['MARKER-NOTE', 'MARKER-NUMBER', TYPED.email, TYPED.name]) {
		expect(raw.includes(text), text).toBe(false);
	}
});

test('D9: an answered request goes six years after its year, with whoever declared it; an open one stays', async () => {
	must(await declare('MA-NOBODY'));
	must(await decide('refused'));
	must(await declare('MA-NOBODY'));
	await it.client.execute("update mail_outbox set state = 'sent', sent_at_ms = 1");
	const people = await it.countRows('people');
	it.clock.set(Date.UTC(2032, 11, 31, 12));
	await runRetention(it);
	expect(await it.countRows('contract_requests')).toBe(2);
	it.clock.set(Date.UTC(2033, 0, 1, 12));
	await runRetention(it);
	expect(await it.countRows('contract_requests')).toBe(1);
	expect(await it.countRows('people')).toBe(people - 1);
});
