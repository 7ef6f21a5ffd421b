import { eq } from 'drizzle-orm';
import { fullName, parseContact } from '#lib/domain/accounts/profile.ts';
import type { Role } from '#lib/domain/actor.ts';
import type { Language } from '#lib/domain/messages/mail.ts';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import { read, type Read } from '#lib/server/db/client.ts';
import { openPerson } from '#lib/server/db/people.ts';
import { accounts } from '#lib/server/db/tables/accounts.ts';
import { people } from '#lib/server/db/tables/people.ts';
import type { Cipher } from '#lib/server/platform/cipher.ts';
import { contactCell } from './account-cells.ts';

/** To whom a mail about an account goes. */
export type Recipient = {
	readonly personId: string;
	readonly to: string;
	readonly language: Language;
	readonly name: string;
};

export type RecipientsRepository = ReturnType<typeof createRecipientsRepository>;

export function createRecipientsRepository(cipher: Cipher) {
	return {
		find(accountId: string): Read<(Recipient & { readonly role: Role }) | null> {
			return read(
				sqlBuilder
					.select({ account: accounts, person: people })
					.from(accounts)
					.innerJoin(people, eq(people.id, accounts.personId))
					.where(eq(accounts.id, accountId)),
				async ([row]) => {
					if (!row) return null;
					const { account, person } = row;
					const profile = await openPerson(cipher, person);
					const contact = parseContact(
						await cipher.openJson(contactCell(account.id, person.id), account.contact)
					);
					return {
						personId: person.id,
						to: contact.email,
						language: account.language,
						name: fullName(profile),
						role: account.role
					};
				}
			);
		}
	};
}
