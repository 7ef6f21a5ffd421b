/** A payment to an account that has no IBAN, from the device's submission to the bank's list (decision 0056). */
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Actor } from '#lib/domain/actor.ts';
import { claimSections } from '#lib/server/claims/claim-sections.repository.ts';
import {
	claimRooms,
	jpegBytes,
	manifestFile,
	submissionOf,
	uploadWhole
} from '../../support/claims.ts';
import type { TestDatabase } from '../../support/database.ts';
import {
	decideAlike,
	deskRooms,
	linkTo,
	must,
	openPaymentWorld,
	payoutIdOf,
	putInCharge
} from './desk-world.ts';

let world: TestDatabase;
let customer: Actor;
let clerk: Actor;
let lead: Actor;
let finance: Actor;
let contractId: string;

beforeEach(async () => {
	({ world, customer, clerk, lead, finance, contractId } = await openPaymentWorld(0));
	await linkTo(world, customer, contractId);
});
afterEach(() => world.close());

const desk = () => deskRooms(world).deskService;
const payouts = () => deskRooms(world).payoutsService;
const runs = () => deskRooms(world).payoutRunsService;

const NUMBER = '000123456789';
const BANK = { bic: 'CHASUS33', name: 'JPMorgan Chase Bank' };
const ACCOUNT = {
	...{ holder: 'Ada Muster', accountNumber: NUMBER },
	...{ bic: BANK.bic, bankName: BANK.name }
};
const SHOWN = {
	...{ holder: 'Ada Muster', numberMasked: '•••• •••• 6789' },
	...{ last4: '6789', bank: BANK }
};
const NOT_GENUINE = { ok: false, error: { kind: 'conflict', code: 'payouts/not-genuine' } };

/** Hands a claim in as a device does; answers what a decision needs of it. */
async function submitted() {
	const bytes = jpegBytes(3000);
	const file = manifestFile(bytes);
	const owner = { ...customer, contractId, insuredPersonId: customer.personId };
	const { content, ...rest } = submissionOf(owner, [file]);
	const submission = { ...rest, content: { ...content, payeeAccount: ACCOUNT } };
	const id = randomUUID();
	must(await (await claimRooms(world, customer)).submissions.put(customer, id, submission));
	await uploadWhole(world, customer, id, file, bytes);
	must(await (await claimRooms(world, customer)).submissions.commit(customer, id));
	const { rows } = await world.client.execute('select id from claims');
	const claim = {
		id: String(rows[0]?.['id']),
		invoiceIds: content.invoices.map((invoice) => invoice.id)
	};
	await putInCharge(world, clerk, claim.id);
	return claim;
}

async function decided() {
	const claim = await submitted();
	await decideAlike(world, clerk, claim, { recognised: '184,50' });
	return { claimId: claim.id, payoutId: await payoutIdOf(world, claim.id) };
}

const rowOf = async (id: string) => {
	const sql = 'select state, route, second_look from payouts where id = ?';
	return { ...(await world.client.execute({ sql, args: [id] })).rows[0] };
};
const approve = async (id: string) => {
	const { content } = must(await payouts().open(lead, id));
	must(await payouts().approve(lead, id, content));
};

