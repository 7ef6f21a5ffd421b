/** Post, from the search for its sender to the claim in the queue (decision 0065). */
import * as v from 'valibot';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LIMITS } from '#lib/domain/accounts/throttle.ts';
import type { Actor } from '#lib/domain/actor.ts';
import { NO_CIRCUMSTANCES } from '#lib/domain/claims/circumstances.ts';
import { captureSchema } from '#lib/domain/claims/capture.schema.ts';
import type { Result } from '#lib/domain/result.ts';
import { waitingMails } from '../../support/accounts.ts';
import { jpegBytes } from '../../support/claims.ts';
import { openTestDatabase, TEST_NOW_MS, type TestDatabase } from '../../support/database.ts';
import { captureRooms } from '../../support/post.ts';
import {
	addAccount,
	addContract,
	linkTo,
	deskRooms,
	must,
	putInCharge
} from '../decisions/desk-world.ts';

let world: TestDatabase;
let customer: Actor;
let clerk: Actor;
let contractId: string;

beforeEach(async () => {
	world = await openTestDatabase();
	customer = await addAccount(world, 'customer', 'Ada');
	clerk = await addAccount(world, 'clerk', 'Kim');
	contractId = await addContract(world, customer);
	await link(customer, contractId);
});

afterEach(() => world.close());

const link = (actor: Actor, id: string) => linkTo(world, actor, id);

/** A letter as its form sends it; `null` leaves a field out. */
const letter = (changes: Readonly<Record<string, string | null>> = {}) => {
	const fields: Readonly<Record<string, string | null>> = {
		submission: world.ids.newId(),
		account: customer.accountId,
		arrivedOn: '2026-11-12',
		insuredPersonId: customer.personId,
		cause: 'illness',
		diagnosis: 'Secret diagnosis',
		firstTreatmentOn: '2026-10-01',
		country: 'TH',
		hasOtherInsurance: 'no',
		note: '',
		'invoices.0.issuer': 'Bumrungrad',
		'invoices.0.number': '17',
		'invoices.0.invoiceDate': '2026-10-02',
		'invoices.0.treatmentFrom': '2026-10-01',
		'invoices.0.treatmentTo': '',
		'invoices.0.amount': '4.200,50',
		'invoices.0.currency': 'THB',
		'invoices.0.isPaid': 'yes',
		isDeclaredTrue: 'on',
		...changes
	};
	const told = Object.entries(fields).filter(([, value]) => value !== null);
	return v.parse(captureSchema, Object.fromEntries(told));
};
const scan = (size = 3000, field = 'scan1') => ({
	...{ field, name: 'Scan 1.jpg', bytes: new Uint8Array(jpegBytes(size)) }
});
const capture = (
	actor: Actor,
	typed = letter(),
	scans = [scan()],
	completed: string[] = []
): Promise<Result<{ readonly number: string }>> =>
	captureRooms(world, (id) => completed.push(id)).capture(actor, contractId, typed, scans);

const claimRow = async () =>
	(
		await world.client.execute(
			'select id, state, account_id, captured_by, captured_at_ms, submitted_at_ms, assignee_id from claims'
		)
	).rows;
const eventsOf = async (event: string) =>
	(
		await world.client.execute({
			sql: `select e.object_ref, p.account_id, p.subject_account_id from audit_events e
				join audit_personal p on p.event_id = e.id where e.event = ?`,
			args: [event]
		})
	).rows;

