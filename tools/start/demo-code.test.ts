import { describe, expect, it } from 'vitest';
import { findDemoAccount } from './demo-accounts.ts';
import { codeOf } from './demo-code.ts';

// RFC 6238, appendix B: SHA-1, the key is the ASCII text 12345678901234567890.
const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const uri = `otpauth://totp/Portal:a?secret=${SECRET}&period=30&digits=8`;

describe('codeOf', () => {
	it.each([
		[59, '94287082', 1],
		[1_111_111_109, '07081804', 1],
		[20_000_000_000, '65353130', 10]
	])('agrees with RFC 6238 at second %i', (second, code, secondsLeft) => {
		expect(codeOf(uri, second * 1000)).toEqual({ code, secondsLeft });
	});
});

describe('findDemoAccount', () => {
	const account = (role: string, email: string) => ({
		...{ role, email, name: email, password: '', otpauthUri: '', secret: '' }
	});
	const accounts = [
		account('customer', 'anna@kundin.example'),
		account('clerk', 'jonas@x.example')
	];

	it('finds by address, by role and by a part', () => {
		expect(findDemoAccount(accounts, 'Anna@kundin.example')?.role).toBe('customer');
		expect(findDemoAccount(accounts, 'clerk')?.email).toBe('jonas@x.example');
		expect(findDemoAccount(accounts, 'jonas')?.role).toBe('clerk');
	});

	it('finds none when several fit', () => {
		expect(findDemoAccount(accounts, 'example')).toBeNull();
		expect(findDemoAccount(accounts, 'nobody')).toBeNull();
	});
});
