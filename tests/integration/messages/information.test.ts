import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { calendarDateOf, DAY_MS } from '#lib/domain/calendar.ts';
import { showCards, SMALLEST_COUNT, type Rule } from '#lib/domain/messages/information.ts';
import type { CardDraft } from '#lib/domain/messages/information.schema.ts';
import type { Actor } from '#lib/domain/actor.ts';
import { informationRepository } from '#lib/server/messages/information.repository.ts';
import { createInformationService } from '#lib/server/messages/information.service.ts';
import {
	claimRooms,
	insertCustomer,
	readySubmission,
	type Customer
} from '../../support/claims.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { mustHold } from '../../support/staff.ts';
import { addAccount } from '../decisions/desk-world.ts';

let it: TestDatabase;
let zoe: Customer;
let editor: Actor;

beforeEach(async () => {
	it = await openTestDatabase();
	zoe = await insertCustomer(it, 'zoe@example.org');
	editor = await addAccount(it, 'editor', 'Edda');
	await it.client.execute("update accounts set status = 'active', totp_secret = x'01'");
});
afterEach(() => it.close());

const roomOf = () => createInformationService({ ...it, information: informationRepository });
const today = () => calendarDateOf(it.clock.nowMs());
const FORBIDDEN = { ok: false, error: { kind: 'forbidden', code: 'portal/forbidden' } };
const CONSENT = { version: '2026-11', language: 'de', text: 'Ich möchte Werbung sehen.' } as const;
const FACTS = {
	federalState: 'HE',
	personGroup: 'student',
	nationality: 'VN',
	birthYear: 2004
} as const;

const draft = (title: string, rule: Rule, kind: CardDraft['kind'] = 'service'): CardDraft => ({
	kind,
	rule,
	startsOn: today(),
	endsOn: calendarDateOf(it.clock.nowMs() + 10 * DAY_MS),
	words: { de: { title, text: 'Text' }, en: { title, text: 'Text' } }
});
const publish = async (...cards: readonly CardDraft[]) => {
	for (const card of cards) {
		mustHold(await roomOf().publish(editor, card));
		it.clock.advance(1);
	}
};
/** Titles on the start page, the newest first. */
async function titlesFor(customer: Customer): Promise<readonly string[]> {
	const [cards, reader] = await it.db.read(
		informationRepository.listLive(today()),
		informationRepository.findAttributes(customer.accountId, today())
	);
	return showCards(cards, reader, today()).map(({ words }) => words.de.title);
}

describe('cards', () => {
	test('are chosen by what is on the list, read from where it is kept', async () => {
		await publish(
			draft('insured', { insuranceStatus: ['active'] }),
			draft('over', { insuranceStatus: ['ended', 'none', 'coming'] }),
			draft('hesse', { federalState: ['HE'], age: { from: 22, to: 22 } })
		);
		expect(await titlesFor(zoe)).toEqual(['insured']);
		mustHold(await roomOf().saveFacts(zoe, FACTS));
		expect(await titlesFor(zoe)).toEqual(['hesse', 'insured']);
		mustHold(await roomOf().saveFacts(zoe, { ...FACTS, federalState: null }));
		expect(await titlesFor(zoe)).toEqual(['insured']);
		await it.client.execute("update contracts set ends_on = '2026-03-01'");
		expect(await titlesFor(zoe)).toEqual(['over']);
		await it.client.execute('delete from contract_links');
		expect(await titlesFor(zoe)).toEqual(['over']);
	});

	test('A26: missing documents are one of the attributes, and a reminder of their own', async () => {
		await publish(draft('missing', { hasMissingDocuments: true }));
		expect(await titlesFor(zoe)).toEqual([]);
		const { id } = await readySubmission(it, zoe);
		const { receipt } = mustHold(await (await claimRooms(it, zoe)).submissions.commit(zoe, id));
		await it.client.execute({
			sql: `insert into document_requests (id, claim_id, kind, line, asked_at_ms, asked_by, due_on)
				select 'r', id, ?, 0, 1, ?, '2026-12-10' from claims`,
			args: ['prescription', editor.accountId]
		});
		expect(await titlesFor(zoe)).toEqual(['missing']);
		const missing = async () =>
			(await it.db.read(informationRepository.listMissing(zoe.accountId)))[0];
		expect(await missing()).toEqual([
			{ claimId: receipt?.claimId, claimNumber: receipt?.claimNumber, dueOn: '2026-12-10' }
		]);
		await it.client.execute('update document_requests set withdrawn_at_ms = 2');
		expect([await titlesFor(zoe), await missing()]).toEqual([[], []]);
	});

	test('go when they are withdrawn or over', async () => {
		await publish(draft('one', {}), draft('two', {}));
		const [two] = mustHold(await roomOf().list(editor));
		mustHold(await roomOf().withdraw(editor, two?.id ?? ''));
		expect(await titlesFor(zoe)).toEqual(['one']);
		expect(await roomOf().withdraw(editor, two?.id ?? '')).toMatchObject({
			error: { code: 'portal/not-found' }
		});
		it.clock.advance(11 * DAY_MS);
		expect(await titlesFor(zoe)).toEqual([]);
	});

	test('a rule that somebody has changed in the database to ask for more shows nobody anything', async () => {
		await publish(draft('one', {}));
		await it.client.execute(`update information_cards set rule = '{"diagnosis":["F32"]}'`);
		await expect(titlesFor(zoe)).rejects.toThrow();
	});
});