describe('a captured letter', () => {
	it('is a claim of its sender, with receipt, mail and entry, in two round trips', async () => {
		const completed: string[] = [];
		world.takeRoundTrips();
		const { number } = must(
			await capture(clerk, letter(), [scan(), scan(900, 'scan2')], completed)
		);
		expect(world.takeRoundTrips()).toBe(2);
		const [claim] = await claimRow();
		expect(claim).toMatchObject({
			...{ state: 'submitted', account_id: customer.accountId, assignee_id: null },
			...{ captured_by: clerk.accountId, captured_at_ms: TEST_NOW_MS }
		});
		expect(completed).toHaveLength(2);
		expect(await waitingMails(world)).toEqual([
			{ template: 'new-document', to: 'ada@example.org', language: 'en', name: 'Ada Muster' }
		]);
		const [entry] = await eventsOf('claim/captured');
		expect(entry).toMatchObject({
			...{ object_ref: `claim:${String(claim?.['id'])}`, account_id: clerk.accountId },
			subject_account_id: customer.accountId
		});
		expect(await eventsOf('claim/submitted')).toEqual([]);
		const own = must(await deskRooms(world).claimsService.getOwn(customer, String(claim?.['id'])));
		expect(own).toMatchObject({
			changedAtMs: TEST_NOW_MS,
			...{ number, cameByPost: true, diagnosis: 'Secret diagnosis' },
			billed: [{ amountMinor: 420_050, currency: 'THB' }],
			documents: [{ name: { kind: 'receipt-confirmation' }, isUnread: true }],
			files: [{ name: 'Scan 1.jpg', state: 'checking' }, { state: 'checking' }]
		});
	});

	it('has clocks that count from the day it arrived, not from its capture', async () => {
		must(await capture(clerk));
		const [row] = must(await deskRooms(world).deskService.listQueue(clerk, null)).rows;
		expect(row).toMatchObject({
			submittedOn: '2026-11-12',
			cameByPost: true,
			clock: { ageDays: 10 }
		});
		const [claim] = await claimRow();
		await putInCharge(world, clerk, String(claim?.['id']));
		const desk = must(await deskRooms(world).deskService.open(clerk, String(claim?.['id'])));
		expect(desk).toMatchObject({ submittedOn: '2026-11-12', capturedOn: '2026-11-22' });
	});

	it('tells its desk and its sender what it says besides, as if they had typed it themselves', async () => {
		await world.client.execute("update contracts set plan = 'Care Au-pair'");
		const told = {
			...{ cause: 'accident', accidentPlace: 'Phuket', thirdParty: 'no', hasOtherInsurance: 'yes' },
			...{ otherInsurer: 'AXA', otherInsurerNumber: '4711', otherInsurerReported: 'yes' },
			enteredOn: '2026-09-01'
		};
		const elsewhere = {
			symptomsOn: '2026-09-30',
			thirdPartyWho: 'Somchai',
			travelFrom: '2026-09-01'
		};
		must(await capture(clerk, letter({ ...told, ...elsewhere, 'invoices.0.kind': 'inpatient' })));
		const id = String((await claimRow())[0]?.['id']);
		const circumstances = {
			...{ ...NO_CIRCUMSTANCES, accidentPlace: 'Phuket', thirdParty: 'no' },
			...{ otherInsurer: 'AXA', otherInsurerNumber: '4711', otherInsurerReported: 'yes' },
			enteredOn: '2026-09-01'
		};
		const colleague = await addAccount(world, 'clerk', 'Ida');
		await putInCharge(world, colleague, id);
		const desk = must(await deskRooms(world).deskService.open(colleague, id));
		expect(desk.content.circumstances).toEqual(circumstances);
		expect(desk.lines[0]).toMatchObject({ kind: 'inpatient' });
		const own = must(await deskRooms(world).claimsService.getOwn(customer, id));
		expect(own.circumstances).toEqual(circumstances);
	});

	it('that tells nothing besides has none: the desk asks', async () => {
		must(await capture(clerk));
		const id = String((await claimRow())[0]?.['id']);
		const own = must(await deskRooms(world).claimsService.getOwn(customer, id));
		expect(own.circumstances).toBeUndefined();
	});

	it('is taken outside the cover as well: the desk says so, and its clerk decides', async () => {
		await world.client.execute("update contracts set ends_on = '2026-09-30'");
		must(await capture(clerk));
		const id = String((await claimRow())[0]?.['id']);
		const colleague = await addAccount(world, 'clerk', 'Ida');
		await putInCharge(world, colleague, id);
		const desk = must(await deskRooms(world).deskService.open(colleague, id));
		expect(desk.lines[0]?.findings).toContainEqual({ kind: 'outside-cover' });
	});

	it('Z7: is worked on by nobody who typed it in, whoever would give it to them', async () => {
		must(await capture(clerk));
		const [claim] = await claimRow();
		const id = String(claim?.['id']);
		const { assignmentsService } = deskRooms(world);
		expect(await assignmentsService.take(clerk, id)).toMatchObject({
			error: { code: 'claims/own-claim' }
		});
		const lead = await addAccount(world, 'seniorClerk', 'Ina');
		must(await assignmentsService.take(lead, id));
		expect(await assignmentsService.handOver(lead, id, clerk.accountId)).toMatchObject({
			error: { code: 'claims/assignee-unsuitable' }
		});
	});

	it('B1: makes one claim of a form that is sent twice', async () => {
		const typed = letter();
		must(await capture(clerk, typed));
		expect(await capture(clerk, typed)).toMatchObject({
			ok: false,
			error: { kind: 'conflict', code: 'claims/already-submitted' }
		});
		expect(await claimRow()).toHaveLength(1);
		expect(await world.countRows('files')).toBe(1);
	});

	it('of two at the same time one counts', async () => {
		const typed = letter();
		const done = await Promise.all([capture(clerk, typed), capture(clerk, typed)]);
		expect(done.filter(({ ok }) => ok)).toHaveLength(1);
		expect(await claimRow()).toHaveLength(1);
	});

	it('with large scans stores them two megabytes a batch, and the act in the last', async () => {
		world.takeRoundTrips();
		must(await capture(clerk, letter(), [scan(3_000_000)]));
		expect(world.takeRoundTrips()).toBe(4);
		expect(await claimRow()).toHaveLength(1);
	});
});

