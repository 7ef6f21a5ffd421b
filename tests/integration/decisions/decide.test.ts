import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Actor } from '#lib/domain/actor.ts';
import { calendarDateOf } from '#lib/domain/calendar.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { waitingMails } from '../../support/accounts.ts';
import {
	addAccount,
	addAssignedClaim,
	addContract,
	addRate,
	deskRooms,
	formOf,
	must,
	typed
} from './desk-world.ts';

let world: TestDatabase;
let customer: Actor;
let clerk: Actor;
let contractId: string;

beforeEach(async () => {
	world = await openTestDatabase();
	customer = await addAccount(world, 'customer', 'Ada');
	clerk = await addAccount(world, 'clerk', 'Kim');
	contractId = await addContract(world, customer);
});

afterEach(() => world.close());

const decide = (actor: Actor, claimId: string, form: ReturnType<typeof formOf>) =>
	deskRooms(world).decisionsService.decide(actor, claimId, form);

/** A claim a clerk has looked at, and the form that pays it in full. */
async function openedClaim(amounts?: Parameters<typeof addAssignedClaim>[4]) {
	const claim = await addAssignedClaim(world, customer, contractId, clerk, amounts);
	const { version } = must(await deskRooms(world).deskService.open(clerk, claim.id));
	const lines = claim.invoiceIds.map((id) => typed(id));
	return { ...claim, version, form: formOf(version, ...lines) };
}

const rowsOfDecision = async () => ({
	uses: await world.countRows('cover_uses'),
	payouts: await world.countRows('payouts'),
	documents: await world.countRows('documents'),
	mails: await world.countRows('mail_outbox'),
	files: await world.countRows(
		'files where name is not null and submission_id is null and id in (select pdf_file_id from documents)'
	),
	decided: await world.countRows('claims where decided_at_ms is not null'),
	events: await world.countRows("audit_events where event = 'claim/decided'")
});
const NOTHING = { uses: 0, payouts: 0, documents: 0, mails: 0, files: 0, decided: 0, events: 0 };
const ONCE = { uses: 1, payouts: 1, documents: 1, mails: 1, files: 1, decided: 1, events: 1 };

describe('deciding', () => {
	it('leaves decision, deductible, statement, mail and log entry, in two round trips', async () => {
		const claim = await openedClaim();
		world.takeRoundTrips();
		expect(await decide(clerk, claim.id, claim.form)).toEqual({
			ok: true,
			value: { number: claim.number }
		});
		expect(world.takeRoundTrips()).toBe(2);
		expect(await rowsOfDecision()).toEqual(ONCE);
	});

	it('puts the statement into the mailbox of the customer, with a PDF', async () => {
		const claim = await openedClaim();
		must(await decide(clerk, claim.id, claim.form));
		const { documents, files } = deskRooms(world);
		const [entries] = await world.db.read(
			documents.listNewest(customer.accountId, null, false, calendarDateOf(world.clock.nowMs()))
		);
		const id = entries[0]?.id ?? '';
		const rooms = deskRooms(world);
		const [document, pdf] = await world.db.read(
			rooms.documents.find(id, customer.accountId),
			files.findOfDocument(id, customer.accountId)
		);
		expect(document?.content).toMatchObject({
			kind: 'benefit-statement',
			statementNumber: `${claim.number}-1`,
			language: 'en',
			insuredPersonName: 'Ada Muster',
			payee: { holder: 'Ada Muster', ibanLast4: '3000' },
			outcome: 'approved',
			totals: { paid: { amountMinor: 5_000, currency: 'EUR' } },
			deductibleLeftMinor: 0
		});
		expect(pdf).toMatchObject({
			type: 'application/pdf',
			name: `Benefit-statement-${claim.number}-1.pdf`
		});
		const [pieces] = await world.db.read(rooms.files.pieces(pdf?.id ?? '', 0));
		expect(Buffer.concat(pieces).subarray(0, 5).toString()).toBe('%PDF-');
	});

	it('tells the customer by a mail without content', async () => {
		const claim = await openedClaim();
		must(await decide(clerk, claim.id, claim.form));
		expect(await waitingMails(world)).toEqual([
			{ template: 'new-document', to: 'ada@example.org', language: 'en', name: 'Ada Muster' }
		]);
	});

	it('shows the same statement before and after', async () => {
		await addRate(world, 'USD', '1.0705', '2026-11-20');
		const claim = await openedClaim([
			[10_000, 'EUR'],
			[10_705, 'USD']
		]);
		const [first = '', second = ''] = claim.invoiceIds;
		const rate = { rate: '1.0705', rateDate: '2026-11-20', rateSource: 'EZB' };
		const form = formOf(
			claim.version,
			typed(first, { recognised: '40', reason: 'fee-too-high' }),
			typed(second, { recognised: '', ...rate })
		);
		const { statement } = must(
			await deskRooms(world).decisionsService.preview(clerk, claim.id, form)
		);
		expect(await rowsOfDecision()).toEqual(NOTHING);
		must(await decide(clerk, claim.id, form));
		const view = must(await deskRooms(world).deskService.open(clerk, claim.id));
		expect(view.statement).toEqual(statement);
		expect(view.statementReadAtMs).toBeNull();
		const read = `update documents set read_at_ms = 17 where kind = 'benefit-statement'`;
		await world.client.execute(read);
		const after = must(await deskRooms(world).deskService.open(clerk, claim.id));
		expect(after.statementReadAtMs).toBe(17);
		expect(view.state).toBe('partially_approved');
	});
});

