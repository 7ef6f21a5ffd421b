// `npm run demo:code <e-mail or role>`: the present sign-in code of a demo account.
import { decodeBase32IgnorePadding } from '@oslojs/encoding';
import { generateHOTP } from '@oslojs/otp';
import { DATA_DIR } from './data-dir.ts';
import { findDemoAccount, readDemo, type DemoAccount } from './demo-accounts.ts';

const SECOND_MS = 1000;

export type DemoCode = { readonly code: string; readonly secondsLeft: number };

export function codeOf(otpauthUri: string, nowMs: number): DemoCode {
	const parameters = new URL(otpauthUri).searchParams;
	const period = Number(parameters.get('period') ?? '30');
	const digits = Number(parameters.get('digits') ?? '6');
	const key = decodeBase32IgnorePadding(parameters.get('secret') ?? '');
	const second = Math.floor(nowMs / SECOND_MS);
	const code = generateHOTP(key, BigInt(Math.floor(second / period)), digits);
	return { code, secondsLeft: period - (second % period) };
}

function describe({ name, email, otpauthUri }: DemoAccount): string {
	const { code, secondsLeft } = codeOf(otpauthUri, Date.now());
	return `${code}   ${name} <${email}>, ${secondsLeft} s left`;
}

if (import.meta.main) {
	const { accounts } = await readDemo(DATA_DIR);
	const wanted = process.argv[2];
	const account = wanted === undefined ? null : findDemoAccount(accounts, wanted);
	if (account) {
		console.log(describe(account));
	} else if (wanted === undefined && accounts.length > 0) {
		console.log(accounts.map(describe).join('\n'));
	} else {
		const known = accounts.map(({ email, role }) => `  ${email} (${role})`).join('\n');
		console.error(
			accounts.length === 0
				? 'There are no demo accounts yet. Run npm start once.'
				: `No single demo account fits "${wanted}". There are:\n${known}`
		);
		process.exitCode = 1;
	}
}
