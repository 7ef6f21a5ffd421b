/** Claims by the name of the insured person, found under keyed hashes of its words. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { LIMITS } from '#lib/domain/accounts/throttle.ts';
import type { Actor } from '#lib/domain/actor.ts';
import { DAY_MS, parseCalendarDate } from '#lib/domain/calendar.ts';
import { updateProfile } from '#lib/server/db/people.ts';
import { createRewrapKeys } from '#lib/server/jobs/rewrap-keys.ts';
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
let clerk: Actor;
let juergen: Actor;

beforeEach(async () => {
	world = await openTestDatabase();
	clerk = await addAccount(world, 'clerk', 'Kim');
	juergen = await addAccount(world, 'customer', 'Jürgen');
});

afterEach(() => world.close());

const find = async (name: string) =>
	must(await deskRooms(world).deskService.findByName(clerk, name)).rows.map(({ number }) => number);

it('finds them by any word of the name, as a passport or a keyboard writes it', async () => {
	const claim = await addClaim(world, juergen, await addContract(world, juergen));
	await addClaim(
		world,
		await addAccount(world, 'customer', 'Anna'),
		await addContract(world, juergen)
	);
	for (const typedName of ['jürgen', 'JUERGEN', 'Jurgen Muster', 'Muster, Jürgen']) {
		expect(await find(typedName), typedName).toEqual([claim.number]);
	}
	expect(await find('Muster')).toHaveLength(2);
	expect(await find('Jürgen Anna')).toEqual([]);
	expect(await find('Jürg')).toEqual([]);
	expect(await find('')).toEqual([]);
});

it('shows the newest first, decided ones too, and the log names what was shown', async () => {
	const contractId = await addContract(world, juergen);
	const old = await addAssignedClaim(world, juergen, contractId, clerk);
	const { version } = must(await deskRooms(world).deskService.open(clerk, old.id));
	const form = formOf(version, ...old.invoiceIds.map((id) => typed(id)));
	must(await deskRooms(world).decisionsService.decide(clerk, old.id, form));
	world.clock.advance(DAY_MS);
	const young = await addClaim(world, juergen, contractId);
	world.takeRoundTrips();
	expect(await find('Jürgen')).toEqual([young.number, old.number]);
	expect(world.takeRoundTrips()).toBe(2);
	await find('Nobody');
	const logged = await world.client.execute(
		"select object_ref from audit_events where event = 'claim/searched-by-name' order by rowid"
	);
	expect(logged.rows.map((row) => row['object_ref'])).toEqual([
		`claims:${young.id},${old.id}`,
		'queue'
	]);
});

it('finds the claims of a contract by its whole number, counted and logged like a name', async () => {
	const contractId = await addContract(world, juergen);
	const claim = await addClaim(world, juergen, contractId);
	await addClaim(world, juergen, await addContract(world, juergen));
	const byNumber = (number: string) =>
		deskRooms(world).deskService.findByPolicyNumber(clerk, number);
	const number = `MA-2041-${contractId.slice(-6).toUpperCase()}`;
	world.takeRoundTrips();
	expect(must(await byNumber(number)).rows.map((row) => row.number)).toEqual([claim.number]);
	expect(world.takeRoundTrips()).toBe(2);
	expect(must(await byNumber(number.slice(0, -1))).rows).toEqual([]);
	const logged = await world.client.execute(
		"select object_ref from audit_events where event = 'claim/searched-by-contract' order by rowid"
	);
	expect(logged.rows.map((row) => row['object_ref'])).toEqual([`claims:${claim.id}`, 'queue']);
	await world.client.execute(
		`update throttles set tries = ${LIMITS.nameSearches.max}, next_try_at_ms = expires_at_ms`
	);
	expect(await byNumber(number)).toMatchObject({ error: { code: 'portal/limit-reached' } });
	expect(await deskRooms(world).deskService.findByName(clerk, 'Jürgen')).toMatchObject({
		error: { code: 'portal/limit-reached' }
	});
});

it('B2: ends with a share for a day, whose first refusal is in the log', async () => {
	await find('Jürgen');
	const full = LIMITS.nameSearches.max;
	await world.client.execute(
		`update throttles set tries = ${full}, next_try_at_ms = expires_at_ms`
	);
	for (const _ of [1, 2]) {
		expect(await deskRooms(world).deskService.findByName(clerk, 'Jürgen')).toMatchObject({
			error: { kind: 'rate-limited', code: 'portal/limit-reached' }
		});
	}
	const { rows } = await world.client.execute(
		"select object_ref from audit_events where event = 'account/limit-reached'"
	);
	expect(rows.map((row) => row['object_ref'])).toEqual(['limit:claims/name-searches']);
	world.clock.advance(DAY_MS);
	expect(await find('Jürgen')).toEqual([]);
});

it('is for those who have the queue', async () => {
	expect(await deskRooms(world).deskService.findByName(juergen, 'Muster')).toMatchObject({
		error: { code: 'portal/forbidden' }
	});
});

it('D1: leaves no name in the database, and never scans claims or people', async () => {
	const { rows } = await world.client.execute('select hex(word_index) as h from person_names');
	expect(rows.length).toBeGreaterThan(3);
	for (const { h } of rows) expect(String(h)).toMatch(/^01[0-9A-F]{64}$/);
	const question = await deskRooms(world).queue.listByName([['juergen'], ['muster']], 50);
	const { sql, params } = question.query.toSQL();
	const args = params.map((value) => (typeof value === 'number' ? value : String(value)));
	const plan = await world.client.execute({ sql: `explain query plan ${sql}`, args });
	const text = JSON.stringify(plan.rows.map((row) => row['detail']));
	expect(text).toMatch(/SEARCH claims USING INDEX claims_insured_person/);
	expect(text).not.toMatch(/SCAN (claims|people|n|o)\b/);
});

it('follows a person to another name', async () => {
	const claim = await addClaim(world, juergen, await addContract(world, juergen));
	const dateOfBirth = parseCalendarDate('2001-02-03');
	const profile = { firstName: 'Jürgen', lastName: 'Weiß', dateOfBirth };
	must(await world.db.commit(await updateProfile(world.cipher, juergen.personId, profile)));
	expect(await find('Weiss')).toEqual([claim.number]);
	expect(await find('Jürgen Muster')).toEqual([]);
});

it('comes to people from before there was a search, by the job of the minute', async () => {
	const claim = await addClaim(world, juergen, await addContract(world, juergen));
	await world.client.executeMultiple(
		'delete from person_names; update people set names_version = null;'
	);
	expect(await find('Jürgen')).toEqual([]);
	const { db, clock, newCipher } = world;
	expect(await createRewrapKeys({ db, clock, newCipher }).moveSome()).toEqual({
		movedRows: 2,
		leftRows: 0
	});
	expect(await find('Jürgen')).toEqual([claim.number]);
	const again = await createRewrapKeys({ db, clock, newCipher }).moveSome();
	expect(again.movedRows).toBe(0);
});
