import { asc, eq } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import * as v from 'valibot';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import { read, write, type Read, type Write } from '#lib/server/db/client.ts';
import { openName } from '#lib/server/db/people.ts';
import { accounts } from '#lib/server/db/tables/accounts.ts';
import { claimNotes } from '#lib/server/db/tables/claim-reviews.ts';
import { claims } from '#lib/server/db/tables/claims.ts';
import { people } from '#lib/server/db/tables/people.ts';
import type { Cell, Cipher } from '#lib/server/platform/cipher.ts';

const NOTES_LIMIT = 200;

export type StoredNote = {
	readonly id: string;
	readonly claimId: string;
	readonly author: string;
	readonly text: string;
	readonly atMs: number;
};

const noteCell = (rowId: string, personId: string): Cell => ({
	...{ table: 'claim_notes', column: 'note', rowId, personId }
});
const keyHolder = alias(people, 'key_holder');
const author = alias(people, 'author');

export type NotesRepository = ReturnType<typeof createNotesRepository>;

/** Notes of staff on a claim. No access check: the service's look is the condition (Z6). */
export function createNotesRepository(cipher: Cipher) {
	const select = () =>
		sqlBuilder
			.select({ note: claimNotes, keyHolder, author })
			.from(claimNotes)
			.innerJoin(claims, eq(claims.id, claimNotes.claimId))
			.innerJoin(keyHolder, eq(keyHolder.id, claims.personId))
			.innerJoin(accounts, eq(accounts.id, claimNotes.accountId))
			.innerJoin(author, eq(author.id, accounts.personId))
			.orderBy(asc(claimNotes.atMs), asc(claimNotes.id))
			.limit(NOTES_LIMIT)
			.$dynamic();
	const open = async (row: {
		note: typeof claimNotes.$inferSelect;
		keyHolder: typeof people.$inferSelect;
		author: typeof people.$inferSelect;
	}): Promise<StoredNote> => {
		await cipher.learn(row.keyHolder.id, row.keyHolder);
		const { id, claimId, atMs } = row.note;
		const text = await cipher.openJson(noteCell(id, row.keyHolder.id), row.note.note);
		return {
			...{ id, claimId, atMs },
			author: await openName(cipher, row.author),
			text: v.parse(v.string(), text)
		};
	};
	return {
		async insert(note: {
			readonly id: string;
			readonly claimId: string;
			readonly personId: string;
			readonly accountId: string;
			readonly text: string;
			readonly atMs: number;
		}): Promise<Write> {
			const { personId, text, ...row } = note;
			const sealed = await cipher.sealJson(noteCell(note.id, personId), text);
			return write(sqlBuilder.insert(claimNotes).values({ ...row, note: sealed }));
		},

		listOfClaim: (claimId: string): Read<readonly StoredNote[]> =>
			read(select().where(eq(claimNotes.claimId, claimId)), (rows) => Promise.all(rows.map(open))),

		/** For the copy of one's data: what is noted about a person is theirs to read (Art. 15 GDPR). */
		listOfAccount: (accountId: string): Read<readonly StoredNote[]> =>
			read(select().where(eq(claims.accountId, accountId)), (rows) => Promise.all(rows.map(open)))
	};
}
