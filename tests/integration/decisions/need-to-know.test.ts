import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Actor } from '#lib/domain/actor.ts';
import { HOUR_MS, MINUTE_MS } from '#lib/domain/calendar.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import {
	addAccount,
	addAssignedClaim,
	addClaim,
	addContract,
	deskRooms,
	formOf,
	must,
	typed
} from './desk-world.ts';

let world: TestDatabase;
let customer: Actor;
let clerk: Actor;
let colleague: Actor;
let lead: Actor;
let officer: Actor;
let contractId: string;
let claim: Awaited<ReturnType<typeof addClaim>>;

beforeEach(async () => {
	world = await openTestDatabase();
	customer = await addAccount(world, 'customer', 'Ada');
	clerk = await addAccount(world, 'clerk', 'Kim');
	colleague = await addAccount(world, 'clerk', 'Robin');
	lead = await addAccount(world, 'seniorClerk', 'Lou');
	officer = await addAccount(world, 'dpo', 'Dominique');
	contractId = await addContract(world, customer);
	claim = await addClaim(world, customer, contractId);
});
afterEach(() => world.close());

const desk = () => deskRooms(world).deskService;
const assignments = () => deskRooms(world).assignmentsService;
const openings = () => deskRooms(world).openingsService;
const NOT_ASSIGNED = { ok: false, error: { kind: 'forbidden', code: 'claims/not-assigned' } };
const MEANWHILE = { ok: false, error: { kind: 'conflict', code: 'claims/assigned-meanwhile' } };
const OWN = { ok: false, error: { kind: 'forbidden', code: 'claims/own-claim' } };
const REASON = { reason: 'complaint', note: 'The ombudsman has asked about it' } as const;

async function logged(event: string): Promise<readonly unknown[]> {
	const { rows } = await world.client.execute({
		sql: `select outcome, object_ref, account_id, subject_account_id from audit_events
			join audit_personal on event_id = id where event = ? order by seq`,
		args: [event]
	});
	return rows.map((row) => ({ ...row }));
}
const visits = async () =>
	must(await deskRooms(world).claimsService.getOwn(customer, claim.id)).visits;
const isOpenTo = async (actor: Actor) => (await desk().open(actor, claim.id)).ok;

describe('a clerk without assignment', () => {
	it.each(['clerk', 'seniorClerk'] as const)(
		'Z6: a %s is refused the claim and its receipts, and each try is logged for its owner',
		async (role) => {
			const stranger = await addAccount(world, role, 'Sascha');
			expect(await desk().open(stranger, claim.id)).toEqual(NOT_ASSIGNED);
			expect(await desk().openFile(stranger, claim.id, claim.fileId)).toEqual(NOT_ASSIGNED);
			const trace = {
				outcome: 'failure',
				object_ref: `claim:${claim.id}`,
				account_id: stranger.accountId,
				subject_account_id: customer.accountId
			};
			expect(await logged('claim/access-refused')).toEqual([trace, trace]);
			expect(await logged('claim/viewed')).toEqual([]);
			expect(await visits()).toEqual([]);
			expect(must(await world.audit.listOwn(customer))).toMatchObject([
				{ event: 'claim/access-refused', isOwnAct: false },
				{ event: 'claim/access-refused', isOwnAct: false }
			]);
		}
	);

	it('Z6: cannot preview or decide it either, with a reason to look or without', async () => {
		const { version } = await (async () => {
			must(await assignments().take(clerk, claim.id));
			return must(await desk().open(clerk, claim.id));
		})();
		must(await openings().open(colleague, claim.id, REASON));
		const form = formOf(version, ...claim.invoiceIds.map((id) => typed(id)));
		const { decisionsService } = deskRooms(world);
		expect(await decisionsService.preview(colleague, claim.id, form)).toEqual(NOT_ASSIGNED);
		expect(await decisionsService.decide(colleague, claim.id, form)).toEqual(NOT_ASSIGNED);
		expect(await logged('claim/access-refused')).toHaveLength(2);
		expect(await world.countRows('claims where decided_at_ms is not null')).toBe(0);
	});

	it('Z6: loses the claim with the next request once it is handed over', async () => {
		must(await assignments().take(clerk, claim.id));
		const { version } = must(await desk().open(clerk, claim.id));
		must(await assignments().handOver(clerk, claim.id, colleague.accountId));
		expect(await isOpenTo(clerk)).toBe(false);
		expect(await isOpenTo(colleague)).toBe(true);
		const form = formOf(version, ...claim.invoiceIds.map((id) => typed(id)));
		expect(await deskRooms(world).decisionsService.decide(clerk, claim.id, form)).toEqual(
			NOT_ASSIGNED
		);
	});

	it('Z6: sees at the door who has it, and nothing about health', async () => {
		must(await assignments().take(clerk, claim.id));
		world.takeRoundTrips();
		const door = must(await assignments().viewDoor(colleague, claim.id));
		expect(world.takeRoundTrips()).toBe(1);
		expect(door).toEqual({
			number: claim.number,
			isDecided: false,
			assigneeName: 'Kim Muster',
			isMine: false,
			colleagues: []
		});
	});
});

