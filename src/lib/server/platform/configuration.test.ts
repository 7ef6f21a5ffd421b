import { encodeBase64 } from '@oslojs/encoding';
import { expect, test } from 'vitest';
import { freshPushKey } from '../../../../tools/keys/push.ts';
import { readConfiguration } from './configuration.ts';
import { SYSTEM_IDS } from './ids.ts';
import { EXAMPLE_KEY_MARKER, generateKeys, type Keys } from './keys.ts';

const keys = generateKeys(SYSTEM_IDS.randomBytes);
const good = {
	MODE: 'production',
	ORIGIN: 'https://portal.musterland.example',
	DATABASE_URL: 'https://portal.fra.db.musterland.example',
	DATABASE_TOKEN: 'made-by-the-provider-0123456789',
	SMTP_HOST: 'mail.musterland.example',
	SMTP_PORT: '465',
	SMTP_SECURE: 'tls',
	MAIL_FROM: 'portal@musterland.example',
	AUDIT_SINK_URL: 'https://auditor.example/portal/',
	SCANNER_URL: 'https://scanner.example/v2/scan',
	KEYS: JSON.stringify(keys)
};

function faultsOf(changes: Record<string, unknown>): readonly string[] {
	const answer = readConfiguration({ ...good, ...changes });
	return answer.ok ? [] : answer.faults;
}
const withKeys = (changed: Partial<Keys>) => ({ KEYS: JSON.stringify({ ...keys, ...changed }) });
const keyOf = (bytes: Uint8Array) => ({ current: 1, versions: { '1': encodeBase64(bytes) } });

test('a complete production configuration is accepted', () => {
	expect(faultsOf({})).toEqual([]);
});

test('Z8: staff without a passkey, or over plain HTTP, are refused in production', () => {
	expect(faultsOf({ STAFF_PASSKEY: 'optional' })).toEqual([
		'STAFF_PASSKEY is optional: remove it or set it to required.'
	]);
	expect(faultsOf({ STAFF_ORIGIN: 'http://desk.musterland.example' })).toHaveLength(1);
	expect(faultsOf({ STAFF_ORIGIN: 'https://desk.musterland.example' })).toEqual([]);
	const answer = readConfiguration(good);
	expect(answer.ok && answer.configuration).toMatchObject({
		staffNeedPasskey: true,
		staffOrigin: good.ORIGIN
	});
	expect(faultsOf({ STAFF_PASSKEY: 'optional', MODE: 'development' })).toEqual([]);
});

test('a database outside the list of places is refused in production, with the mend named', () => {
	for (const host of [
		'portal.eu-west-1.turso.io',
		'fra.db.musterland.example',
		'evilfra.db.musterland.example.com'
	]) {
		const [fault] = faultsOf({ DATABASE_URL: `https://${host}` });
		expect(fault).toMatch(/databasePlaces in src\/lib\/domain\/operator\.ts/);
	}
	expect(faultsOf({ DATABASE_URL: 'http://127.0.0.1:8880', MODE: 'development' })).toEqual([]);
});

test('ASVS 12.3.1: unencrypted ways to database, mail and browser are refused in production', () => {
	expect(faultsOf({ DATABASE_URL: 'http://portal.fra.db.musterland.example' })).toHaveLength(1);
	expect(faultsOf({ SMTP_SECURE: 'none' })).toHaveLength(1);
	expect(faultsOf({ ORIGIN: 'http://portal.musterland.example' })).toHaveLength(1);
});

test('D6: missing, equal and example keys are refused, and no value of a key is in the text', () => {
	expect(faultsOf({ KEYS: undefined })[0]).toMatch(/keys:generate/);
	expect(faultsOf({ KEYS: 'not json' })[0]).toMatch(/keys:generate/);
	expect(faultsOf(withKeys({ totp: keys.data }))[0]).toMatch(/totp 1 equals data 1/);
	const example = new TextEncoder().encode(EXAMPLE_KEY_MARKER.padEnd(32, '!'));
	expect(faultsOf(withKeys({ pepper: keyOf(example) }))[0]).toMatch(/pepper 1 is an example key/);
	expect(faultsOf(withKeys({ audit: keyOf(new Uint8Array(32)) }))[0]).toMatch(/example key/);
	const equal = faultsOf(withKeys({ totp: keys.data })).join();
	expect(equal).not.toContain(keys.data.versions['1']);
});

