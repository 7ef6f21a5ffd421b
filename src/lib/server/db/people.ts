import { and, count, eq, gt, lt, ne, notInArray, or } from 'drizzle-orm';
import { fullName, parseProfile, type Profile } from '#lib/domain/accounts/profile.ts';
import { people } from '#lib/server/db/tables/people.ts';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import { read, write, type Write } from '#lib/server/db/client.ts';
import { renewalOf, type VersionedRows } from '#lib/server/db/versioned-rows.ts';
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

/** Another name for somebody whose key is known in this request. */
export async function updateProfile(
	cipher: Cipher,
	personId: string,
	profile: Profile
): Promise<Write> {
	const sealed = await cipher.sealJson(profileCell(personId), profile);
	return write(sqlBuilder.update(people).set({ profile: sealed }).where(eq(people.id, personId)));
}

/** The data keys of all people, each wrapped under a version of the data root. */
export function personKeyRows(cipher: Cipher): VersionedRows {
	const current = cipher.currentVersion('data');
	// Erasure leaves an empty key behind: nothing to move, and nothing that needs a root.
	const hasKey = ne(people.wrappedKey, new Uint8Array());
	return {
		name: 'data keys of people',
		purpose: 'data',
		count: () =>
			read(
				sqlBuilder
					.select({ version: people.rootVersion, rows: count() })
					.from(people)
					.where(hasKey)
					.groupBy(people.rootVersion),
				(rows) => rows
			),
		next: (left, limit) =>
			read(
				sqlBuilder
					.select({
						id: people.id,
						wrappedKey: people.wrappedKey,
						rootVersion: people.rootVersion
					})
					.from(people)
					.where(
						and(
							or(lt(people.rootVersion, current), gt(people.rootVersion, current)),
							hasKey,
							notInArray(people.id, [...left])
						)
					)
					.limit(limit),
				(rows) =>
					Promise.all(
						rows.map((row) =>
							renewalOf(row.id, async () =>
								write(
									sqlBuilder
										.update(people)
										.set(await cipher.rewrap(row))
										.where(and(eq(people.id, row.id), eq(people.wrappedKey, row.wrappedKey)))
								)
							)
						)
					)
			)
	};
}
