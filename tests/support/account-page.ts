import { TOTP_STEP_MS } from '#lib/domain/accounts/lifetimes.ts';
import type { Registration } from '#lib/domain/accounts/registration.schema.ts';
import { createAccountActs } from '#lib/server/accounts/account-acts.ts';
import { createAccountService } from '#lib/server/accounts/account.service.ts';
import { createPasskeysService } from '#lib/server/accounts/passkeys.service.ts';
import { createStepUpService } from '#lib/server/accounts/step-up.service.ts';
import type { Proof } from '#lib/server/accounts/step-up-acts.ts';
import { normalisePhone } from '#lib/server/platform/phone.ts';
import { createEmailChangeService } from '#lib/server/accounts/email-change.service.ts';
import {
	accountRooms,
	codeAt,
	REGISTRATION,
	registerActive,
	signIn,
	TEST_PARTY
} from './accounts.ts';
import type { TestDatabase } from './database.ts';
import { privacyActs, privacyRooms } from './privacy.ts';

/** The rooms of one request to the account page, as compose builds them. */
export function pageRooms(it: TestDatabase) {
	const rooms = accountRooms(it);
	const stepUp = createStepUpService({
		...rooms,
		relyingParty: TEST_PARTY,
		acts: {
			...createAccountActs({ ...rooms, relyingParty: TEST_PARTY }),
			...privacyActs(rooms)
		}
	});
	return {
		...rooms,
		...privacyRooms(it, rooms, stepUp),
		emailChange: createEmailChangeService(rooms),
		stepUp,
		passkeys: createPasskeysService({ ...rooms, stepUp }),
		account: createAccountService({ ...rooms, normalisePhone, stepUp })
	};
}

export type Owner = Awaited<ReturnType<typeof ownerOf>>;

/** Somebody who is signed in, with everything they hold. Each call of `enter` is a request of theirs. */
export async function ownerOf(it: TestDatabase, registration: Registration = REGISTRATION) {
	const held = await registerActive(it, registration);
	let token = '';
	const owner = {
		...held,
		registration,
		signIn: async () => {
			it.clock.advance(TOTP_STEP_MS);
			const code = codeAt(held.secretText, it.clock.nowMs());
			const done = await signIn(it, { ...registration, code });
			if (!done.ok) throw new Error(done.error.code);
			return done.value.sessionToken;
		},
		/** A request with the present cookie: session found, key learnt. */
		enter: async (cookie = token) => {
			const rooms = pageRooms(it);
			const signedIn = await rooms.sessions.find(cookie);
			if (!signedIn) throw new Error('signed out');
			return { ...rooms, actor: signedIn.actor, sessionId: signedIn.sessionId };
		},
		token: () => token,
		take: (next: string) => {
			token = next;
		},
		/** A right proof with a code that has not been used. */
		proof: (more: Partial<Proof> = {}): Proof => {
			it.clock.advance(TOTP_STEP_MS);
			const code = codeAt(held.secretText, it.clock.nowMs());
			return {
				code,
				password: registration.password,
				newCode: '',
				passkey: '',
				newPasskey: '',
				...more
			};
		}
	};
	token = await owner.signIn();
	return owner;
}
