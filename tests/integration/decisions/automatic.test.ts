/** Approvals in full by rules (decision 0072): exactly then, once, and never where somebody was faster. */
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Actor } from '#lib/domain/actor.ts';
import {
	AUTOMATIC_LIMIT,
	AUTOMATIC_WAIT_MS,
	AUTOMATIC_WINDOW_DAYS,
	isSample
} from '#lib/domain/claims/automatic.ts';
import { DAY_MS, MINUTE_MS } from '#lib/domain/calendar.ts';
import { waitingMails } from '../../support/accounts.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import {
	addAccount,
	addClaim,
	addContract,
	deskRooms,
	must,
	putInCharge,
	type Amount
} from './desk-world.ts';

let world: TestDatabase;
let customer: Actor;
let clerk: Actor;
let contractId: string;

beforeEach(async () => {
	world = unsampled(await openTestDatabase());
	customer = await addAccount(world, 'customer', 'Ada');
	clerk = await addAccount(world, 'clerk', 'Kim');
	contractId = await addContract(world, customer, 0);
});
afterEach(() => world.close());

/** Without the ids of the one claim in ten that people always decide. */
function unsampled(it: TestDatabase): TestDatabase {
	const newId = (): string => {
		const id = it.ids.newId();
		return isSample(id) ? newId() : id;
	};
	return { ...it, ids: { ...it.ids, newId } };
}

const run = (it = world, isOn = true) => deskRooms(it).automaticService(isOn).decideDue();
const wait = (byMs = AUTOMATIC_WAIT_MS) => world.clock.advance(byMs);
const claimOf = async (id: string) => {
	const { rows } = await world.client.execute({
		sql: 'select state, decided_by, checked_by_rules_at_ms, left_to_people from claims where id = ?',
		args: [id]
	});
	return rows[0];
};
/** A claim that rules would approve, as it is due. */
async function dueClaim(amounts: readonly Amount[] = [[10_000, 'EUR']], owner = customer) {
	const claim = await addClaim(world, owner, contractId, amounts);
	wait();
	return claim;
}
const rowsOfDecision = async () => ({
	uses: await world.countRows('cover_uses'),
	payouts: await world.countRows('payouts'),
	documents: await world.countRows('documents'),
	mails: await world.countRows('mail_outbox'),
	decided: await world.countRows('claims where decided_at_ms is not null'),
	events: await world.countRows("audit_events where event = 'claim/decided-by-rules'")
});
const NOTHING = { uses: 0, payouts: 0, documents: 0, mails: 0, decided: 0, events: 0 };
const ONCE = { uses: 1, payouts: 1, documents: 1, mails: 1, decided: 1, events: 1 };

describe('a claim that nothing is against', () => {
	it('is approved in full by the same writes as a clerk makes, three round trips with the list', async () => {
		const claim = await dueClaim();
		world.takeRoundTrips();
		expect(await run()).toBe(1);
		expect(world.takeRoundTrips()).toBe(3);
		expect(await rowsOfDecision()).toEqual(ONCE);
		expect(await claimOf(claim.id)).toMatchObject({
			...{ state: 'approved', decided_by: null, left_to_people: null },
			checked_by_rules_at_ms: world.clock.nowMs()
		});
		expect(await waitingMails(world)).toMatchObject([{ template: 'new-document' }]);
		const { rows } = await world.client.execute('select made_by, state, second_look from payouts');
		expect(rows).toMatchObject([{ made_by: null, state: 'ready', second_look: null }]);
	});

	it('says so to its owner: statement, no look of a person, and every line to contest', async () => {
		const claim = await dueClaim();
		await run();
		const view = must(await deskRooms(world).claimsService.getOwn(customer, claim.id));
		expect(view).toMatchObject({ isDecidedByRules: true, visits: [], inReviewSinceMs: null });
		expect(view.contestable.map(({ line, reason }) => [line, reason])).toEqual([[1, 'none']]);
		const [delivered] = await world.db.read(deskRooms(world).desk.findStatement(claim.id));
		expect(delivered?.statement).toMatchObject({ decidedBy: 'rules', outcome: 'approved' });
	});

	it('is left alone for a day, and where it is switched off', async () => {
		await addClaim(world, customer, contractId);
		wait(AUTOMATIC_WAIT_MS - 1);
		expect(await run()).toBe(0);
		wait(1);
		expect(await run(world, false)).toBe(0);
		expect(await rowsOfDecision()).toEqual(NOTHING);
		expect(await run()).toBe(1);
	});

	it('gets one decision of two runs at once, and none of a later one', async () => {
		await dueClaim();
		await Promise.all([run(), run(), run()]);
		expect(await run()).toBe(0);
		expect(await rowsOfDecision()).toEqual(ONCE);
	});

	it('is paid by the next run of payments', async () => {
		await dueClaim();
		await run();
		const finance = await addAccount(world, 'finance', 'Fin');
		must(await deskRooms(world).payoutRunsService.create(finance, 'sepa'));
		const [ordered] = await world.db.read(deskRooms(world).payouts.listIn(['ordered']));
		expect(ordered).toMatchObject([{ isGenuine: true, madeBy: null, madeByName: null }]);
	});
});