describe('refusals', () => {
	it('a customer may not preview or decide', async () => {
		const claim = await openedClaim();
		const refused = { ok: false, error: { kind: 'forbidden', code: 'portal/forbidden' } };
		expect(await decide(customer, claim.id, claim.form)).toEqual(refused);
		const { decisionsService } = deskRooms(world);
		expect(await decisionsService.preview(customer, claim.id, claim.form)).toEqual(refused);
		expect(await rowsOfDecision()).toEqual(NOTHING);
	});

	it('a claim that does not exist is not found', async () => {
		const result = await decide(clerk, world.ids.newId(), formOf(1));
		expect(result).toMatchObject({ ok: false, error: { kind: 'not-found' } });
	});

	it('Z7: a clerk does not decide a claim where they are insured themselves', async () => {
		const claim = await openedClaim();
		const own = { ok: false, error: { kind: 'forbidden', code: 'claims/own-claim' } };
		const samePerson: Actor = { ...clerk, personId: customer.personId };
		expect(await decide(samePerson, claim.id, claim.form)).toEqual(own);
	});

	it('and the database itself refuses the maker as checker', async () => {
		const claim = await openedClaim();
		const update = world.client.execute({
			sql: "update claims set state = 'approved', decided_at_ms = 1, decided_by = account_id where id = ?",
			args: [claim.id]
		});
		await expect(update).rejects.toThrow('claims_maker');
	});

	it('B1: a claim nobody has opened cannot be decided', async () => {
		const claim = await addAssignedClaim(world, customer, contractId, clerk);
		const form = formOf(1, ...claim.invoiceIds.map((id) => typed(id)));
		expect(await decide(clerk, claim.id, form)).toMatchObject({
			ok: false,
			error: { code: 'claims/changed-meanwhile' }
		});
		expect(await rowsOfDecision()).toEqual(NOTHING);
	});

	it('B1: a stale version changes nothing', async () => {
		const claim = await openedClaim();
		const stale = { ...claim.form, version: claim.version - 1 };
		expect(await decide(clerk, claim.id, stale)).toMatchObject({
			ok: false,
			error: { kind: 'conflict', code: 'claims/changed-meanwhile' }
		});
		expect(await rowsOfDecision()).toEqual(NOTHING);
	});

	it('B1: a decided claim is not decided again', async () => {
		const claim = await openedClaim();
		must(await decide(clerk, claim.id, claim.form));
		expect(await decide(clerk, claim.id, claim.form)).toMatchObject({
			ok: false,
			error: { kind: 'conflict', code: 'claims/not-in-review' }
		});
		expect(await rowsOfDecision()).toEqual(ONCE);
	});

	it('names the fields at fault', async () => {
		const claim = await openedClaim();
		const lines = claim.invoiceIds.map((id) => typed(id, { recognised: '99,99' }));
		expect(await decide(clerk, claim.id, formOf(claim.version, ...lines))).toEqual({
			ok: false,
			error: {
				kind: 'invalid',
				code: 'portal/invalid-input',
				issues: { 'lines.0.reason': 'reason-missing' }
			}
		});
	});
});

