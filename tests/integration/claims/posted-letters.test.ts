/** Letters that are no new claim, from the form at the desk to both sides of the conversation (decision 0065). */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LIMITS } from '#lib/domain/accounts/throttle.ts';
import type { Actor } from '#lib/domain/actor.ts';
import type { PostedLetter } from '#lib/domain/claims/posted.schema.ts';
import { waitingMails } from '../../support/accounts.ts';
import { jpegBytes } from '../../support/claims.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { postRooms } from '../../support/post.ts';
import { addAccount, addClaim, addContract, linkTo, must } from '../decisions/desk-world.ts';
import { inboxOf, talksOf } from '../messages/message-world.ts';

let world: TestDatabase;
let customer: Actor;
let clerk: Actor;
let contractId: string;
const ARRIVED_MS = Date.UTC(2026, 10, 12, 11);

beforeEach(async () => {
	world = await openTestDatabase();
	customer = await addAccount(world, 'customer', 'Ada');
	clerk = await addAccount(world, 'clerk', 'Kim');
	contractId = await addContract(world, customer);
	await link(customer, contractId);
});
afterEach(() => world.close());

const link = (actor: Actor, id: string) => linkTo(world, actor, id);
const letter = (changes: Partial<PostedLetter> = {}): PostedLetter => ({
	...{ submission: world.ids.newId(), account: customer.accountId, arrivedOn: '2026-11-12' },
	...{ topic: 'benefits', about: { kind: 'general' }, text: 'MARKER-letter: Wann zahlen Sie?' },
	...changes
});
const scan = (field = 'scan1', size = 3000) => ({
	...{ field, name: 'Scan 1.jpg', bytes: new Uint8Array(jpegBytes(size)) }
});
const capture = (
	actor: Actor,
	typed = letter(),
	scans = [scan()],
	completed: string[] = []
): ReturnType<ReturnType<typeof postRooms>['letters']['capture']> =>
	postRooms(world, (id) => completed.push(id)).letters.capture(actor, contractId, typed, scans);
const entriesOf = async (event: string) =>
	(
		await world.client.execute({
			sql: `select e.object_ref, p.account_id, p.subject_account_id from audit_events e
				join audit_personal p on p.event_id = e.id where e.event = ?`,
			args: [event]
		})
	).rows;

describe('a letter that is no claim', () => {
	it('is a conversation of its sender, marked on both sides, with mail and entry, in two round trips', async () => {
		const completed: string[] = [];
		const typed = letter();
		world.takeRoundTrips();
		must(await capture(clerk, typed, [scan(), scan('scan2')], completed));
		expect(world.takeRoundTrips()).toBe(2);
		expect(completed).toHaveLength(2);
		const shown = {
			...{ text: typed.text, cameByPost: true, sentAtMs: ARRIVED_MS },
			files: [{ name: 'Scan 1.jpg', state: 'checking' }, { state: 'checking' }]
		};
		const own = must(await (await talksOf(world, customer)).open(customer, typed.submission));
		expect(own).toMatchObject({ turn: 'insurer', messages: [{ ...shown, isOwn: true }] });
		must(await inboxOf(world).take(clerk, typed.submission));
		const seen = must(await inboxOf(world).open(clerk, typed.submission));
		// Customers wait from the day the letter arrived, not from its capture.
		expect(seen).toMatchObject({ waitingSinceMs: ARRIVED_MS, messages: [shown] });
		expect(await waitingMails(world)).toMatchObject([
			{ template: 'new-document', to: 'ada@example.org' }
		]);
		expect(await entriesOf('message/captured')).toMatchObject([
			{
				...{ object_ref: `conversation:${typed.submission}`, account_id: clerk.accountId },
				subject_account_id: customer.accountId
			}
		]);
		expect(await entriesOf('message/sent')).toEqual([]);
	});

	it('is answered by whoever typed it in, as any question', async () => {
		const { submission } = letter();
		must(await capture(clerk, letter({ submission })));
		must(await inboxOf(world).take(clerk, submission));
		must(await inboxOf(world).answer(clerk, submission, { text: 'Bald.' }));
		const own = must(await (await talksOf(world, customer)).open(customer, submission));
		expect(own.messages).toMatchObject([
			{ cameByPost: true },
			{ text: 'Bald.', cameByPost: false }
		]);
	});

	it('Z3: nobody else finds it, and who typed it in cannot be changed', async () => {
		const other = await addAccount(world, 'customer', 'Ben');
		await link(other, contractId);
		const { submission } = letter();
		must(await capture(clerk, letter({ submission })));
		expect(await (await talksOf(world, other)).open(other, submission)).toMatchObject({
			error: { kind: 'not-found' }
		});
		for (const change of ['captured_by = null', 'captured_at_ms = 1'])
			await expect(world.client.execute(`update messages set ${change}`)).rejects.toThrow(
				/cannot be changed/
			);
	});

	it('B1: makes one conversation of a form that is sent twice, also at the same time', async () => {
		const typed = letter();
		const done = await Promise.all([capture(clerk, typed), capture(clerk, typed)]);
		expect(done.filter(({ ok }) => ok)).toHaveLength(1);
		expect(await capture(clerk, typed)).toMatchObject({
			error: { kind: 'conflict', code: 'messages/already-sent' }
		});
		expect(await world.countRows('conversations')).toBe(1);
		expect(await world.countRows('messages')).toBe(1);
		expect(await world.countRows('files')).toBe(1);
	});

	it('is about a claim of its sender under this contract, and about nobody else’s', async () => {
		const claim = await addClaim(world, customer, contractId);
		const other = await addAccount(world, 'customer', 'Ben');
		await link(other, contractId);
		const about = { kind: 'claim', id: claim.id } as const;
		expect(must(await postRooms(world).letters.open(clerk, contractId)).claims).toEqual([
			{ id: claim.id, number: claim.number, accountId: customer.accountId }
		]);
		expect(await capture(clerk, letter({ about, account: other.accountId }))).toMatchObject({
			error: { issues: { about: 'claim-of-another' } }
		});
		// Another contract of the same sender may be the clerk's own: nobody has judged it here.
		const elsewhere = await addContract(world, customer);
		await link(customer, elsewhere);
		const far = await addClaim(world, customer, elsewhere);
		for (const wrong of [
			{ kind: 'claim', id: far.id },
			{ kind: 'contract', id: elsewhere }
		] as const)
			expect(await capture(clerk, letter({ about: wrong }))).toMatchObject({
				error: { issues: { about: 'required' } }
			});
		expect(await world.countRows('conversations')).toBe(0);
		// Whoever works on the claim would write the grounds they decide on.
		await world.client.execute({
			sql: 'update claims set assignee_id = ? where id = ?',
			args: [clerk.accountId, claim.id]
		});
		expect(await capture(clerk, letter({ about }))).toMatchObject({
			error: { issues: { about: 'claim-in-hand' } }
		});
		await world.client.execute('update claims set assignee_id = null');
		const typed = letter({ about });
		must(await capture(clerk, typed));
		const own = must(await (await talksOf(world, customer)).open(customer, typed.submission));
		expect(own.claimNumber).toBe(claim.number);
	});
});