describe('what stays with people', () => {
	it('is looked at once, and the desk says why', async () => {
		const claim = await dueClaim([[AUTOMATIC_LIMIT.amountMinor + 1, 'EUR']]);
		expect(await run()).toBe(1);
		expect(await run()).toBe(0);
		expect(await rowsOfDecision()).toEqual(NOTHING);
		await putInCharge(world, clerk, claim.id);
		const view = must(await deskRooms(world).deskService.open(clerk, claim.id));
		expect(view.automaticCheck).toEqual({ outcome: 'left', reasons: ['above-limit'] });
	});

	it.each(['the same account', 'another account of the contract'])(
		'Z6: is the third of a month by %s: no bill is cut into small ones',
		async (whose) => {
			const partner = await addAccount(world, 'customer', 'Bo');
			const other = whose === 'the same account' ? customer : { ...customer, ...partner };
			const ids: string[] = [];
			for (const [index, owner] of [customer, customer, other].entries()) {
				const amounts: readonly Amount[] = [[5_000 + index, 'EUR']];
				ids.push((await addClaim(world, owner, contractId, amounts)).id);
			}
			wait();
			expect(await run()).toBe(3);
			expect(await claimOf(ids[1] ?? '')).toMatchObject({ state: 'approved' });
			expect(await claimOf(ids[2] ?? '')).toMatchObject({ left_to_people: '["too-often"]' });
			wait((AUTOMATIC_WINDOW_DAYS + 1) * DAY_MS);
			const later = await dueClaim([[6_000, 'EUR']]);
			await run();
			expect(await claimOf(later.id)).toMatchObject({ state: 'approved' });
		}
	);

	it('§ 37 BDSG: is a treatment after the cover has ended: a person refuses it, or does not', async () => {
		await world.client.execute("update contracts set ends_on = '2026-09-30'");
		const claim = await dueClaim();
		expect(await run()).toBe(1);
		expect(await rowsOfDecision()).toEqual(NOTHING);
		expect(await claimOf(claim.id)).toMatchObject({
			...{ state: 'submitted', left_to_people: '["finding"]' }
		});
	});

	it('is what cannot be read: it stands before no other', async () => {
		const broken = await addClaim(world, customer, contractId, [[4_000, 'EUR']]);
		await world.client.execute({
			sql: "update claims set content = x'00' where id = ?",
			args: [broken.id]
		});
		const other = await addContract(world, customer, 0);
		const fine = await addClaim(world, customer, other, [[4_100, 'EUR']]);
		wait();
		expect(await run()).toBe(2);
		expect(await claimOf(broken.id)).toMatchObject({ state: 'submitted', left_to_people: '[]' });
		expect(await claimOf(fine.id)).toMatchObject({ state: 'approved' });
	});

	it('is nothing that the database would let rules refuse', async () => {
		const claim = await dueClaim();
		const bend = (change: string) =>
			world.client.execute({ sql: `update claims set ${change} where id = ?`, args: [claim.id] });
		for (const state of ['rejected', 'partially_approved']) {
			await expect(
				bend(`state = '${state}', decided_at_ms = 1, checked_by_rules_at_ms = 1`)
			).rejects.toThrow('a person decides');
		}
		await expect(bend(`state = 'approved', decided_at_ms = 1`)).rejects.toThrow('a person decides');
		await run();
		await expect(bend('checked_by_rules_at_ms = null')).rejects.toThrow();
		await expect(bend(`left_to_people = '[]'`)).rejects.toThrow();
		for (const change of ["second_look = 'limit', state = 'waiting'", 'decision_no = 2']) {
			await expect(world.client.execute(`update payouts set ${change}`)).rejects.toThrow(
				'payouts_by_rules'
			);
		}
	});
});

