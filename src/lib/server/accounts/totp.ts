import { verifyHOTP } from '@oslojs/otp';
import { TOTP_DIGITS, totpStepAt } from '#lib/domain/accounts/lifetimes.ts';

/**
 * The step a code belongs to, or null. Only the present step of the server's clock counts: no
 * grace for a step before or after (A8). The library's own check would not tell the step (A7).
 */
export function findTotpStep(secret: Uint8Array, code: string, nowMs: number): number | null {
	const step = totpStepAt(nowMs);
	return verifyHOTP(secret, BigInt(step), TOTP_DIGITS, code) ? step : null;
}