describe('what is refused', () => {
	const refused = async (typed: PostedLetter, issues: Readonly<Record<string, string>>) => {
		expect(await capture(clerk, typed)).toMatchObject({ ok: false, error: { issues } });
		expect(await world.countRows('conversations')).toBe(0);
		expect(await world.countRows('files')).toBe(0);
	};

	it('a day that cannot be, and an account that has not linked the contract', async () => {
		await refused(letter({ arrivedOn: '2026-11-23' }), { arrivedOn: 'date-in-future' });
		await refused(letter({ arrivedOn: '2025-11-20' }), { arrivedOn: 'date-too-old' });
		const other = await addAccount(world, 'customer', 'Ben');
		await refused(letter({ account: other.accountId }), { account: 'required' });
	});

	it('F2: a scan that is none, and no scan at all', async () => {
		const bytes = new Uint8Array(new TextEncoder().encode('<html>'));
		expect(
			await capture(clerk, letter(), [scan(), { field: 'scan2', name: 'a.jpg', bytes }])
		).toMatchObject({ error: { issues: { scan2: 'file-type' } } });
		expect(await capture(clerk, letter(), [])).toMatchObject({
			error: { issues: { scan1: 'file-missing' } }
		});
		expect(await world.countRows('files')).toBe(0);
	});

	it('Z7: the post of the clerk’s own contract, as insured person or named as own', async () => {
		const own = { ok: false, error: { kind: 'forbidden', code: 'claims/own-claim' } };
		const samePerson: Actor = { ...clerk, personId: customer.personId };
		const { letters } = postRooms(world);
		expect(await capture(samePerson)).toEqual(own);
		expect(await letters.open(samePerson, contractId)).toEqual(own);
		await world.client.execute({
			sql: 'insert into staff_own_contracts (account_id, contract_id, named_at_ms) values (?, ?, 1)',
			args: [clerk.accountId, contractId]
		});
		expect(await capture(clerk)).toEqual(own);
		expect(await world.countRows('conversations')).toBe(0);
	});

	it('B2: more letters than a day’s share, claims counted with them', async () => {
		must(await capture(clerk));
		await world.client.execute(
			`update throttles set tries = ${LIMITS.postCaptures.max}, next_try_at_ms = expires_at_ms`
		);
		expect(await capture(clerk, letter(), [scan('scan1', 3_000_000)])).toMatchObject({
			error: { kind: 'rate-limited', code: 'portal/limit-reached' }
		});
		expect(await world.countRows('files')).toBe(1);
		expect(await entriesOf('account/limit-reached')).toMatchObject([
			{ object_ref: 'limit:claims/post-captures', account_id: clerk.accountId }
		]);
	});

	it('L2: the look at the empty form is in the log of the customer, in one round trip', async () => {
		world.takeRoundTrips();
		must(await postRooms(world).letters.open(clerk, contractId));
		expect(world.takeRoundTrips()).toBe(1);
		expect(await entriesOf('contract/opened-for-post')).toMatchObject([
			{ object_ref: `contract:${contractId}`, subject_account_id: customer.accountId }
		]);
	});
});