describe('assignment', () => {
	it('Z6: who takes a claim sees it; of two who take it at once one gets it', async () => {
		const both = await Promise.all([
			assignments().take(clerk, claim.id),
			assignments().take(colleague, claim.id)
		]);
		expect(both.filter(({ ok }) => ok)).toHaveLength(1);
		expect(both).toContainEqual(MEANWHILE);
		expect([await isOpenTo(clerk), await isOpenTo(colleague)].toSorted()).toEqual([false, true]);
		expect(await logged('claim/assigned')).toHaveLength(1);
	});

	it('goes back into the queue when it is released, by nobody else', async () => {
		must(await assignments().take(clerk, claim.id));
		expect(await assignments().release(colleague, claim.id)).toEqual(MEANWHILE);
		must(await assignments().release(clerk, claim.id));
		expect(must(await desk().listQueue(clerk, null)).rows).toMatchObject([{ assignee: null }]);
		must(await assignments().take(colleague, claim.id));
		expect(must(await desk().listQueue(colleague, null)).rows).toMatchObject([
			{ assignee: { name: 'Robin Muster', isReader: true } }
		]);
	});

	it('only a lead gives away what somebody else has, and sees it by that no sooner', async () => {
		must(await assignments().take(clerk, claim.id));
		expect(await assignments().handOver(colleague, claim.id, colleague.accountId)).toEqual(
			MEANWHILE
		);
		must(await assignments().assign(lead, claim.id, colleague.accountId));
		expect(await isOpenTo(colleague)).toBe(true);
		expect(await isOpenTo(lead)).toBe(false);
		expect(must(await assignments().viewDoor(lead, claim.id)).colleagues).toHaveLength(3);
	});

	it('Z7: nobody takes, gets or gives away their own claim', async () => {
		const inOffice: Actor = { ...clerk, personId: customer.personId };
		expect(await assignments().take({ ...customer, role: 'clerk' }, claim.id)).toEqual(OWN);
		expect(await assignments().take(inOffice, claim.id)).toEqual(OWN);
		must(
			await deskRooms(world).db.commit(
				deskRooms(world).ownContracts.insert(colleague.accountId, contractId, world.clock.nowMs())
			)
		);
		expect(await assignments().take(colleague, claim.id)).toEqual(OWN);
		expect(await openings().open(colleague, claim.id, REASON)).toEqual(OWN);
		expect(await assignments().assign(lead, claim.id, colleague.accountId)).toMatchObject({
			error: { code: 'claims/assignee-unsuitable' }
		});
		expect(await logged('claim/assigned')).toEqual([]);
	});

	it('is for people of the desk who still work here', async () => {
		const unsuitable = { error: { kind: 'conflict', code: 'claims/assignee-unsuitable' } };
		for (const one of [customer, officer]) {
			expect(await assignments().assign(lead, claim.id, one.accountId)).toMatchObject(unsuitable);
		}
		await world.client.execute({
			sql: "update accounts set status = 'disabled' where id = ?",
			args: [clerk.accountId]
		});
		expect(await assignments().assign(lead, claim.id, clerk.accountId)).toMatchObject(unsuitable);
	});

	it('ends with the decision: who decided may look, nobody takes it any more', async () => {
		must(await assignments().take(clerk, claim.id));
		const { version } = must(await desk().open(clerk, claim.id));
		const form = formOf(version, ...claim.invoiceIds.map((id) => typed(id)));
		must(await deskRooms(world).decisionsService.decide(clerk, claim.id, form));
		expect(await isOpenTo(clerk)).toBe(true);
		expect(await assignments().release(clerk, claim.id)).toEqual(MEANWHILE);
		expect(await assignments().assign(lead, claim.id, colleague.accountId)).toEqual(MEANWHILE);
	});

	it('finds no claim where there is none', async () => {
		const id = world.ids.newId();
		for (const answer of [
			await assignments().viewDoor(clerk, id),
			await assignments().take(clerk, id),
			await openings().open(clerk, id, REASON)
		]) {
			expect(answer).toMatchObject({ error: { kind: 'not-found' } });
		}
	});
});

