import * as v from 'valibot';
import { STEP_UP_LIFETIME_MS } from '#lib/domain/accounts/lifetimes.ts';
import { failed, ok } from '#lib/domain/result.ts';
import type { Cipher } from '#lib/server/platform/cipher.ts';
import { verifyCreation, type RelyingParty } from '#lib/server/platform/webauthn.ts';
import { passkeysRepository } from './passkeys.repository.ts';
import { defineAct, type SensitiveActHandlers } from './step-up-acts.ts';

/** Adding and removing a passkey. The challenge is kept with the act, so it is good for that act alone. */
export function createPasskeyActs(
	relyingParty: RelyingParty,
	cipher: Cipher
): Pick<SensitiveActHandlers, 'passkey/add' | 'passkey/remove'> {
	return {
		'passkey/add': defineAct({
			payload: v.strictObject({ label: v.string(), challenge: v.string() }),
			needsPassword: true,
			lifetimeMs: STEP_UP_LIFETIME_MS,
			event: 'account/passkey-added',
			change: 'passkey',
			facts: ({ label }) => [{ name: 'passkey', value: label }],
			newPasskeyChallenge: ({ challenge }) => challenge,
			run: async ({ label, challenge }, { owner, proof, nowMs }) => {
				const made = await verifyCreation(relyingParty, challenge, proof.newPasskey);
				if (!made) return failed('invalid', 'accounts/passkey-not-added');
				const added = await passkeysRepository.insert(cipher, owner, made, label, nowMs);
				return ok({ writes: [added] });
			}
		}),

		'passkey/remove': defineAct({
			payload: v.strictObject({ id: v.string(), label: v.string() }),
			needsPassword: true,
			lifetimeMs: STEP_UP_LIFETIME_MS,
			event: 'account/passkey-removed',
			change: 'passkey',
			facts: ({ label }) => [{ name: 'passkey', value: label }],
			run: ({ id }, { owner }) =>
				Promise.resolve(ok({ writes: [passkeysRepository.remove(owner.accountId, id)] }))
		})
	};
}