describe('what is refused', () => {
	const refused = async (
		changes: Readonly<Record<string, string | null>>,
		issues: Readonly<Record<string, string>>
	) => {
		expect(await capture(clerk, letter(changes))).toMatchObject({ ok: false, error: { issues } });
		expect(await claimRow()).toEqual([]);
		expect(await world.countRows('files')).toBe(0);
		expect(await world.countRows('submissions')).toBe(0);
	};

	it('names every field at fault, as the page calls it', async () => {
		await refused(
			{ arrivedOn: '', account: null, diagnosis: '', 'invoices.0.amount': 'x' },
			{
				...{ arrivedOn: 'required', account: 'required', diagnosis: 'required' },
				'invoices.0.amount': 'amount-invalid'
			}
		);
		await refused({ isDeclaredTrue: null }, { isDeclaredTrue: 'unsigned' });
	});

	it('nothing in a letter is later than its arrival', async () => {
		await refused(
			{ arrivedOn: '2026-10-01', 'invoices.0.invoiceDate': '2026-10-02' },
			{ 'invoices.0.invoiceDate': 'date-after-arrival' }
		);
	});

	it('what it says besides is judged where it is there, and is not missed where it is not', async () => {
		await refused(
			{ cause: 'accident', accidentOn: '2026-11-13', accidentTime: '25:00' },
			{ accidentOn: 'date-after-arrival', accidentTime: 'invalid' }
		);
		await refused(
			{ hasOtherInsurance: 'yes', otherInsurer: 'x'.repeat(201) },
			{ otherInsurer: 'too-long' }
		);
	});

	it('B2: a person of another contract is not insured under this one', async () => {
		const other = await addAccount(world, 'customer', 'Ben');
		await addContract(world, other);
		await refused({ insuredPersonId: other.personId }, { insuredPersonId: 'person-not-insured' });
	});

	it('Z3: an account that has not linked the contract is no sender', async () => {
		const other = await addAccount(world, 'customer', 'Ben');
		await refused({ account: other.accountId }, { account: 'required' });
	});

	it('Z6: nobody hands in on paper for an adult who does so themselves, until they release it', async () => {
		const family = await addAccount(world, 'customer', 'Ben');
		await link(family, contractId);
		await world.client.execute({
			sql: `update contract_links set role = 'insured-person', person_id = ? where account_id = ?`,
			args: [customer.personId, customer.accountId]
		});
		await refused({ account: family.accountId }, { insuredPersonId: 'person-not-insured' });
		await world.client.execute({
			sql: `update contract_links set released_at_ms = ?, release_scope = 'uses' where account_id = ?`,
			args: [TEST_NOW_MS, customer.accountId]
		});
		must(await capture(clerk, letter({ account: family.accountId })));
	});

	it('Z6: a representative is no sender after the last day of their mandate', async () => {
		const agency = await addAccount(world, 'customer', 'Ben');
		const mandate = async (endsOn: string) => {
			await world.client.execute({
				sql: `insert or replace into contract_links (account_id, contract_id, linked_at_ms, role, scope, ends_on)
					values (?, ?, 1, 'representative', 'claims', ?)`,
				args: [agency.accountId, contractId, endsOn]
			});
			const { contract } = must(await captureRooms(world).open(clerk, contractId));
			return contract.senders.map(({ id }) => id);
		};
		expect(await mandate('2026-11-22')).toContain(agency.accountId);
		expect(await mandate('2026-11-21')).not.toContain(agency.accountId);
		await refused({ account: agency.accountId }, { account: 'required' });
	});

	it('F2: a scan that is none is refused, and with it the letter', async () => {
		const bytes = new TextEncoder().encode('<html>');
		const bad = { field: 'scan2', name: 'a.jpg', bytes: new Uint8Array(bytes) };
		expect(await capture(clerk, letter(), [scan(), bad])).toMatchObject({
			ok: false,
			error: { issues: { scan2: 'file-type' } }
		});
		expect(await capture(clerk, letter(), [])).toMatchObject({
			ok: false,
			error: { issues: { scan1: 'file-missing' } }
		});
		expect(await world.countRows('files')).toBe(0);
	});

	it('Z7: a clerk does not open or capture the post of their own contract', async () => {
		const own = { ok: false, error: { kind: 'forbidden', code: 'claims/own-claim' } };
		const samePerson: Actor = { ...clerk, personId: customer.personId };
		expect(await capture(samePerson)).toEqual(own);
		expect(await captureRooms(world).open(samePerson, contractId)).toEqual(own);
		await world.client.execute({
			sql: 'insert into staff_own_contracts (account_id, contract_id, named_at_ms) values (?, ?, 1)',
			args: [clerk.accountId, contractId]
		});
		expect(await capture(clerk)).toEqual(own);
		expect(await claimRow()).toEqual([]);
	});

	it('B2: a clerk types in so many letters a day, and a colleague still', async () => {
		must(await capture(clerk));
		await world.client.execute(
			`update throttles set tries = ${LIMITS.postCaptures.max}, next_try_at_ms = expires_at_ms`
		);
		// Refused before the first of its pieces is stored.
		expect(await capture(clerk, letter(), [scan(3_000_000)])).toMatchObject({
			error: { kind: 'rate-limited', code: 'portal/limit-reached' }
		});
		expect(await claimRow()).toHaveLength(1);
		expect(await world.countRows('files')).toBe(1);
		expect(await eventsOf('account/limit-reached')).toMatchObject([
			{ object_ref: 'limit:claims/post-captures', account_id: clerk.accountId }
		]);
		must(await captureRooms(world).find(clerk, { name: 'Ada' }));
		must(await capture(await addAccount(world, 'clerk', 'Robin')));
	});

	it('Z5: customers, finance and the data protection officer capture nothing', async () => {
		for (const role of ['customer', 'finance', 'dpo', 'support'] as const) {
			const answer = await capture({ ...clerk, role });
			expect(answer, role).toMatchObject({ ok: false, error: { code: 'portal/forbidden' } });
		}
	});
});

