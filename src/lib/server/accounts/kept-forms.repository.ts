import { and, count, eq, gt, inArray, lt } from 'drizzle-orm';
import * as v from 'valibot';
import { HOUR_MS } from '#lib/domain/calendar.ts';
import type { KeptForm } from '#lib/domain/accounts/kept-form.ts';
import { KEPT_FORM_LIFETIME_MS, MAX_KEPT_FORMS } from '#lib/domain/accounts/kept-form.ts';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import { read, requireFound, write, type Read, type Write } from '#lib/server/db/client.ts';
import { accounts, keptForms, sessions } from '#lib/server/db/tables/accounts.ts';
import { people } from '#lib/server/db/tables/people.ts';
import type { Cipher } from '#lib/server/platform/cipher.ts';
import { keptFormCell } from './account-cells.ts';

const TOO_MANY = { kind: 'rate-limited', code: 'portal/forbidden' } as const;

/** After the absolute end of a session what stands in its forms is still taken for so long. */
const LATE_MS = HOUR_MS;

const valuesSchema = v.record(v.string(), v.string());

export type KeptOwner = { readonly accountId: string; readonly personId: string };

/** What somebody had typed when their session ended, sealed under their own key. */
export function createKeptFormsRepository(cipher: Cipher) {
	return {
		/**
		 * Whose session this is or was, also after its idle end and shortly after its absolute one. Null
		 * when it was ended on purpose (sign-out, "end all"), and later: a computer found with last
		 * week's page on it must not put words into its owner's forms.
		 */
		findOwner(sessionId: string, nowMs: number): Read<KeptOwner | null> {
			return read(
				sqlBuilder
					.select({ accountId: accounts.id, people })
					.from(sessions)
					.innerJoin(accounts, eq(accounts.id, sessions.accountId))
					.innerJoin(people, eq(people.id, accounts.personId))
					.where(
						and(
							eq(sessions.id, sessionId),
							eq(accounts.status, 'active'),
							gt(sessions.expiresAtMs, nowMs - LATE_MS)
						)
					),
				async ([row]) => {
					if (!row) return null;
					await cipher.learn(row.people.id, row.people);
					return { accountId: row.accountId, personId: row.people.id };
				}
			);
		},

		async keep(
			owner: KeptOwner,
			path: string,
			values: Readonly<Record<string, string>>,
			nowMs: number
		): Promise<Write> {
			const sealed = await cipher.sealJson(
				keptFormCell(owner.accountId, owner.personId, path),
				values
			);
			const kept = { values: sealed, keptAtMs: nowMs, expiresAtMs: nowMs + KEPT_FORM_LIFETIME_MS };
			const expired = and(
				eq(keptForms.accountId, owner.accountId),
				lt(keptForms.expiresAtMs, nowMs)
			);
			const ownForms = sqlBuilder
				.select({ forms: count() })
				.from(keptForms)
				.where(eq(keptForms.accountId, owner.accountId))
				.having(({ forms }) => lt(forms, MAX_KEPT_FORMS + 1));
			return {
				statements: [
					...write(sqlBuilder.delete(keptForms).where(expired)).statements,
					...write(
						sqlBuilder
							.insert(keptForms)
							.values({ accountId: owner.accountId, path, ...kept })
							.onConflictDoUpdate({ target: [keptForms.accountId, keptForms.path], set: kept })
					).statements,
					...requireFound(ownForms, TOO_MANY).statements
				]
			};
		},

		/** What waits for this page, in the batch that finds the session: it costs no round trip. */
		find(sessionId: string, path: string, nowMs: number): Read<KeptForm | null> {
			return read(
				sqlBuilder
					.select({ keptForms, people })
					.from(keptForms)
					.innerJoin(accounts, eq(accounts.id, keptForms.accountId))
					.innerJoin(people, eq(people.id, accounts.personId))
					.where(
						and(
							inArray(
								keptForms.accountId,
								sqlBuilder
									.select({ accountId: sessions.accountId })
									.from(sessions)
									.where(eq(sessions.id, sessionId))
							),
							eq(keptForms.path, path),
							gt(keptForms.expiresAtMs, nowMs)
						)
					),
				async ([row]) => {
					if (!row) return null;
					await cipher.learn(row.people.id, row.people);
					const place = keptFormCell(row.keptForms.accountId, row.people.id, path);
					const values = v.parse(valuesSchema, await cipher.openJson(place, row.keptForms.values));
					return { values };
				}
			);
		},

		/** Text that waited a day for its owner waits no longer. */
		purge(nowMs: number): Write {
			return write(sqlBuilder.delete(keptForms).where(lt(keptForms.expiresAtMs, nowMs)));
		},

		forget(accountId: string, path: string): Write {
			return write(
				sqlBuilder
					.delete(keptForms)
					.where(and(eq(keptForms.accountId, accountId), eq(keptForms.path, path)))
			);
		}
	};
}
