/** Documents that a claim waits for and that came by post (decision 0065). */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Actor } from '#lib/domain/actor.ts';
import { waitingMails } from '../../support/accounts.ts';
import { jpegBytes } from '../../support/claims.ts';
import { openTestDatabase, TEST_NOW_MS, type TestDatabase } from '../../support/database.ts';
import { postRooms } from '../../support/post.ts';
import {
	addAccount,
	addAssignedClaim,
	addContract,
	linkTo,
	deskRooms,
	must
} from './desk-world.ts';

let world: TestDatabase;
let customer: Actor;
let clerk: Actor;
/** Opens the post, and works on no claim of this contract. */
let post: Actor;
let contractId: string;

beforeEach(async () => {
	world = await openTestDatabase();
	customer = await addAccount(world, 'customer', 'Ada');
	clerk = await addAccount(world, 'clerk', 'Kim');
	post = await addAccount(world, 'clerk', 'Robin');
	contractId = await addContract(world, customer);
	await link(customer, contractId);
});
afterEach(() => world.close());

const link = (actor: Actor, id: string) => linkTo(world, actor, id);
const scan = (size = 3000) => ({
	...{ field: 'scan1', name: 'Scan.jpg', bytes: new Uint8Array(jpegBytes(size)) }
});
const ARRIVED_ON = '2026-11-20';

/** A claim that waits for two documents since twelve days, and the ids of the requests for them. */
async function waiting(owner = customer, under = contractId) {
	world.clock.advance(-12 * 24 * 3_600_000);
	const claim = await addAssignedClaim(world, owner, under, clerk);
	must(await deskRooms(world).deskService.open(clerk, claim.id));
	for (const kind of ['prescription', 'referral'] as const)
		must(await deskRooms(world).requestsService.ask(clerk, claim.id, { kind, line: 0 }));
	world.clock.advance(12 * 24 * 3_600_000);
	const { requests } = must(await deskRooms(world).claimsService.getOwn(owner, claim.id));
	await world.client.execute('delete from mail_outbox');
	return { ...claim, ids: requests.map(({ id }) => id) };
}
const capture = (
	actor: Actor,
	request: string,
	arrivedOn: string = ARRIVED_ON,
	scans = [scan()],
	completed: string[] = []
): ReturnType<ReturnType<typeof postRooms>['documents']['capture']> =>
	postRooms(world, (id) => completed.push(id)).documents.capture(
		actor,
		contractId,
		{ request, arrivedOn },
		scans
	);
const refusal = (kind: string, code: string) => ({ ok: false, error: { kind, code } });
const OWN = refusal('forbidden', 'claims/own-claim');
const rows = async () =>
	(
		await world.client.execute(
			'select file_id, answered_at_ms, captured_by, captured_at_ms from document_requests order by asked_at_ms, id'
		)
	).rows;

