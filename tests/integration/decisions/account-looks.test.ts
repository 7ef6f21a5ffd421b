import { afterEach, beforeEach, expect, it } from 'vitest';
import { LIMITS } from '#lib/domain/accounts/throttle.ts';
import type { Actor } from '#lib/domain/actor.ts';
import { HOUR_MS } from '#lib/domain/calendar.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import {
	addAccount,
	addAssignedClaim,
	addContract,
	decideAlike,
	deskRooms,
	must,
	payoutIdOf
} from './desk-world.ts';

const IBAN = 'DE89370400440532013000';
const NOT_ASSIGNED = { ok: false, error: { kind: 'forbidden', code: 'claims/not-assigned' } };
const NOT_FOUND = { ok: false, error: { kind: 'not-found', code: 'portal/not-found' } };

let world: TestDatabase;
let customer: Actor;
let clerk: Actor;
let finance: Actor;
let claim: Awaited<ReturnType<typeof addAssignedClaim>>;

beforeEach(async () => {
	world = await openTestDatabase();
	customer = await addAccount(world, 'customer', 'Ada');
	clerk = await addAccount(world, 'clerk', 'Kim');
	finance = await addAccount(world, 'finance', 'Fran');
	const contractId = await addContract(world, customer, 0);
	claim = await addAssignedClaim(world, customer, contractId, clerk);
});
afterEach(() => world.close());

const desk = () => deskRooms(world).deskService;
const payouts = () => deskRooms(world).payoutsService;
const visits = async () =>
	must(await deskRooms(world).claimsService.getOwn(customer, claim.id)).visits;

async function decided(): Promise<string> {
	await decideAlike(world, clerk, claim);
	return payoutIdOf(world, claim.id);
}

it('D8: neither the desk nor a payment shows a whole account number before it is asked for', async () => {
	const view = must(await desk().open(clerk, claim.id));
	expect(view.payee.last4).toBe('3000');
	const id = await decided();
	const payment = must(await payouts().open(finance, id));
	expect(payment.payee.numberMasked).toMatch(/^DE•• .*30 ?00$/);
	const list = must(await payouts().list(finance));
	for (const shown of [view, payment, list]) {
		expect(JSON.stringify(shown)).not.toContain(IBAN.slice(4, 18));
	}
});

it('D8: whoever has the claim sees the account with a reason, in one round trip, and its owner reads who and why', async () => {
	world.takeRoundTrips();
	const shown = await desk().revealAccount(clerk, claim.id, 'account-compared');
	expect(shown).toEqual({ ok: true, value: { number: IBAN, isIban: true } });
	expect(world.takeRoundTrips()).toBe(1);
	expect(await visits()).toMatchObject([
		{ role: 'clerk', reason: 'account-compared', looks: 1, fromMs: world.clock.nowMs() }
	]);
	expect(must(await world.audit.listOwn(customer))).toMatchObject([
		{ event: 'claim/account-revealed', isOwnAct: false }
	]);
});

it('D8: an account is shown to nobody without the claim, and to a reader with a reason for their hour', async () => {
	const colleague = await addAccount(world, 'clerk', 'Robin');
	const look = () => desk().revealAccount(colleague, claim.id, 'account-asked');
	expect(await look()).toEqual(NOT_ASSIGNED);
	expect(await visits()).toEqual([]);
	expect(must(await world.audit.listOwn(customer))).toMatchObject([
		{ event: 'claim/access-refused' }
	]);
	const reason = { reason: 'complaint', note: 'The ombudsman has asked about it' } as const;
	must(await deskRooms(world).openingsService.open(colleague, claim.id, reason));
	expect((await look()).ok).toBe(true);
	world.clock.advance(HOUR_MS);
	expect(await look()).toEqual(NOT_ASSIGNED);
	expect(await visits()).toMatchObject([{ reason: 'account-asked', looks: 1 }]);
	for (const role of ['customer', 'support', 'finance', 'dpo', 'auditor'] as const) {
		const other = await addAccount(world, role, role);
		const refused = await desk().revealAccount(other, claim.id, 'account-asked');
		expect(refused, role).toMatchObject({ error: { code: 'portal/forbidden' } });
	}
});

it('D8: finance sees the account of a payment with a reason, and the owner of the claim reads it', async () => {
	const id = await decided();
	world.takeRoundTrips();
	const shown = await payouts().revealAccount(finance, id, 'account-returned');
	expect(shown).toEqual({ ok: true, value: { number: IBAN, isIban: true } });
	expect(world.takeRoundTrips()).toBe(1);
	expect(await visits()).toContainEqual(
		expect.objectContaining({ role: 'finance', reason: 'account-returned', looks: 1 })
	);
	const [newest] = must(await world.audit.listOwn(customer));
	expect(newest).toMatchObject({ event: 'payout/account-revealed', isOwnAct: false });
	expect(await payouts().revealAccount(clerk, id, 'account-checked')).toMatchObject({
		error: { code: 'portal/forbidden' }
	});
	expect(await payouts().revealAccount(finance, 'nothing', 'account-checked')).toEqual(NOT_FOUND);
});

it('B2: after a day’s share nobody is shown an account, at the desk or at a payment, and the log says so once', async () => {
	const lead = await addAccount(world, 'seniorClerk', 'Lou');
	const id = await decided();
	const { openingsService } = deskRooms(world);
	const reason = { reason: 'complaint', note: 'The ombudsman has asked about it' } as const;
	must(await openingsService.open(lead, claim.id, reason));
	must(await desk().revealAccount(lead, claim.id, 'account-compared'));
	await world.client.execute(
		`update throttles set tries = ${LIMITS.accountLooks.max}, next_try_at_ms = expires_at_ms`
	);
	const usedUp = {
		ok: false,
		error: {
			...{ kind: 'rate-limited', code: 'portal/limit-reached' },
			issues: { accountReason: 'looks-used-up' }
		}
	};
	expect(await desk().revealAccount(lead, claim.id, 'account-compared')).toEqual(usedUp);
	expect(await payouts().revealAccount(lead, id, 'account-checked')).toEqual(usedUp);
	expect(await world.countRows('account_looks')).toBe(1);
	const { rows } = await world.client.execute(
		"select object_ref from audit_events where event = 'account/limit-reached'"
	);
	expect(rows).toMatchObject([{ object_ref: 'limit:claims/account-looks' }]);
	must(await payouts().revealAccount(finance, id, 'account-checked'));
});

it('D8: an account whose look cannot be written down is not shown, and a look cannot be changed', async () => {
	must(await desk().revealAccount(clerk, claim.id, 'account-compared'));
	await expect(
		world.client.execute("update account_looks set reason = 'account-asked'")
	).rejects.toThrow('cannot be changed');
	await world.client.execute(
		"create trigger crash before insert on account_looks begin select raise(abort, 'full'); end"
	);
	const answer = await desk()
		.revealAccount(clerk, claim.id, 'account-compared')
		.catch(() => null);
	expect(answer).not.toMatchObject({ ok: true });
});