it('Z7: waits for a second person, leaves by the list abroad alone, and its owner reads where to', async () => {
	const { claimId, payoutId } = await decided();
	expect(await rowOf(payoutId)).toEqual({
		...{ state: 'waiting', route: 'abroad', second_look: 'new-account' }
	});
	await approve(payoutId);
	expect(await runs().create(finance, 'sepa')).toMatchObject({
		error: { code: 'payouts/nothing-ready' }
	});
	const { id: runId } = must(await runs().create(finance, 'abroad'));
	const { name, bytes } = must(await runs().openFile(finance, runId));
	const [head, row] = new TextDecoder().decode(bytes).split('\r\n');
	expect(name).toMatch(/\.csv$/);
	expect(head).toMatch(/"purpose","bic","bank"$/);
	expect(row).toMatch(
		/^"S-[^"]*","2026-11-22","Ada Muster","000123456789","EUR","184\.50","Erstattung [^"]*","CHASUS33","JPMorgan Chase Bank"$/
	);
	must(await runs().confirm(finance, runId));
	expect(must(await deskRooms(world).claimsService.getOwn(customer, claimId)).payouts).toEqual([
		expect.objectContaining({ state: 'paid', accountMasked: SHOWN.numberMasked })
	]);
	const documents = await (await claimRooms(world, customer)).mailbox.list(customer, 'documents');
	for (const { id } of must(documents).entries) {
		const rooms = await claimRooms(world, customer);
		const { content } = must(await rooms.documents.open(customer, id));
		expect(JSON.stringify(content)).not.toContain(NUMBER);
		if ('payee' in content) {
			expect(content.payee).toEqual({ holder: 'Ada Muster', ibanLast4: '6789' });
		}
	}
});

it('D8: desk, payment and advance show its end and its bank; the number whole only with a reason', async () => {
	const claim = await submitted();
	const view = must(await desk().open(clerk, claim.id));
	expect(view.payee).toMatchObject({ last4: '6789', bank: BANK, isOfThisClaimOnly: true });
	const advance = must(await deskRooms(world).advancesService.view(customer, claim.id));
	expect(advance.payee).toEqual(SHOWN);
	const whole = { ok: true, value: { number: NUMBER, isIban: false } };
	expect(await desk().revealAccount(clerk, claim.id, 'account-compared')).toEqual(whole);
	await decideAlike(world, clerk, claim, { recognised: '184,50' });
	const payoutId = await payoutIdOf(world, claim.id);
	const payment = must(await payouts().open(lead, payoutId));
	expect(payment).toMatchObject({ payee: SHOWN, route: 'abroad', isGenuine: true });
	for (const shown of [view, advance, payment]) expect(JSON.stringify(shown)).not.toContain(NUMBER);
	expect(await payouts().revealAccount(lead, payoutId, 'account-checked')).toEqual(whole);
});

it('Z7: a route that was bent beside the portal brings it into no SEPA file', async () => {
	const { payoutId } = await decided();
	await approve(payoutId);
	await world.client.execute("update payouts set route = 'sepa'");
	expect(must(await payouts().open(lead, payoutId)).isGenuine).toBe(false);
	expect(await runs().create(finance, 'sepa')).toEqual(NOT_GENUINE);
	expect(await world.countRows('payout_items')).toBe(0);
});

it('Z7: sent back it gets another number, which nobody has approved yet; an approval is of bank and number', async () => {
	const { payoutId } = await decided();
	const { content } = must(await payouts().open(lead, payoutId));
	must(await payouts().refuse(lead, payoutId, content, 'account-doubtful'));
	must(await payouts().renew(finance, payoutId, { ...ACCOUNT, bic: 'BOFAUS3N' }));
	expect(await rowOf(payoutId)).toMatchObject({ state: 'waiting', route: 'abroad' });
	expect(await payouts().approve(lead, payoutId, content)).toMatchObject({
		error: { code: 'payouts/changed-meanwhile' }
	});
	await approve(payoutId);
	must(await runs().create(finance, 'abroad'));
	must(await payouts().bookReturn(finance, payoutId, 'account-unknown'));
	const iban = { holder: 'Ada Muster', iban: 'FR1420041010050500013M02606' };
	must(await payouts().renew(lead, payoutId, iban));
	expect(await rowOf(payoutId)).toMatchObject({ state: 'waiting', route: 'sepa' });
});

it('is in its owner’s copy of their data, with the bank', async () => {
	await decided();
	const section = claimSections(world.cipher).find(({ name }) => name === 'payouts');
	if (!section) throw new Error('no section');
	const [own] = await world.db.read(section.read(customer));
	expect(own).toMatchObject([{ payee: ACCOUNT }]);
});