test('a key of the wrong length or a set whose current version is missing is refused', () => {
	expect(faultsOf(withKeys({ data: keyOf(new Uint8Array(16)) }))).toHaveLength(1);
	expect(faultsOf(withKeys({ data: { ...keys.data, current: 2 } }))).toHaveLength(1);
});

test('ASVS 13.2.3: a missing, default or guessable secret towards a service is refused in production', () => {
	for (const secret of ['', 'token', 'admin', 'changeme', 'password12345', 'a'.repeat(40)]) {
		const [fault, ...more] = faultsOf({ DATABASE_TOKEN: secret });
		expect(more).toEqual([]);
		expect(fault).toMatch(/^DATABASE_TOKEN is missing, a default or too short/);
		if (secret !== '') expect(fault).not.toContain(`${secret}:`);
	}
	const mailbox = { SMTP_USER: 'portal@musterland.example' };
	for (const secret of ['', 'smtp', 'Passw0rd2026', mailbox.SMTP_USER]) {
		expect(faultsOf({ ...mailbox, SMTP_PASSWORD: secret })).toHaveLength(1);
	}
	expect(faultsOf({ ...mailbox, SMTP_PASSWORD: 'made-by-the-provider-0123456789' })).toEqual([]);
	expect(faultsOf({ AUDIT_SINK_TOKEN: 'sink' })).toHaveLength(1);
	expect(faultsOf({ DATABASE_TOKEN: '', MODE: 'development' })).toEqual([]);
});

test('without a mode the configuration counts as production', () => {
	expect(faultsOf({ MODE: undefined, DATABASE_URL: 'http://127.0.0.1:1' }).length).toBeGreaterThan(
		0
	);
});

test('L2: production needs a sink for checkpoints, encrypted and not at the database', () => {
	expect(faultsOf({ AUDIT_SINK_URL: undefined })[0]).toMatch(
		/AUDIT_SINK_URL is missing: set it to/
	);
	expect(faultsOf({ AUDIT_SINK_URL: '' })[0]).toMatch(/AUDIT_SINK_URL is missing/);
	expect(faultsOf({ AUDIT_SINK_URL: 'http://auditor.example' })[0]).toMatch(/not encrypted/);
	const beside = 'https://portal.fra.db.musterland.example/sink';
	expect(faultsOf({ AUDIT_SINK_URL: beside })[0]).toMatch(/host of the database/);
	expect(faultsOf({ AUDIT_SINK_URL: undefined, MODE: 'development' })).toEqual([]);
});

test('F5: production does not start without a virus scanner, or with one in the clear', () => {
	expect(faultsOf({ SCANNER_URL: undefined })).toEqual([
		expect.stringMatching(/SCANNER_URL is missing: set it to/)
	]);
	expect(faultsOf({ SCANNER_URL: 'http://scanner.example' })[0]).toMatch(/not encrypted/);
	expect(faultsOf({ RATES_URL: 'http://www.ecb.europa.eu' })[0]).toMatch(/not encrypted/);
	expect(faultsOf({ RATES_URL: '' })).toEqual([]);
	expect(faultsOf({ SCANNER_URL: '', MODE: 'development' })).toEqual([]);
});

test('rules decide nothing unless the operator has said so in so many letters', () => {
	const read = (AUTOMATIC_APPROVAL?: string) => {
		const answer = readConfiguration({ ...good, AUTOMATIC_APPROVAL });
		return answer.ok ? answer.configuration.approvesByRules : answer.faults;
	};
	expect([undefined, '', 'off'].map(read)).toEqual([false, false, false]);
	expect(read('on')).toBe(true);
	expect(read('yes')).toEqual([expect.stringMatching(/^AUTOMATIC_APPROVAL /)]);
});

test('D6: without a key no notices on devices are offered; a broken one stops the portal and is not told', async () => {
	const key = await freshPushKey();
	const read = (PUSH_KEY?: string) => {
		const answer = readConfiguration({ ...good, PUSH_KEY });
		return answer.ok ? answer.configuration.pushKey : answer.faults;
	};
	expect(read()).toBeNull();
	expect(read('')).toBeNull();
	expect(read(key)).toEqual(JSON.parse(key));
	for (const broken of ['x', '{}', key.replace('P-256', 'P-384'), key.replace('"d":"', '"d":"A')]) {
		expect(read(broken)).toEqual([expect.stringMatching(/^PUSH_KEY is .+ `npm run keys:push`/)]);
		expect(JSON.stringify(read(broken))).not.toContain('"d"');
	}
});