describe('a document that came by post', () => {
	it('closes exactly its request, from the day it arrived, with mail and entry, in two round trips', async () => {
		const claim = await waiting();
		const [first = '', second = ''] = claim.ids;
		const completed: string[] = [];
		world.takeRoundTrips();
		must(await capture(post, first, ARRIVED_ON, [scan()], completed));
		expect(world.takeRoundTrips()).toBe(2);
		expect(await rows()).toEqual([
			expect.objectContaining({
				...{ file_id: completed[0], answered_at_ms: Date.UTC(2026, 10, 20, 11) },
				...{ captured_by: post.accountId, captured_at_ms: TEST_NOW_MS }
			}),
			expect.objectContaining({ file_id: null, answered_at_ms: null, captured_by: null })
		]);
		const own = () => deskRooms(world).claimsService.getOwn(customer, claim.id);
		expect(must(await own()).state).toBe('documents_requested');
		must(await capture(post, second));
		expect(must(await own())).toMatchObject({ state: 'in_review' });
		expect((await waitingMails(world)).map(({ template, to }) => [template, to])).toEqual([
			['document-by-post', 'ada@example.org'],
			['document-by-post', 'ada@example.org']
		]);
		const logged = await world.client.execute(
			`select e.object_ref, p.account_id, p.subject_account_id from audit_events e
				join audit_personal p on p.event_id = e.id where e.event = 'claim/document-captured'`
		);
		expect(logged.rows).toHaveLength(2);
		expect(logged.rows[0]).toMatchObject({
			...{ object_ref: `claim:${claim.id}`, account_id: post.accountId },
			subject_account_id: customer.accountId
		});
	});

	it('is counted on the form of a claim, and offered with whose it is', async () => {
		const claim = await waiting();
		const { captures, documents } = postRooms(world);
		expect(must(await captures.open(post, contractId)).waitingCount).toBe(2);
		const view = must(await documents.open(post, contractId));
		expect(view.requests).toMatchObject([
			{ claimNumber: claim.number, accountId: customer.accountId, askedOn: '2026-11-10' },
			{ id: claim.ids[1] }
		]);
	});

	it('B1: sent twice answers once, also at the same time', async () => {
		const [id = ''] = (await waiting()).ids;
		const done = await Promise.all([capture(post, id), capture(post, id)]);
		expect(done.filter(({ ok }) => ok)).toHaveLength(1);
		expect(await capture(post, id)).toEqual(refusal('conflict', 'claims/request-closed'));
		expect(await waitingMails(world)).toHaveLength(1);
		// The scan of the first claim, and this one.
		expect(await world.countRows('claim_files')).toBe(2);
	});

	it('B2: of another contract is not open here', async () => {
		const other = await addContract(world, customer);
		await link(customer, other);
		const [id = ''] = (await waiting(customer, other)).ids;
		expect(await capture(post, id)).toEqual(refusal('conflict', 'claims/request-closed'));
		// Whoever sees the contract no more gets nothing typed in.
		const far = await addAccount(world, 'customer', 'Ben');
		const [gone = ''] = (await waiting(far)).ids;
		expect(await capture(post, gone)).toEqual(refusal('conflict', 'claims/request-closed'));
		expect(must(await postRooms(world).documents.open(post, contractId)).waitingCount).toBe(0);
	});

	it('names the day and the scan that are at fault', async () => {
		const [id = ''] = (await waiting()).ids;
		const bad = { ...scan(), bytes: new Uint8Array(new TextEncoder().encode('<html>')) };
		for (const [issues, ...typed] of [
			[{ arrivedOn: 'date-in-future' }, '2026-11-23'],
			[{ arrivedOn: 'date-before-asked' }, '2026-11-09'],
			[{ scan1: 'file-missing' }, ARRIVED_ON, []],
			[{ scan1: 'file-type' }, ARRIVED_ON, [bad]]
		] as const)
			expect(await capture(post, id, typed[0], [...(typed[1] ?? [scan()])])).toMatchObject({
				error: { issues }
			});
		must(await capture(post, id, '2026-11-10'));
		const [row] = await rows();
		expect(Number(row?.['answered_at_ms'])).toBeGreaterThanOrEqual(TEST_NOW_MS - 12 * 86_400_000);
	});
});

describe('Z7: nobody makes the evidence they decide on', () => {
	it('whoever works on the claim types no document of it in, and is not offered to', async () => {
		const [id = ''] = (await waiting()).ids;
		expect(must(await postRooms(world).documents.open(clerk, contractId))).toMatchObject({
			...{ requests: [], waitingCount: 2 }
		});
		const before = await world.countRows('files');
		expect(await capture(clerk, id)).toEqual(OWN);
		expect(await world.countRows('files')).toBe(before);
	});

	it('whoever typed one in does not get the claim, also after it is asked for again', async () => {
		const claim = await waiting();
		for (const id of claim.ids) must(await capture(post, id));
		const { assignmentsService, requestsService } = deskRooms(world);
		const unsuitable = { error: { code: 'claims/assignee-unsuitable' } };
		expect(await assignmentsService.handOver(clerk, claim.id, post.accountId)).toMatchObject(
			unsuitable
		);
		const again = { request: claim.ids[0] ?? '', fault: 'unreadable' } as const;
		must(await requestsService.askAgain(clerk, claim.id, again));
		expect((await rows()).at(-1)).toMatchObject({ answered_at_ms: null, captured_at_ms: null });
		// Nor when somebody else types the next one in: the first is still among the receipts.
		must(await capture(await addAccount(world, 'clerk', 'Toni'), again.request, '2026-11-22'));
		expect(await assignmentsService.handOver(clerk, claim.id, post.accountId)).toMatchObject(
			unsuitable
		);
	});

	it('the post of the clerk’s own contract is a colleague’s', async () => {
		const [id = ''] = (await waiting()).ids;
		const samePerson: Actor = { ...post, personId: customer.personId };
		expect(await capture(samePerson, id)).toEqual(OWN);
		expect(await postRooms(world).documents.open(samePerson, contractId)).toEqual(OWN);
	});
});