describe('a look with a reason', () => {
	it('Z6: opens the claim for an hour and no longer', async () => {
		must(await openings().open(colleague, claim.id, REASON));
		const view = must(await desk().open(colleague, claim.id));
		expect(view.access).toEqual({ kind: 'opened', endsAtMs: world.clock.nowMs() + HOUR_MS });
		expect(view.state).toBe('submitted');
		must(await desk().openFile(colleague, claim.id, claim.fileId));
		world.clock.advance(HOUR_MS - 1);
		expect(await isOpenTo(colleague)).toBe(true);
		world.clock.advance(1);
		expect(await isOpenTo(colleague)).toBe(false);
	});

	it('is no progress to its owner: no step is dated by it, no change told of', async () => {
		const seen = async () => {
			const view = must(await deskRooms(world).claimsService.getOwn(customer, claim.id));
			return { sinceMs: view.inReviewSinceMs, changedAtMs: view.changedAtMs };
		};
		const before = await seen();
		expect(before.sinceMs).toBeNull();
		world.clock.advance(MINUTE_MS);
		must(await openings().open(colleague, claim.id, REASON));
		must(await desk().open(colleague, claim.id));
		expect(await visits()).toHaveLength(1);
		expect(await seen()).toEqual(before);
		world.clock.advance(MINUTE_MS);
		must(await assignments().take(clerk, claim.id));
		must(await desk().open(clerk, claim.id));
		const takenAtMs = world.clock.nowMs();
		world.clock.advance(MINUTE_MS);
		must(await desk().open(clerk, claim.id));
		must(await desk().open(colleague, claim.id));
		expect(await seen()).toEqual({ sinceMs: takenAtMs, changedAtMs: takenAtMs });
	});

	it('Z6: opens this claim to this person and nothing else', async () => {
		const other = await addClaim(world, customer, contractId);
		must(await openings().open(colleague, claim.id, REASON));
		expect(await desk().open(colleague, other.id)).toEqual(NOT_ASSIGNED);
		expect(await isOpenTo(clerk)).toBe(false);
	});

	it('Z6: lands in the list of the data protection officer until it is checked', async () => {
		must(await openings().open(colleague, claim.id, REASON));
		must(await desk().open(colleague, claim.id));
		must(await desk().openFile(colleague, claim.id, claim.fileId));
		const list = must(await openings().listToReview(officer));
		expect(list).toMatchObject([
			{
				...{ subject: 'claim', number: claim.number },
				staffName: 'Robin Muster',
				role: 'clerk',
				...REASON,
				openedAtMs: world.clock.nowMs(),
				looks: 2,
				isOwn: false
			}
		]);
		const id = list[0]?.id ?? '';
		must(await openings().review(officer, { subject: 'claim', opening: id }));
		expect(must(await openings().listToReview(officer))).toEqual([]);
		expect(await openings().review(officer, { subject: 'claim', opening: id })).toMatchObject({
			error: { code: 'claims/opening-reviewed' }
		});
		expect(await logged('claim/opening-reviewed')).toHaveLength(1);
	});

	it.each(['release', 'handOver'] as const)(
		'Z6: a claim that is taken, looked at and passed on undecided lands there too (%s)',
		async (way) => {
			must(await assignments().take(clerk, claim.id));
			must(await desk().open(clerk, claim.id));
			must(await desk().openFile(clerk, claim.id, claim.fileId));
			world.clock.advance(MINUTE_MS);
			world.takeRoundTrips();
			must(
				way === 'release'
					? await assignments().release(clerk, claim.id)
					: await assignments().handOver(clerk, claim.id, colleague.accountId)
			);
			expect(world.takeRoundTrips()).toBe(2);
			const list = must(await openings().listToReview(officer));
			expect(list).toMatchObject([
				{ staffName: 'Kim Muster', reason: 'given-back', note: '', looks: 2, isOwn: false }
			]);
			// It opens nothing to whoever it is about.
			expect(await isOpenTo(clerk)).toBe(false);
			must(await openings().review(officer, { subject: 'claim', opening: list[0]?.id ?? '' }));
		}
	);

	it('a claim that nobody looked at is passed on without a word', async () => {
		must(await assignments().take(clerk, claim.id));
		must(await assignments().release(clerk, claim.id));
		must(await assignments().take(colleague, claim.id));
		must(await desk().open(colleague, claim.id));
		// Looks of an earlier turn, or of somebody else, are no looks of this one.
		must(await assignments().release(colleague, claim.id));
		world.clock.advance(MINUTE_MS);
		must(await assignments().take(colleague, claim.id));
		must(await assignments().release(colleague, claim.id));
		expect(must(await openings().listToReview(officer))).toHaveLength(1);
	});

	it('Z6, L1: who takes a claim and who puts it back is told to its owner', async () => {
		must(await assignments().take(clerk, claim.id));
		must(await assignments().release(clerk, claim.id));
		const subject = { subject_account_id: customer.accountId };
		expect(await logged('claim/assigned')).toMatchObject([subject]);
		expect(await logged('claim/released')).toMatchObject([subject]);
	});

	it('Z6: is not checked by whoever made it, as SQL too', async () => {
		const twice: Actor = { ...colleague, role: 'dpo' };
		must(await openings().open(colleague, claim.id, REASON));
		const [opening] = must(await openings().listToReview(twice));
		expect(opening?.isOwn).toBe(true);
		expect(
			await openings().review(twice, { subject: 'claim', opening: opening?.id ?? '' })
		).toMatchObject({
			error: { code: 'claims/opening-reviewed' }
		});
		await expect(
			world.client.execute('update claim_openings set reviewed_at_ms = 1, reviewed_by = account_id')
		).rejects.toThrow('claim_openings_reviewer');
	});

	it('Z6: keeps its note sealed, and neither it nor a look can be changed', async () => {
		must(await openings().open(colleague, claim.id, REASON));
		must(await desk().open(colleague, claim.id));
		const { rows } = await world.client.execute('select note from claim_openings');
		expect(Buffer.from(rows[0]?.['note'] as ArrayBuffer).toString('latin1')).not.toContain(
			'ombudsman'
		);
		for (const sql of [
			"update claim_openings set reason = 'quality-check'",
			'update claim_openings set ends_at_ms = ends_at_ms + 1',
			'update claim_looks set at_ms = 1'
		]) {
			await expect(world.client.execute(sql)).rejects.toThrow('cannot be changed');
		}
	});
});