describe('at the same time', () => {
	it('of two decisions on one claim one wins, the other leaves nothing', async () => {
		const claim = await openedClaim();
		const results = await Promise.all([
			decide(clerk, claim.id, claim.form),
			decide(clerk, claim.id, claim.form)
		]);
		expect(results.filter((result) => result.ok)).toHaveLength(1);
		expect(results.find((result) => !result.ok)).toMatchObject({
			error: { kind: 'conflict', code: 'claims/changed-meanwhile' }
		});
		expect(await rowsOfDecision()).toEqual(ONCE);
	});

	it('two claims of one contract do not use its deductible twice', async () => {
		const first = await openedClaim();
		const second = await openedClaim();
		const results = await Promise.all([
			decide(clerk, first.id, first.form),
			decide(clerk, second.id, second.form)
		]);
		expect(results.filter((result) => result.ok)).toHaveLength(1);
		expect(results.find((result) => !result.ok)).toMatchObject({
			error: { kind: 'conflict', code: 'claims/changed-meanwhile' }
		});
		expect(await rowsOfDecision()).toEqual(ONCE);
		const { rows } = await world.client.execute(
			'select sum(deductible_minor) as n from cover_uses'
		);
		expect(Number(rows[0]?.['n'])).toBe(5_000);
	});

	it('the one that came second is decided with what is left', async () => {
		const first = await openedClaim();
		const second = await openedClaim();
		must(await decide(clerk, first.id, first.form));
		const { decisionsService } = deskRooms(world);
		const { statement } = must(await decisionsService.preview(clerk, second.id, second.form));
		expect(statement.totals.paid.amountMinor).toBe(10_000);
		must(await decide(clerk, second.id, second.form));
		const { rows } = await world.client.execute(
			'select sum(deductible_minor) as n from cover_uses'
		);
		expect(Number(rows[0]?.['n'])).toBe(5_000);
	});

	it('a deductible confirmed on the screen is not silently changed', async () => {
		const first = await openedClaim();
		const second = await openedClaim();
		must(await decide(clerk, first.id, first.form));
		const confirmed = second.invoiceIds.map((id) => typed(id, { deductible: '50,00' }));
		expect(await decide(clerk, second.id, formOf(second.version, ...confirmed))).toMatchObject({
			ok: false,
			error: { issues: { 'lines.0.deductible': 'deductible-exceeded' } }
		});
	});
});

describe('a crash in the middle', () => {
	it.each([
		'claims',
		'cover_uses',
		'payouts',
		'files',
		'file_chunks',
		'documents',
		'mail_outbox',
		'audit_events',
		'audit_personal'
	])('B1: a decision that breaks at the write to %s leaves nothing', async (table) => {
		const claim = await openedClaim();
		const filesBefore = await world.countRows('files');
		const chunksBefore = await world.countRows('file_chunks');
		const event = table === 'claims' ? 'update' : 'insert';
		await world.client.execute(
			`create trigger crash before ${event} on ${table} begin select raise(abort, 'disk on fire'); end`
		);
		const result = await decide(clerk, claim.id, claim.form).catch((error: unknown) => error);
		expect(result).not.toMatchObject({ ok: true });
		expect(await rowsOfDecision()).toEqual(NOTHING);
		expect(await world.countRows('files')).toBe(filesBefore);
		expect(await world.countRows('file_chunks')).toBe(chunksBefore);
		await world.client.execute('drop trigger crash');
		must(await decide(clerk, claim.id, claim.form));
		expect(await rowsOfDecision()).toEqual(ONCE);
	});
});
