import { fullName, parseProfile, type Profile } from '#lib/domain/accounts/profile.ts';
import { people } from '#lib/server/db/tables/people.ts';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import { write, type Write } from '#lib/server/db/client.ts';
import type { Cell, Cipher } from '#lib/server/platform/cipher.ts';

export type PersonRow = typeof people.$inferSelect;

const profileCell = (personId: string): Cell => ({
	table: 'people',
	column: 'profile',
	rowId: personId,
	personId
});

/** Learns the person's key for this request and opens their profile. */
export async function openPerson(cipher: Cipher, row: PersonRow): Promise<Profile> {
	await cipher.learn(row.id, row);
	return parseProfile(await cipher.openJson(profileCell(row.id), row.profile));
}

export async function openName(cipher: Cipher, row: PersonRow): Promise<string> {
	return fullName(await openPerson(cipher, row));
}

/** A new person with a data key of their own. */
export async function insertPerson(
	cipher: Cipher,
	person: { readonly id: string; readonly profile: Profile; readonly nowMs: number }
): Promise<Write> {
	const wrapped = await cipher.createPerson(person.id);
	const profile = await cipher.sealJson(profileCell(person.id), person.profile);
	return write(
		sqlBuilder
			.insert(people)
			.values({ id: person.id, ...wrapped, profile, createdAtMs: person.nowMs })
	);
}
