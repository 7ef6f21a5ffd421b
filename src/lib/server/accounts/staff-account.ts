import { STAFF_INVITATION_LIFETIME_MS } from '#lib/domain/accounts/lifetimes.ts';
import type { Invitation } from '#lib/domain/accounts/staff.schema.ts';
import type { Language, Mail } from '#lib/domain/messages/mail.ts';
import type { Write } from '#lib/server/db/client.ts';
import { insertPerson } from '#lib/server/db/people.ts';
import type { Cipher } from '#lib/server/platform/cipher.ts';
import type { Clock } from '#lib/server/platform/clock.ts';
import { hashToken, newToken, type Ids } from '#lib/server/platform/ids.ts';
import type { Passwords } from '#lib/server/platform/passwords.ts';
import { createAccountsRepository } from './accounts.repository.ts';

const ADDRESS_TAKEN = { kind: 'conflict', code: 'staff/address-taken' } as const;

/** A pending account of the staff: a person, a role, an address, and nothing that opens it. */
export async function newStaffAccount(
	parts: {
		readonly cipher: Cipher;
		readonly clock: Clock;
		readonly ids: Ids;
		readonly passwords: Pick<Passwords, 'hash'>;
	},
	{ firstName, lastName, email, role, language }: Invitation
): Promise<{
	readonly id: string;
	readonly personId: string;
	readonly writes: readonly Write[];
}> {
	const { cipher, clock, ids, passwords } = parts;
	const id = ids.newId();
	const personId = ids.newId();
	const nowMs = clock.nowMs();
	const profile = { firstName, lastName, dateOfBirth: null };
	return {
		id,
		personId,
		writes: [
			await insertPerson(cipher, { id: personId, profile, nowMs }),
			await createAccountsRepository(cipher).insert(
				{
					...{ id, personId, role, language, nowMs },
					contact: { email, mobile: '' },
					// Of a password nobody knows: the sign-in compares with something, and it never fits.
					passwordHash: await passwords.hash(newToken(ids))
				},
				ADDRESS_TAKEN
			)
		]
	};
}

/** The mail with the only way in: its code is single-use and opens no session. */
export async function invitationWrites(
	parts: {
		readonly cipher: Cipher;
		readonly clock: Clock;
		readonly ids: Ids;
		readonly mails: {
			enqueue(id: string, personId: string, mail: Mail, nowMs: number): Promise<Write>;
		};
	},
	invited: {
		readonly id: string;
		readonly personId: string;
		readonly name: string;
		readonly email: string;
		readonly language: Language;
	}
): Promise<{ readonly code: string; readonly writes: readonly Write[] }> {
	const { cipher, clock, ids, mails } = parts;
	const { name, language, email: to } = invited;
	const nowMs = clock.nowMs();
	const code = newToken(ids);
	return {
		code,
		writes: [
			createAccountsRepository(cipher).insertMailToken({
				tokenHash: await hashToken(code),
				accountId: invited.id,
				purpose: 'staff-invitation',
				expiresAtMs: nowMs + STAFF_INVITATION_LIFETIME_MS
			}),
			await mails.enqueue(
				ids.newId(),
				invited.personId,
				{ template: 'staff-invitation', to, language, name, code },
				nowMs
			)
		]
	};
}
