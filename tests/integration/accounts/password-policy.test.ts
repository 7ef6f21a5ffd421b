import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { createPasswordPolicy } from '#lib/server/accounts/password-policy.ts';
import { isUnavailable } from '#lib/server/http.ts';
import { openPasswordList, packPasswordList } from '#lib/server/platform/password-list.ts';
import { leakedPasswords, passwordList } from '../../../tools/build/password-list.ts';
import { accountRooms, REGISTRATION, registerActive } from '../../support/accounts.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';

let list: Uint8Array;
let leaked: readonly string[];
beforeAll(async () => {
	// Made anew once after the rules have changed, from a million words.
	[list, leaked] = await Promise.all([passwordList(), leakedPasswords()]);
}, 300_000);

let it: TestDatabase;
beforeEach(async () => {
	it = await openTestDatabase();
});
afterEach(() => {
	vi.unstubAllGlobals();
	it.close();
});

const NOBODY = { names: [], email: '' };
const policy = () => createPasswordPolicy({ fetchList: () => Promise.resolve(list) });
const register = (password: string, fetchList = () => Promise.resolve(list)) =>
	accountRooms(it, { fetchList }).registration.register({ ...REGISTRATION, password }, 'de');
const refusedAs = (code: string) => ({
	ok: false,
	error: { kind: 'invalid', code: 'portal/invalid-input', issues: { password: code } }
});

test('A3: the list answers for more than 100 000 leaked passwords, in less than 2 MB', () => {
	expect(leaked.length).toBeGreaterThan(500_000);
	expect(openPasswordList(list).size).toBeGreaterThan(400_000);
	expect(list.length).toBeLessThan(2_000_000);
});

test('A3: of every hundredth leaked password that is long enough, none is accepted', async () => {
	const choosable = leaked.filter((password) => [...password].length >= 12);
	const samples = choosable.filter((_, rank) => rank % 100 === 0);
	expect(samples.length).toBeGreaterThan(400);
	const found = await Promise.all(samples.map((sample) => policy().check(sample, NOBODY)));
	expect(samples.filter((_, index) => found[index] === null)).toEqual([]);
});

test('A3: of every hundredth of the 100 000 most common, none passes with digits to fill it up', async () => {
	const dressed = leaked
		.slice(0, 100_000)
		.filter((password, rank) => rank % 100 === 0 && password.length >= 6)
		.map((password) => `${password}2026!`.padEnd(12, '!'));
	const found = await Promise.all(dressed.map((sample) => policy().check(sample, NOBODY)));
	expect(dressed.filter((_, index) => found[index] === null)).toEqual([]);
});

test('A3: a listed password is refused at registration, also when no call goes out', async () => {
	vi.stubGlobal('fetch', () => Promise.reject(new Error('no call to anyone')));
	it.takeRoundTrips();
	for (const password of ['qwertyqwerty', 'unbelievable', 'Sommer-1234!!', 'Sonnenschein!']) {
		expect(await register(password)).toEqual(refusedAs('password-common'));
	}
	expect(it.takeRoundTrips()).toBe(0);
	expect(await it.countRows('accounts')).toBe(0);
});

test('A3: names of insurer and portal and words about the person are refused at registration', async () => {
	for (const password of [
		...['Musterland2026', 'MusterlandAuslandskranken', 'musterland-AG!1', 'Mu5t3rl@nd-Kunde'],
		...[
			'Krankenversicherung1',
			'Kundenportal!!',
			'Zoë Ødegård 90',
			'zoe@example.org',
			'004740612345'
		]
	]) {
		expect(await register(password)).toEqual(refusedAs('password-context'));
	}
	expect(await it.countRows('accounts')).toBe(0);
});

test('A3: a known address gets the same refusal as an unknown one, without a look-up', async () => {
	await registerActive(it);
	it.takeRoundTrips();
	expect(await register('unbelievable')).toEqual(refusedAs('password-common'));
	expect(it.takeRoundTrips()).toBe(0);
});

test('A3: sentences of several words are accepted', async () => {
	for (const password of [
		...['zwölf Monate im Norden', 'ein sicherer Demosatz', 'correct horse battery staple 7'],
		...['Die Kuh tanzt auf Eis', 'my aunt sells blue tractors', 'xkzqvwpmbtrf']
	]) {
		expect(await policy().check(password, NOBODY)).toBeNull();
	}
});

test('A3: without a whole list no password is accepted, and the page says that it is not available', async () => {
	const damaged = [
		() => Promise.reject(new Error('missing')),
		() => Promise.resolve(new Uint8Array()),
		() => Promise.resolve(list.slice(0, list.length - 1)),
		() => Promise.resolve(new TextEncoder().encode('<!doctype html>'.repeat(9000)))
	];
	for (const fetchList of damaged) {
		const error: unknown = await register(REGISTRATION.password, fetchList).catch(
			(cause: unknown) => cause
		);
		expect(isUnavailable(error)).toBe(true);
	}
	expect(await it.countRows('accounts')).toBe(0);
	expect((await register(REGISTRATION.password)).ok).toBe(true);
});

test('A3: the field at fault can have another name', async () => {
	expect(await policy().check('unbelievable', NOBODY, 'newPassword')).toEqual({
		newPassword: 'password-common'
	});
});

test('A3: a packed list has its entries and, of 100 000 other words, at most one', () => {
	const opened = openPasswordList(list);
	expect(['password', 'passwort', 'krankenhaus'].every((word) => opened.has(word))).toBe(true);
	const strangers = Array.from({ length: 100_000 }, (_, index) => `fremdes wort ${index}`);
	expect(strangers.filter((word) => opened.has(word)).length).toBeLessThanOrEqual(1);
	const one = packPasswordList(['b', 'a', 'b']);
	expect(one).toEqual(packPasswordList(['a', 'b']));
	expect(openPasswordList(one).size).toBe(2);
});
