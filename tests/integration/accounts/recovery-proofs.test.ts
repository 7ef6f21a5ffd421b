import { expect, test } from 'vitest';
import { TOTP_STEP_MS } from '#lib/domain/accounts/lifetimes.ts';
import { opens, RECOVERY_WAIT_MS, type RecoveryProof } from '#lib/domain/accounts/recovery.ts';
import type { Actor } from '#lib/domain/actor.ts';
import { normaliseCode } from '#lib/server/platform/ids.ts';
import { REGISTRATION, registerActive } from '../../support/accounts.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { mailedCode, quickPasswords, recoveryRooms } from '../../support/recovery.ts';

const PROOFS = [
	'mail',
	'answers',
	'password',
	'recovery-code',
	'staff',
	'waiting-time'
] as const satisfies readonly RecoveryProof[];
const SUBSETS = Array.from(
	{ length: 2 ** PROOFS.length },
	(_, bits) => new Set<RecoveryProof>(PROOFS.filter((__, bit) => (bits >> bit) & 1))
);
const WRONG_CODE = 'A'.repeat(26);
const staff = (role: Actor['role']): Actor => ({ accountId: role, personId: role, role });

type World = { readonly it: TestDatabase; readonly code: string; readonly visitor: string };

/** Whoever has these proofs tries every door; answers what opened. */
async function tryDoors(world: World, proofs: ReadonlySet<RecoveryProof>): Promise<string[]> {
	const { it, visitor } = world;
	const rooms = () => recoveryRooms(it, { passwords: quickPasswords(), ip: visitor });
	const { email } = REGISTRATION;
	const password = proofs.has('password') ? REGISTRATION.password : 'falsch';
	const code = proofs.has('recovery-code') ? world.code : WRONG_CODE;
	const opened: string[] = [];

	if ((await rooms().recovery.startWithCode({ email, password, recoveryCode: code })).ok) {
		opened.push('new-authenticator');
	}
	await rooms().cases.start({ email, password });
	// The mail is there whenever the password was right; whether it can be read is another matter.
	const mail = proofs.has('mail') ? await mailedCode(it, 'open-recovery') : WRONG_CODE;
	const answers = proofs.has('answers')
		? { answer1: REGISTRATION.answer1 ?? '', answer2: REGISTRATION.answer2 ?? '' }
		: { answer1: 'geraten', answer2: 'auch geraten' };
	if ((await rooms().cases.open(mail, answers)).ok) {
		opened.push('case');
		const listed = await rooms().desk.list(staff('support'));
		const caseId = listed.ok ? (listed.value[0]?.id ?? '') : '';
		it.clock.advance(proofs.has('waiting-time') ? RECOVERY_WAIT_MS : RECOVERY_WAIT_MS - 60_000);
		let letterCode = WRONG_CODE;
		if (proofs.has('staff')) {
			await rooms().desk.check(staff('support'), caseId);
			await rooms().desk.approve(staff('seniorClerk'), caseId);
			const letter = await rooms().desk.printLetter(staff('seniorClerk'), caseId);
			if (letter.ok) letterCode = normaliseCode(new TextDecoder().decode(letter.value.bytes));
		}
		if ((await rooms().recovery.startWithLetter({ email, password, letterCode })).ok) {
			opened.push('new-authenticator');
		}
	}
	await rooms().reset.request(email);
	const resetMail = proofs.has('mail') ? await mailedCode(it, 'reset-password') : WRONG_CODE;
	const proof = { kind: 'recovery-code' as const, code };
	const reset = { code: resetMail, proof, password: 'ein ganz neuer Satz' };
	if ((await rooms().reset.reset(reset)).ok) opened.push('new-password');
	return [...new Set(opened)].sort();
}

/** Back to an account that nobody has tried. Registering 64 times would hash for minutes. */
async function beginAnew(it: TestDatabase): Promise<void> {
	for (const table of ['recovery_cases', 'throttles', 'mail_tokens', 'mail_outbox', 'enrolments']) {
		await it.client.execute(`delete from ${table}`);
	}
	await it.client.execute('update recovery_codes set used_at_ms = null');
	// Knowing the password or an answer is what counts here, not how slowly it is checked.
	await it.client.execute(`update accounts set password_hash = 'quick:${REGISTRATION.password}'`);
	await it.client.execute(
		`update security_answers
		 set answer_hash = case slot when 1 then 'quick:birkenweg' else 'quick:frau lund' end`
	);
	it.clock.advance(TOTP_STEP_MS);
}

test('A21: at the services every set of proofs opens what table 3.5 allows and nothing else', async () => {
	const it = await openTestDatabase();
	const { recoveryCodes } = await registerActive(it);
	const code = normaliseCode(recoveryCodes[0] ?? '');
	for (const [index, proofs] of SUBSETS.entries()) {
		await beginAnew(it);
		const opened = await tryDoors({ it, code, visitor: `192.0.2.${index}` }, proofs);
		const name = [...proofs].join('+');
		expect([name, opened]).toEqual([name, [...opens(proofs)].sort()]);
	}
	it.close();
}, 60_000);
