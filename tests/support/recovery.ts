import { OPERATOR } from '#lib/domain/operator.ts';
import type { Mail } from '#lib/domain/messages/mail.ts';
import { createPasswordResetService } from '#lib/server/accounts/password-reset.service.ts';
import { createRecoveryCasesService } from '#lib/server/accounts/recovery-cases.service.ts';
import { createRecoveryDeskService } from '#lib/server/accounts/recovery-desk.service.ts';
import { createRecoveryService } from '#lib/server/accounts/recovery.service.ts';
import type { Passwords } from '#lib/server/platform/passwords.ts';
import { accountRooms, afterAnswer, waitingMails } from './accounts.ts';
import { TEST_ORIGIN, type TestDatabase } from './database.ts';

type Options = {
	readonly passwords?: Passwords;
	readonly securityQuestions?: 'on' | 'off';
	readonly ip?: string;
};

/** The recovery rooms of one request, as compose builds them. */
export function recoveryRooms(it: TestDatabase, options: Options = {}) {
	const rooms = accountRooms(it, {
		...(options.passwords && { passwords: options.passwords }),
		origin: { ip: options.ip ?? TEST_ORIGIN.ip }
	});
	const parts = {
		...rooms,
		afterAnswer,
		operator: { ...OPERATOR, securityQuestions: options.securityQuestions ?? 'on' }
	};
	return {
		reset: createPasswordResetService(parts),
		recovery: createRecoveryService(parts),
		cases: createRecoveryCasesService(parts),
		desk: createRecoveryDeskService({
			...parts,
			// The code as bytes: what a letter says, without drawing it.
			printLetter: ({ code }) =>
				Promise.resolve({ name: 'letter.pdf', bytes: new TextEncoder().encode(code) })
		})
	};
}

/** A stand-in for the slow hash, for tests of who may open what. Counts how often it was asked. */
export function quickPasswords(): Passwords & { readonly calls: () => number } {
	let calls = 0;
	return {
		calls: () => calls,
		needsRehash: () => false,
		hash: (text) => {
			calls += 1;
			return Promise.resolve(`quick:${text}`);
		},
		verify: (text, stored) => {
			calls += 1;
			return Promise.resolve(stored === `quick:${text}`);
		}
	};
}

/** The code of the newest waiting mail of this kind, or an empty text. */
export async function mailedCode(it: TestDatabase, template: Mail['template']): Promise<string> {
	const mail = (await waitingMails(it)).findLast((one) => one.template === template);
	return mail && 'code' in mail ? mail.code : '';
}

/** A passkey as an intruder leaves it behind, on every account of the test. */
export async function addPasskey(it: TestDatabase): Promise<void> {
	await it.client.execute(
		`insert into passkeys select hex(randomblob(8)), id, x'01', 0, '', 0, 'Phone', 0, null from accounts`
	);
}