describe('somebody is faster than the decision', () => {
	/** As `db`, but something happens between what was read and what is written. */
	const meddled = (sql: (claimId: string) => string, claimId: string): TestDatabase => {
		let isDone = false;
		const commit: TestDatabase['db']['commit'] = async (...writes) => {
			if (!isDone) await world.client.executeMultiple(sql(claimId));
			isDone = true;
			return world.db.commit(...writes);
		};
		return { ...world, db: { ...world.db, commit } };
	};
	const set = (change: string) => (id: string) => `update claims set ${change} where id = '${id}'`;
	const insert = (table: string, values: string) => (id: string) =>
		`insert into ${table} values (${values.replaceAll('$claim', `'${id}'`)})`;
	const staff = () => `'${clerk.accountId}'`;
	const EVENTS: readonly (readonly [string, () => (id: string) => string])[] = [
		['a clerk takes it', () => set(`assignee_id = ${staff()}, assigned_at_ms = 1`)],
		['it has another version', () => set('version = version + 1')],
		['it is in review', () => set(`state = 'in_review'`)],
		['it is younger', () => set('submitted_at_ms = submitted_at_ms + 1')],
		['it came by post', () => set(`captured_by = ${staff()}, captured_at_ms = 1`)],
		[
			'a colleague has read it',
			() => insert('claim_looks', `'1', $claim, ${staff()}, 'clerk', null, 'claim', 1`)
		],
		[
			'a colleague has opened it',
			() => insert('claim_openings', `'1', $claim, ${staff()}, 'callback', x'00', 1, 2, null, null`)
		],
		[
			'a colleague has read its account',
			() => insert('account_looks', `'1', $claim, ${staff()}, 'clerk', 'call', 1`)
		],
		[
			'a colleague has made a note',
			() => insert('claim_notes', `'1', $claim, ${staff()}, x'00', 1`)
		],
		[
			'a document is asked for',
			() =>
				insert(
					'document_requests',
					`'1', $claim, 'report', 1, 1, ${staff()}, '2027-01-01', null, null, null, null, null, null, 0, null`
				)
		],
		[
			'a review is open',
			() =>
				insert(
					'claim_reviews',
					`'1', $claim, 'objection', 1, x'00', null, 1, ${staff()}, null, null, null, null`
				)
		],
		[
			'its owner has written',
			() =>
				insert(
					'conversations',
					`'1', '${customer.accountId}', '${customer.personId}', 'payment', $claim, null, 1, 1, 1, null, null`
				)
		],
		[
			'it is held',
			() =>
				insert(
					'legal_holds',
					`'1', 'claim', $claim, 'audit', '2027-01-01', 'dpo', 1, null, null, null`
				)
		],
		[
			'its contract is held',
			() =>
				insert(
					'legal_holds',
					`'1', 'contract', '${contractId}', 'audit', '2027-01-01', 'dpo', 1, null, null, null`
				)
		],
		[
			'its contract is a colleague’s',
			() => insert('staff_own_contracts', `${staff()}, '${contractId}', 1`)
		],
		['its receipt is in quarantine', () => () => 'update files set released_at_ms = null'],
		['its receipt is refused', () => () => `update files set state = 'refused'`],
		['its receipt is gone', () => (id) => `delete from claim_files where claim_id = '${id}'`],
		['its receipt is known', () => () => `update files set sha256 = '1'`],
		[
			'two others were decided',
			() => (id) =>
				`update claims set state = 'approved', decided_at_ms = 1, checked_by_rules_at_ms = ${world.clock.nowMs()} where id <> '${id}'`
		],
		['its cover has less left', () => () => 'update contracts set maximum_minor = 9999']
	];

	it.each(EVENTS)('Z7: nothing is decided, paid or sent when %s', async (_, event) => {
		const claim = await dueClaim();
		// Too young to be looked at themselves.
		for (const amount of [3_000, 3_001]) {
			await addClaim(world, customer, contractId, [[amount, 'EUR']]);
		}
		await run(meddled(event(), claim.id));
		expect(await claimOf(claim.id)).toMatchObject({ decided_by: null, left_to_people: null });
		expect((await claimOf(claim.id))?.['state']).not.toBe('approved');
		expect({ ...(await rowsOfDecision()), decided: 0 }).toEqual(NOTHING);
	});

	it('and decides where nobody was', async () => {
		const claim = await dueClaim();
		await run(meddled(() => 'select 1', claim.id));
		expect(await rowsOfDecision()).toEqual(ONCE);
	});
});

describe('money', () => {
	it('never appears: what rules pay is what was billed, in statement, cover and payment', async () => {
		const claims = fc.array(
			fc.array(fc.integer({ min: 1, max: 9_000 }), { minLength: 1, maxLength: 3 }),
			{ minLength: 1, maxLength: 2 }
		);
		await fc.assert(
			fc.asyncProperty(claims, async (all) => {
				const contract = await addContract(world, customer, 0);
				let expected = 0;
				for (const [index, amounts] of all.entries()) {
					const billed = amounts.map((amount, line): Amount => [
						amount,
						'EUR',
						`2026-10-0${1 + index * 3 + line}`
					]);
					const { id } = await addClaim(world, customer, contract, billed);
					wait(AUTOMATIC_WAIT_MS + MINUTE_MS);
					await run();
					const sum = amounts.reduce((total, one) => total + one, 0);
					if ((await claimOf(id))?.['state'] === 'approved') expected += sum;
					wait((AUTOMATIC_WINDOW_DAYS + 1) * DAY_MS);
				}
				const totalOf = async (sql: string) => {
					const { rows } = await world.client.execute({ sql, args: [contract] });
					return Number(rows[0]?.['total']);
				};
				expect(
					await totalOf(
						'select coalesce(sum(amount_minor), 0) as total from payouts p, claims c where c.id = p.claim_id and c.contract_id = ?'
					)
				).toBe(expected);
				expect(
					await totalOf(
						'select coalesce(sum(paid_minor), 0) as total from cover_uses where contract_id = ?'
					)
				).toBe(expected);
			}),
			{ numRuns: 8 }
		);
	}, 60_000);
});
