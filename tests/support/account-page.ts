import { TOTP_STEP_MS } from '#lib/domain/accounts/lifetimes.ts';
import type { Registration } from '#lib/domain/accounts/registration.schema.ts';
import { OPERATOR } from '#lib/domain/operator.ts';
import { createAccountActs } from '#lib/server/accounts/account-acts.ts';
import { createAccountService } from '#lib/server/accounts/account.service.ts';
import { createPasskeysService } from '#lib/server/accounts/passkeys.service.ts';
import { createStepUpService } from '#lib/server/accounts/step-up.service.ts';
import type { Proof } from '#lib/server/accounts/step-up-acts.ts';
import { normaliseIban } from '#lib/server/platform/bank.ts';
import { normalisePhone } from '#lib/server/platform/phone.ts';
import { createEmailChangeRepository } from '#lib/server/accounts/email-change.repository.ts';
import { createRecipientsRepository } from '#lib/server/accounts/recipients.repository.ts';
import { createAccountChangesRepository } from '#lib/server/contracts/account-changes.repository.ts';
import { createAccountChangesService } from '#lib/server/contracts/account-changes.service.ts';
import { createContractActs } from '#lib/server/contracts/contract-acts.ts';
import { createContractsRepository } from '#lib/server/contracts/contracts.repository.ts';
import { createDocumentsRepository } from '#lib/server/documents/documents.repository.ts';
import { createEmailChangeService } from '#lib/server/accounts/email-change.service.ts';
import {
	accountRooms,
	codeAt,
	REGISTRATION,
	registerActive,
	signIn,
	TEST_PARTY
} from './accounts.ts';
import { findGermanBank } from '../../tools/build/bank-list.ts';
import { contractsService } from './contracts.ts';
import type { TestDatabase } from './database.ts';
import { privacyActs, privacyRooms } from './privacy.ts';

/** The rooms of one request to the account page, as compose builds them. */
export function pageRooms(it: TestDatabase) {
	const rooms = accountRooms(it);
	const documents = createDocumentsRepository(rooms.cipher);
	const accountChanges = createAccountChangesRepository(rooms.cipher);
	const stepUp = createStepUpService({
		...rooms,
		relyingParty: TEST_PARTY,
		acts: {
			...createAccountActs({ ...rooms, relyingParty: TEST_PARTY }),
			...privacyActs(rooms),
			...createContractActs({ ...rooms, documents, accountChanges })
		}
	});
	return {
		...rooms,
		...privacyRooms(it, rooms, stepUp),
		emailChange: createEmailChangeService(rooms),
		stepUp,
		contracts: contractsService(it, rooms.cipher),
		accountChanges: createAccountChangesService({
			...rooms,
			...{ stepUp, documents, accountChanges },
			contracts: createContractsRepository(rooms.cipher),
			readers: createRecipientsRepository(rooms.cipher),
			emailLinks: createEmailChangeRepository(rooms.cipher),
			normaliseIban,
			findBank: findGermanBank,
			operator: OPERATOR
		}),
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
