// What the accounts room holds of a person, for the copy of their data. Hashes and secrets stay here.
import { asc, count, eq, isNull, sql } from 'drizzle-orm';
import { parseContact } from '#lib/domain/accounts/profile.ts';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import { read } from '#lib/server/db/client.ts';
import { openPerson } from '#lib/server/db/people.ts';
import { isoTime, type PersonalSection } from '#lib/server/db/personal-section.ts';
import {
	accounts,
	keptForms,
	knownDevices,
	mailTokens,
	passkeys,
	recoveryCases,
	recoveryCodes,
	securityAnswers,
	sessions,
	shownNotices,
	vaultEscrows
} from '#lib/server/db/tables/accounts.ts';
import { people } from '#lib/server/db/tables/people.ts';
import type { Cipher } from '#lib/server/platform/cipher.ts';
import { answerCell, contactCell, keptFormCell } from './account-cells.ts';
import { openSessionOrigin } from './session-origin.ts';

export function accountSections(cipher: Cipher): readonly PersonalSection[] {
	return [
		...ownerSections(cipher),
		...proofSections(cipher),
		...deviceSections(cipher),
		...noticeSections(cipher)
	];
}

function ownerSections(cipher: Cipher): readonly PersonalSection[] {
	return [
		{
			name: 'person',
			read: ({ personId }) =>
				read(sqlBuilder.select().from(people).where(eq(people.id, personId)), async ([row]) =>
					row ? { ...(await openPerson(cipher, row)), since: isoTime(row.createdAtMs) } : null
				)
		},
		{
			name: 'account',
			read: ({ accountId, personId }) =>
				read(
					sqlBuilder.select().from(accounts).where(eq(accounts.id, accountId)),
					async ([row]) => {
						if (!row) return null;
						const contact = await cipher.openJson(contactCell(accountId, personId), row.contact);
						return {
							...parseContact(contact),
							language: row.language,
							role: row.role,
							status: row.status,
							createdAt: isoTime(row.createdAtMs),
							activatedAt: isoTime(row.activatedAtMs),
							contactChangedAt: isoTime(row.contactChangedAtMs),
							recoveredAt: isoTime(row.recoveredAtMs),
							lastUsedAt: isoTime(row.lastUsedAtMs),
							idleNoticeAt: isoTime(row.idleNoticeAtMs),
							deletionDueAt: isoTime(row.deletionDueAtMs)
						};
					}
				)
		}
	];
}

function proofSections(cipher: Cipher): readonly PersonalSection[] {
	return [
		{
			name: 'securityQuestions',
			read: ({ accountId, personId }) =>
				read(
					sqlBuilder
						.select()
						.from(securityAnswers)
						.where(eq(securityAnswers.accountId, accountId))
						.orderBy(asc(securityAnswers.slot)),
					// Of the answer there is only a hash: nobody here can read it.
					(rows) =>
						Promise.all(
							rows.map(async ({ slot, question }) => ({
								question: await cipher.openJson(answerCell({ accountId, personId }, slot), question)
							}))
						)
				)
		},
		{
			name: 'recoveryCodes',
			read: ({ accountId }) =>
				read(
					sqlBuilder
						.select({
							made: count(),
							unused: sql<number>`coalesce(sum(${isNull(recoveryCodes.usedAtMs)}), 0)`
						})
						.from(recoveryCodes)
						.where(eq(recoveryCodes.accountId, accountId)),
					([row]) => row ?? null
				)
		},
		{
			name: 'mailLinks',
			read: ({ accountId }) =>
				read(
					sqlBuilder.select().from(mailTokens).where(eq(mailTokens.accountId, accountId)),
					(rows) =>
						rows.map((row) => ({
							purpose: row.purpose,
							expiresAt: isoTime(row.expiresAtMs),
							usedAt: isoTime(row.usedAtMs)
						}))
				)
		},
		{
			name: 'passkeys',
			read: ({ accountId }) =>
				read(sqlBuilder.select().from(passkeys).where(eq(passkeys.accountId, accountId)), (rows) =>
					rows.map((row) => ({
						label: row.label,
						isBackedUp: row.isBackedUp,
						createdAt: isoTime(row.createdAtMs),
						lastUsedAt: isoTime(row.lastUsedAtMs)
					}))
				)
		},
		{
			name: 'recoveryCases',
			read: ({ accountId }) =>
				read(
					sqlBuilder.select().from(recoveryCases).where(eq(recoveryCases.accountId, accountId)),
					(rows) =>
						rows.map((row) => ({
							state: row.state,
							openedAt: isoTime(row.openedAtMs),
							readyAt: isoTime(row.readyAtMs),
							closedAt: isoTime(row.closedAtMs)
						}))
				)
		}
	];
}

function deviceSections(cipher: Cipher): readonly PersonalSection[] {
	return [
		{
			name: 'sessions',
			read: ({ accountId, personId }) =>
				read(sqlBuilder.select().from(sessions).where(eq(sessions.accountId, accountId)), (rows) =>
					Promise.all(
						rows.map(async (row) => ({
							openedAt: isoTime(row.createdAtMs),
							lastSeenAt: isoTime(row.lastSeenAtMs),
							endsAt: isoTime(row.expiresAtMs),
							openedBy: row.openedBy,
							origin: row.origin ? await openSessionOrigin(cipher, personId, row.origin) : null
						}))
					)
				)
		},
		{
			name: 'devices',
			read: ({ accountId }) =>
				read(
					sqlBuilder.select().from(knownDevices).where(eq(knownDevices.accountId, accountId)),
					(rows) =>
						rows.map((row) => ({
							label: row.label,
							knownSince: isoTime(row.createdAtMs),
							lastUsedAt: isoTime(row.lastUsedAtMs),
							forgottenAfter: isoTime(row.expiresAtMs)
						}))
				)
		},
		{
			name: 'offlineDrafts',
			read: ({ accountId }) =>
				read(
					sqlBuilder.select().from(vaultEscrows).where(eq(vaultEscrows.accountId, accountId)),
					([row]) => (row ? { keyKeptSince: isoTime(row.createdAtMs) } : null)
				)
		}
	];
}

function noticeSections(cipher: Cipher): readonly PersonalSection[] {
	return [
		{
			name: 'keptForms',
			read: ({ accountId, personId }) =>
				read(
					sqlBuilder.select().from(keptForms).where(eq(keptForms.accountId, accountId)),
					(rows) =>
						Promise.all(
							rows.map(async (row) => ({
								page: row.path,
								keptAt: isoTime(row.keptAtMs),
								values: await cipher.openJson(
									keptFormCell(accountId, personId, row.path),
									row.values
								)
							}))
						)
				)
		},
		{
			name: 'shownNotices',
			read: ({ accountId }) =>
				read(
					sqlBuilder.select().from(shownNotices).where(eq(shownNotices.accountId, accountId)),
					(rows) =>
						rows.map(({ notice, version, language, shownAtMs }) => ({
							...{ notice, version, language },
							shownAt: isoTime(shownAtMs)
						}))
				)
		}
	];
}
