// What the accounts room keeps under versioned root keys, for the job that moves it after a rotation.
import { and, count, eq, gt, isNotNull, isNull, notExists, notInArray, sql } from 'drizzle-orm';
import { parseContact } from '#lib/domain/accounts/profile.ts';
import { normaliseEmail } from '#lib/domain/accounts/registration.schema.ts';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import { read, write } from '#lib/server/db/client.ts';
import { openPerson } from '#lib/server/db/people.ts';
import {
	accounts,
	enrolments,
	mailTokens,
	securityAnswers
} from '#lib/server/db/tables/accounts.ts';
import { people } from '#lib/server/db/tables/people.ts';
import {
	countByVersion,
	isNotUnder,
	renewalOf,
	type VersionedRows
} from '#lib/server/db/versioned-rows.ts';
import type { Cipher } from '#lib/server/platform/cipher.ts';
import { contactCell, totpCell } from './account-cells.ts';

/** All of them; `nowMs` because a secret that waits for its first code matters only until it ends. */
export function accountKeyRows(cipher: Cipher, nowMs: number): readonly VersionedRows[] {
	return [totpRows(cipher), enrolmentRows(cipher, nowMs), emailIndexRows(cipher), ...pepperRows()];
}

function totpRows(cipher: Cipher): VersionedRows {
	const current = cipher.currentVersion('totp');
	return {
		name: 'authenticator secrets',
		purpose: 'totp',
		count: () => countByVersion(accounts, accounts.totpSecret, isNotNull(accounts.totpSecret)),
		next: (left, limit) =>
			read(
				sqlBuilder
					.select({ id: accounts.id, sealed: accounts.totpSecret })
					.from(accounts)
					.where(
						and(
							isNotNull(accounts.totpSecret),
							isNotUnder(current, accounts.totpSecret),
							notInArray(accounts.id, [...left])
						)
					)
					.limit(limit),
				(rows) =>
					Promise.all(
						rows.map(({ id, sealed }) =>
							renewalOf(id, async () => {
								const old = sealed ?? new Uint8Array();
								const totpSecret = await cipher.resealTotpSecret(totpCell(id), old);
								return write(
									sqlBuilder
										.update(accounts)
										.set({ totpSecret })
										.where(and(eq(accounts.id, id), eq(accounts.totpSecret, old)))
								);
							})
						)
					)
			)
	};
}

function enrolmentRows(cipher: Cipher, nowMs: number): VersionedRows {
	const current = cipher.currentVersion('totp');
	const isOpen = and(isNull(enrolments.usedAtMs), gt(enrolments.expiresAtMs, nowMs));
	const id = sql<string>`hex(${enrolments.tokenHash})`;
	return {
		name: 'authenticator secrets being set up',
		purpose: 'totp',
		count: () => countByVersion(enrolments, enrolments.totpSecret, isOpen),
		next: (left, limit) =>
			read(
				sqlBuilder
					.select({ id, row: enrolments })
					.from(enrolments)
					.where(and(isOpen, isNotUnder(current, enrolments.totpSecret), notInArray(id, [...left])))
					.limit(limit),
				(rows) =>
					Promise.all(
						rows.map(({ id: rowId, row }) =>
							renewalOf(rowId, async () => {
								const cell = totpCell(row.accountId);
								const totpSecret = await cipher.resealTotpSecret(cell, row.totpSecret);
								return write(
									sqlBuilder
										.update(enrolments)
										.set({ totpSecret })
										.where(
											and(
												eq(enrolments.tokenHash, row.tokenHash),
												eq(enrolments.totpSecret, row.totpSecret)
											)
										)
								);
							})
						)
					)
			)
	};
}

function emailIndexRows(cipher: Cipher): VersionedRows {
	const current = cipher.currentVersion('blindIndex');
	return {
		name: 'look-up values of e-mail addresses',
		purpose: 'blindIndex',
		count: () => countByVersion(accounts, accounts.emailIndex, isNull(accounts.erasedAtMs)),
		next: (left, limit) =>
			read(
				sqlBuilder
					.select({ account: accounts, person: people })
					.from(accounts)
					.innerJoin(people, eq(people.id, accounts.personId))
					.where(
						and(
							isNotUnder(current, accounts.emailIndex),
							// An erased account has no address: its value is random and finds nobody.
							isNull(accounts.erasedAtMs),
							notInArray(accounts.id, [...left])
						)
					)
					.limit(limit),
				(rows) =>
					Promise.all(
						rows.map(({ account, person }) =>
							renewalOf(account.id, async () => {
								await openPerson(cipher, person);
								const cell = contactCell(account.id, person.id);
								const contact = parseContact(await cipher.openJson(cell, account.contact));
								const fresh = await cipher.blindIndex('email', normaliseEmail(contact.email));
								return movedEmailIndex(account.id, account.emailIndex, fresh);
							})
						)
					)
			)
	};
}

/** The account and the mails on their way to the address; a twin that took the new value stays as it is. */
function movedEmailIndex(accountId: string, old: Uint8Array, fresh: Uint8Array) {
	const twin = sqlBuilder
		.select({ found: sql`1` })
		.from(sql`accounts as twin`)
		.where(sql`twin.email_index = ${fresh}`);
	const moved = write(
		sqlBuilder
			.update(accounts)
			.set({ emailIndex: fresh })
			.where(and(eq(accounts.id, accountId), eq(accounts.emailIndex, old), notExists(twin)))
	);
	const followed = write(
		sqlBuilder
			.update(mailTokens)
			.set({ emailIndex: fresh })
			.where(and(eq(mailTokens.accountId, accountId), eq(mailTokens.emailIndex, old)))
	);
	return { statements: [...moved.statements, ...followed.statements] };
}

/** Only the person knows their password: it moves at their next sign-in, an answer when it is set anew. */
function pepperRows(): readonly VersionedRows[] {
	const version = (column: typeof accounts.passwordHash | typeof securityAnswers.answerHash) =>
		sql<number>`cast(substr(${column}, instr(${column}, 'pepper=') + 7) as integer)`;
	return [
		{
			name: 'passwords (move at the next sign-in)',
			purpose: 'pepper',
			count: () =>
				read(
					sqlBuilder
						.select({ version: version(accounts.passwordHash), rows: count() })
						.from(accounts)
						.where(sql`instr(${accounts.passwordHash}, 'pepper=') > 0`)
						.groupBy(version(accounts.passwordHash)),
					(rows) => rows
				),
			next: null
		},
		{
			name: 'security answers (move when they are set anew)',
			purpose: 'pepper',
			count: () =>
				read(
					sqlBuilder
						.select({ version: version(securityAnswers.answerHash), rows: count() })
						.from(securityAnswers)
						.where(sql`instr(${securityAnswers.answerHash}, 'pepper=') > 0`)
						.groupBy(version(securityAnswers.answerHash)),
					(rows) => rows
				),
			next: null
		}
	];
}
