/** Runs after every other end-to-end test and reads what their portals wrote to the console. */
import { expect, test } from '@playwright/test';
import { readConsoleLines } from './support/console-log.ts';

/** Everything a line may tell; whatever is new here must be shown to name nobody. */
const FIELDS = new Set([
	...['at', 'level', 'event', 'requestId', 'route', 'status', 'durationMs', 'code', 'job'],
	...['count', 'error']
]);

const FORBIDDEN: Readonly<Record<string, RegExp>> = {
	'a mail address': /[\w.+-]+@[\w-]+\.[a-z]{2,}/i,
	'an IBAN': /\b[A-Z]{2}\d{2}(?: ?[\dA-Z]{4}){3,7}\b/,
	'a token or secret': /\b[A-Z2-7]{26,}\b/,
	'a policy or claim number': /\b(MA-\d{4}-\d{4}|S-\d{4}-\w{6})\b/,
	'an id of a record': /\b[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}\b/,
	'an address with a parameter': /\?[a-z]+=/i,
	'a cookie': /__Host-/,
	'a word that a test has typed': new RegExp(
		[
			...['Mittelohr', 'Legevakten', 'Angina', 'HNO-Praxis', 'Dom-Apotheke', 'Nguyen', 'Ørsted'],
			...['Ødegård', 'Birkenweg', 'Frau Lund', 'Satz zum Merken', 'Möwen am Kai', 'Demosatz']
		].join('|')
	)
};

test('D11, ASVS 16.2.4: the console of all portals of this run names nobody', () => {
	const lines = readConsoleLines();
	const events = lines
		.filter((line) => line.startsWith('{'))
		.map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
	expect(events.filter(({ event }) => event === 'request').length).toBeGreaterThan(0);
	const fields = new Set(events.flatMap((event) => Object.keys(event)));
	expect([...fields].filter((field) => !FIELDS.has(field))).toEqual([]);
	const isUtc = (at: unknown) => /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(String(at));
	expect(events.filter(({ at }) => !isUtc(at))).toEqual([]);
	// The one id that a line may hold is made for the request and names nobody.
	const rest = lines.map((line) => line.replace(/"requestId":"[0-9a-f-]{36}"/, ''));
	for (const [what, pattern] of Object.entries(FORBIDDEN)) {
		expect(
			rest.filter((line) => pattern.test(line)),
			what
		).toEqual([]);
	}
});
