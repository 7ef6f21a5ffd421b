import {
	and,
	count,
	eq,
	gt,
	isNotNull,
	isNull,
	lt,
	ne,
	notInArray,
	or,
	sql,
	type SQL
} from 'drizzle-orm';
import { nameWordsOf } from '#lib/domain/accounts/name-words.ts';
import { fullName, parseProfile, type Profile } from '#lib/domain/accounts/profile.ts';
import { people, personNames } from '#lib/server/db/tables/people.ts';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import { joinWrites, read, write, type Write } from '#lib/server/db/client.ts';
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
export async function openPerson(
	cipher: Cipher,
	row: Omit<PersonRow, 'namesVersion'>
): Promise<Profile> {
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
	return joinWrites(
		write(
			sqlBuilder.insert(people).values({
				...{ id: person.id, ...wrapped, profile, createdAtMs: person.nowMs },
				namesVersion: cipher.currentVersion('blindIndex')
			})
		),
		...(await insertNames(cipher, person.id, person.profile))
	);
}

/** Another name for somebody whose key is known in this request. */
export async function updateProfile(
	cipher: Cipher,
	personId: string,
	profile: Profile
): Promise<Write> {
	const sealed = await cipher.sealJson(profileCell(personId), profile);
	return joinWrites(
		write(sqlBuilder.update(people).set({ profile: sealed }).where(eq(people.id, personId))),
		await renewNames(cipher, personId, profile)
	);
}

/** What a word of a name is found under. */
export const NAME_WORD = 'name-word';

/** People of one name that a search looks at. */
const PEOPLE_LOOKED_AT = 200;

/**
 * The ids of people in whose name each of these words occurs, in one of the ways it is written, as SQL
 * of a subselect. Looks at so many people at most that a page costs the same however many there are;
 * who has a common name types the whole of it.
 */
export async function peopleNamed(
	cipher: Pick<Cipher, 'blindIndexes'>,
	words: readonly (readonly string[])[]
): Promise<SQL> {
	const [first, ...others] = await Promise.all(
		words.map(async (ways) => {
			const found = await Promise.all(ways.map((way) => cipher.blindIndexes(NAME_WORD, way)));
			return sql.join(
				found.flat().map((hash) => sql`${hash}`),
				sql`, `
			);
		})
	);
	const alsoIn = others.map(
		(hashes) =>
			sql`and exists (select 1 from ${personNames} o where o.person_id = n.person_id and o.word_index in (${hashes}))`
	);
	return sql`(
		select n.person_id from ${personNames} n
		where n.word_index in (${first ?? sql`null`}) ${sql.join(alsoIn, sql` `)}
		limit ${PEOPLE_LOOKED_AT}
	)`;
}

async function insertNames(
	cipher: Cipher,
	personId: string,
	profile: Profile
): Promise<readonly Write[]> {
	const words = [...new Set(nameWordsOf(fullName(profile)).flat())];
	if (words.length === 0) return [];
	const rows = await Promise.all(
		words.map(async (word) => ({ personId, wordIndex: await cipher.blindIndex(NAME_WORD, word) }))
	);
	return [write(sqlBuilder.insert(personNames).values(rows).onConflictDoNothing())];
}

/** The words of the name as it is now, and no older ones. */
async function renewNames(cipher: Cipher, personId: string, profile: Profile): Promise<Write> {
	return joinWrites(
		write(sqlBuilder.delete(personNames).where(eq(personNames.personId, personId))),
		...(await insertNames(cipher, personId, profile)),
		write(
			sqlBuilder
				.update(people)
				.set({ namesVersion: cipher.currentVersion('blindIndex') })
				.where(eq(people.id, personId))
		)
	);
}

/** The words of people's names, made anew under the current root; also for those from before there were any. */
export function personNameRows(cipher: Cipher): VersionedRows {
	const current = cipher.currentVersion('blindIndex');
	const hasKey = ne(people.wrappedKey, new Uint8Array());
	return {
		name: 'look-up values of names',
		purpose: 'blindIndex',
		count: () =>
			read(
				sqlBuilder
					.select({ version: sql<number>`${people.namesVersion}`, rows: count() })
					.from(people)
					.where(and(hasKey, isNotNull(people.namesVersion)))
					.groupBy(people.namesVersion),
				(rows) => rows
			),
		next: (left, limit) =>
			read(
				sqlBuilder
					.select()
					.from(people)
					.where(
						and(
							or(
								isNull(people.namesVersion),
								lt(people.namesVersion, current),
								gt(people.namesVersion, current)
							),
							hasKey,
							notInArray(people.id, [...left])
						)
					)
					.limit(limit),
				(rows) =>
					Promise.all(
						rows.map((row) =>
							renewalOf(row.id, async () =>
								renewNames(cipher, row.id, await openPerson(cipher, row))
							)
						)
					)
			)
	};
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