describe('consent to advertising', () => {
	test('is off by default, counts at once, and ends at once', async () => {
		await publish(draft('advert', {}, 'marketing'));
		expect(await titlesFor(zoe)).toEqual([]);
		mustHold(await roomOf().giveConsent(zoe, CONSENT));
		expect(await titlesFor(zoe)).toEqual(['advert']);
		it.clock.advance(1000);
		mustHold(await roomOf().withdrawConsent(zoe));
		expect(await titlesFor(zoe)).toEqual([]);
		const nowMs = it.clock.nowMs();
		expect(mustHold(await roomOf().settings(zoe))).toMatchObject({
			hasConsent: false,
			history: [{ givenAtMs: nowMs - 1000, withdrawnAtMs: nowMs, textVersion: '2026-11' }]
		});
		const { rows } = await it.client.execute(
			"select event from audit_events where event like 'consent/%' order by seq"
		);
		expect(rows.map((row) => row['event'])).toEqual(['consent/given', 'consent/withdrawn']);
	});

	test('is one, however often it is pressed, and stays as it was given', async () => {
		const both = await Promise.all([
			roomOf().giveConsent(zoe, CONSENT),
			roomOf().giveConsent(zoe, CONSENT)
		]);
		expect(both.filter(({ ok }) => ok).length).toBe(1);
		expect(both.find(({ ok }) => !ok)).toMatchObject({
			error: { code: 'messages/consent-unchanged' }
		});
		const change = it.client.execute("update marketing_consents set text_hash = 'x'");
		await expect(change).rejects.toThrow('cannot be changed');
		mustHold(await roomOf().withdrawConsent(zoe));
		expect(await roomOf().withdrawConsent(zoe)).toMatchObject({
			error: { code: 'messages/consent-unchanged' }
		});
		const again = it.client.execute('update marketing_consents set withdrawn_at_ms = null');
		await expect(again).rejects.toThrow('cannot be changed');
	});
});

describe('reach', () => {
	test('is a number of active customers, and no number for few of them', async () => {
		const all = draft('all', {});
		expect(mustHold(await roomOf().reach(editor, all))).toEqual({ count: null, isCut: false });
		for (let index = 1; index < SMALLEST_COUNT; index++)
			await insertCustomer(it, `customer-${index}@example.org`);
		// Not active yet: nobody who could see it.
		expect(mustHold(await roomOf().reach(editor, all)).count).toBeNull();
		await it.client.execute("update accounts set status = 'active', totp_secret = x'01'");
		expect(mustHold(await roomOf().reach(editor, all)).count).toBe(SMALLEST_COUNT);
		const advert = draft('advert', {}, 'marketing');
		expect(mustHold(await roomOf().reach(editor, advert)).count).toBe(0);
		const reach = JSON.stringify(await roomOf().reach(editor, all));
		expect(reach).not.toContain(zoe.accountId);
	});

	test('customers and clerks write no cards, staff give no consent', async () => {
		const clerk = await addAccount(it, 'clerk', 'Jonas');
		for (const actor of [zoe, clerk]) {
			expect(await roomOf().list(actor)).toEqual(FORBIDDEN);
			expect(await roomOf().reach(actor, draft('x', {}))).toEqual(FORBIDDEN);
			expect(await roomOf().publish(actor, draft('x', {}))).toEqual(FORBIDDEN);
			expect(await roomOf().withdraw(actor, 'x')).toEqual(FORBIDDEN);
		}
		expect(await roomOf().giveConsent(editor, CONSENT)).toEqual(FORBIDDEN);
		expect(await roomOf().saveFacts(editor, FACTS)).toEqual(FORBIDDEN);
		expect(await roomOf().settings(editor)).toEqual(FORBIDDEN);
		expect(await roomOf().withdrawConsent(editor)).toEqual(FORBIDDEN);
	});
});