describe('what the customer sees', () => {
	it('Z6: who looked, when and why, by role and number, a visit as one line', async () => {
		must(await assignments().take(clerk, claim.id));
		must(await desk().open(clerk, claim.id));
		must(await desk().openFile(clerk, claim.id, claim.fileId));
		const fromMs = world.clock.nowMs();
		world.clock.advance(31 * MINUTE_MS);
		must(await openings().open(lead, claim.id, REASON));
		must(await desk().open(lead, claim.id));
		const seen = await visits();
		expect(seen).toMatchObject([
			{ role: 'seniorClerk', reason: 'complaint', looks: 1, fromMs: world.clock.nowMs() },
			{ role: 'clerk', reason: null, looks: 2, fromMs }
		]);
		const text = JSON.stringify(seen);
		for (const hidden of ['Kim', 'Lou', clerk.accountId, lead.accountId, REASON.note]) {
			expect(text).not.toContain(hidden);
		}
		expect(seen[0]?.staffNumber).not.toBe(seen[1]?.staffNumber);
		const [opening] = must(await openings().listToReview(officer));
		expect(opening?.staffNumber).toBe(seen[0]?.staffNumber);
	});

	it('Z2: nobody sees who looked at somebody else’s claim', async () => {
		must(await assignments().take(clerk, claim.id));
		must(await desk().open(clerk, claim.id));
		const stranger = await addAccount(world, 'customer', 'Ben');
		const { access, db } = deskRooms(world);
		const [looks] = await db.read(access.listLooks(claim.id, stranger.accountId));
		expect(looks).toEqual([]);
	});
});

it('Z6: a look that cannot be written down for the customer shows nothing', async () => {
	const mine = await addAssignedClaim(world, customer, contractId, clerk);
	await world.client.execute(
		"create trigger crash before insert on claim_looks begin select raise(abort, 'full'); end"
	);
	for (const answer of [
		desk().open(clerk, mine.id),
		desk().openFile(clerk, mine.id, mine.fileId)
	]) {
		expect(await answer.catch(() => null)).not.toMatchObject({ ok: true });
	}
});
