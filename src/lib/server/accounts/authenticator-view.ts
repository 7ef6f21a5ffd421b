import { encodeBase32UpperCaseNoPadding } from '@oslojs/encoding';
import { createTOTPKeyURI } from '@oslojs/otp';
import { TOTP_DIGITS, TOTP_STEP_MS } from '#lib/domain/accounts/lifetimes.ts';
import { OPERATOR } from '#lib/domain/operator.ts';

/** What a page needs to draw the QR code, and the same key as text. */
export type AuthenticatorView = { readonly otpauthUri: string; readonly secretText: string };

/** How an authenticator app takes up a secret; shown to nobody but whoever is setting the app up. */
export function authenticatorView(email: string, secret: Uint8Array): AuthenticatorView {
	return {
		otpauthUri: createTOTPKeyURI(
			`${OPERATOR.insurerName} ${OPERATOR.portalName}`,
			email,
			secret,
			TOTP_STEP_MS / 1000,
			TOTP_DIGITS
		),
		secretText: encodeBase32UpperCaseNoPadding(secret)
	};
}