describe('looking the sender up', () => {
	const find = async (search: { policyNumber: string } | { name: string }) =>
		must(await captureRooms(world).find(clerk, search)).contracts;

	it('Z6: finds by number and by whole words of a name, and shows what tells two people apart', async () => {
		const number = `MA-2041-${contractId.slice(-6).toUpperCase()}`;
		const [found] = await find({ policyNumber: number });
		expect(found).toEqual({
			...{ id: contractId, policyholderName: 'Ada Muster' },
			policyNumberMasked: `${'•'.repeat(number.length - 4)}${number.slice(-4)}`,
			insured: [{ name: 'Ada Muster', birthYear: '2001' }]
		});
		expect(await find({ name: 'Muster, Ada' })).toHaveLength(1);
		expect(await find({ name: 'Ad' })).toEqual([]);
		expect(await find({ policyNumber: 'MA-0000-0000' })).toEqual([]);
	});

	it('shows twenty, and says that there are more', async () => {
		for (let count = 0; count < 20; count += 1) await addContract(world, customer);
		const found = must(await captureRooms(world).find(clerk, { name: 'Ada' }));
		expect(found.contracts).toHaveLength(20);
		expect(found.hasMore).toBe(true);
	});

	it('L2: each search is logged with what it showed, and each opened contract in the log of whoever linked it', async () => {
		await find({ name: 'Nobody' });
		const other = await addContract(world, customer);
		world.takeRoundTrips();
		const shown = await find({ name: 'Ada' });
		expect(world.takeRoundTrips()).toBe(2);
		expect(shown.map(({ id }) => id).toSorted()).toEqual([contractId, other].toSorted());
		expect(await eventsOf('contract/searched-for-post')).toMatchObject([
			{ object_ref: 'post', account_id: clerk.accountId, subject_account_id: null },
			{ object_ref: `contracts:${shown.map(({ id }) => id).join(',')}` }
		]);
		world.takeRoundTrips();
		must(await captureRooms(world).open(clerk, contractId));
		expect(world.takeRoundTrips()).toBe(1);
		expect(await eventsOf('contract/opened-for-post')).toMatchObject([
			{ object_ref: `contract:${contractId}`, subject_account_id: customer.accountId }
		]);
		const log = must(await world.audit.listOwn(customer));
		expect(log.map(({ event }) => event)).toEqual(['contract/opened-for-post']);
		expect(log[0]?.isOwnAct).toBe(false);
	});

	it('a contract without an account is found, and has nobody to send to', async () => {
		const lonely = await addContract(world, await addAccount(world, 'customer', 'Cleo'));
		const view = must(await captureRooms(world).open(clerk, lonely));
		expect(view.contract.senders).toEqual([]);
		expect(await captureRooms(world).open(clerk, world.ids.newId())).toMatchObject({
			ok: false,
			error: { kind: 'not-found' }
		});
	});

	it('B2: ends after a day’s share, with one entry in the log', async () => {
		await find({ name: 'Ada' });
		await world.client.execute(
			`update throttles set tries = ${LIMITS.postLookups.max}, next_try_at_ms = expires_at_ms`
		);
		for (let again = 0; again < 2; again += 1) {
			expect(await captureRooms(world).find(clerk, { name: 'Ada' })).toMatchObject({
				ok: false,
				error: { kind: 'rate-limited', code: 'portal/limit-reached' }
			});
		}
		expect(await eventsOf('account/limit-reached')).toHaveLength(1);
		expect(await eventsOf('contract/searched-for-post')).toHaveLength(1);
		must(await captureRooms(world).open(clerk, contractId));
	});
});
