import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Actor } from '#lib/domain/actor.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { mustHold, staffRooms } from '../../support/staff.ts';
import {
	addAccount,
	addAssignedClaim,
	addContract,
	deskRooms,
	formOf,
	putInCharge,
	typed
} from '../decisions/desk-world.ts';

let it: TestDatabase;
let clerk: Actor;
let colleague: Actor;
let contractId: string;
let claim: Awaited<ReturnType<typeof addAssignedClaim>>;
beforeEach(async () => {
	it = await openTestDatabase();
	clerk = await addAccount(it, 'clerk', 'Carl');
	colleague = await addAccount(it, 'clerk', 'Dora');
	// The clerk's private account: another account, another person in the database.
	const inPrivate = await addAccount(it, 'customer', 'Carlo');
	contractId = await addContract(it, inPrivate, 0);
	claim = await addAssignedClaim(it, inPrivate, contractId, clerk);
});
afterEach(() => it.close());

const own = () => staffRooms(it).staffOwnContracts;
const policyNumber = () => `MA-2041-${contractId.slice(-6).toUpperCase()}`;
const form = (version: number) => formOf(version, ...claim.invoiceIds.map((id) => typed(id)));

test('Z7: a clerk does not decide a claim of their private account once they have named its contract', async () => {
	mustHold(await own().name(clerk, policyNumber()));
	const view = mustHold(await deskRooms(it).deskService.open(clerk, claim.id));
	expect(view.isOwn).toBe(true);
	const refused = { error: { kind: 'forbidden', code: 'claims/own-claim' } };
	const { decisionsService } = deskRooms(it);
	expect(await decisionsService.preview(clerk, claim.id, form(view.version))).toMatchObject(
		refused
	);
	expect(await decisionsService.decide(clerk, claim.id, form(view.version))).toMatchObject(refused);
	expect(await it.countRows('documents')).toBe(0);

	await putInCharge(it, colleague, claim.id);
	const others = mustHold(await deskRooms(it).deskService.open(colleague, claim.id));
	expect(others.isOwn).toBe(false);
	mustHold(await deskRooms(it).decisionsService.decide(colleague, claim.id, form(others.version)));
});

test('Z7: a contract named after the claim was opened counts as well', async () => {
	const view = mustHold(await deskRooms(it).deskService.open(clerk, claim.id));
	mustHold(await deskRooms(it).decisionsService.preview(clerk, claim.id, form(view.version)));
	mustHold(await own().name(clerk, policyNumber()));
	expect(
		await deskRooms(it).decisionsService.decide(clerk, claim.id, form(view.version))
	).toMatchObject({ error: { code: 'claims/own-claim' } });
});

test('Z7: a number that is known is noted once, one that is not leaves a trace in the log', async () => {
	expect(await own().name(clerk, 'MA-0000-0000')).toMatchObject({
		error: { kind: 'invalid', issues: { policyNumber: 'policy-number-unknown' } }
	});
	mustHold(await own().name(clerk, policyNumber()));
	expect(await own().name(clerk, policyNumber())).toMatchObject({
		error: { kind: 'conflict', code: 'staff/own-contract-known' }
	});
	expect(mustHold(await own().list(clerk))).toEqual([policyNumber()]);
	expect(mustHold(await own().list(colleague))).toEqual([]);
	const { rows } = await it.client.execute(
		`select outcome, object_ref from audit_events where event = 'staff/own-contract-named' order by seq`
	);
	expect(rows.map((row) => [row['outcome'], row['object_ref']])).toEqual([
		['failure', 'contract:none'],
		['success', `contract:${contractId}`]
	]);
});
