import { encodeHexLowerCase } from '@oslojs/encoding';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { TOTP_STEP_MS } from '#lib/domain/accounts/lifetimes.ts';
import { TYPED_NAME } from '#lib/server/audit/audit.service.ts';
import { codeAt, registerActive, REGISTRATION, signIn } from '../../support/accounts.ts';
import { openTestDatabase, TEST_ORIGIN, type TestDatabase } from '../../support/database.ts';

let it: TestDatabase;
beforeEach(async () => {
	it = await openTestDatabase();
});
afterEach(() => it.close());

test('L1: each result of a sign-in is one row with time, user or keyed name, IP, factors, outcome and request id', async () => {
	const { secretText } = await registerActive(it);
	it.clock.advance(TOTP_STEP_MS);
	const right = () => ({
		email: REGISTRATION.email,
		password: REGISTRATION.password,
		code: codeAt(secretText, it.clock.nowMs())
	});
	await signIn(it, { ...right(), password: 'falsch' });
	await signIn(it, { ...right(), email: ' Nobody@Example.org ' });
	await signIn(it, right());
	const { rows } = await it.client.execute(
		`select e.at_ms, outcome, factors, request_id, ip, hex(typed_name_index) as name,
			account_id = (select id from accounts) as is_known
		 from audit_events e join audit_personal p on p.event_id = e.id
		 where event like 'account/sign%' order by seq`
	);
	const nobody = await it.newCipher().blindIndex(TYPED_NAME, 'nobody@example.org');
	const common = {
		factors: 'password+totp',
		request_id: TEST_ORIGIN.requestId,
		ip: TEST_ORIGIN.ip
	};
	// The password is judged, and logged, before anybody asks for a code.
	const wrong = { ...common, factors: 'password', outcome: 'failure' };
	const whole = (row: object) => ({ ...row });
	expect(rows.map(whole)).toEqual([
		{ ...wrong, at_ms: expect.any(Number), name: '', is_known: 1 },
		{
			...wrong,
			at_ms: expect.any(Number),
			name: encodeHexLowerCase(nobody).toUpperCase(),
			is_known: null
		},
		{ ...common, at_ms: it.clock.nowMs(), outcome: 'success', name: '', is_known: 1 }
	]);
});

test('L1: the address somebody typed is nowhere in the log, and its hash joins no account', async () => {
	await registerActive(it);
	await signIn(it, { email: 'nobody@example.org', password: 'x', code: '000000' });
	const { rows } = await it.client.execute(
		`select count(*) as n from accounts join audit_personal on typed_name_index = email_index`
	);
	expect(rows[0]?.['n']).toBe(0);
	const all = await it.client.execute('select * from audit_events join audit_personal');
	expect(JSON.stringify(all.rows)).not.toContain('nobody');
});
