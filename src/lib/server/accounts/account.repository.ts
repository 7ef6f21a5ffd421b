import { decodeHex, encodeHexLowerCase } from '@oslojs/encoding';
import { and, asc, count, desc, eq, gt, isNull, ne } from 'drizzle-orm';
import { CUSTOMER_IDLE_MS } from '#lib/domain/accounts/lifetimes.ts';
import { fullName, parseContact, type Contact } from '#lib/domain/accounts/profile.ts';
import { normaliseEmail } from '#lib/domain/accounts/registration.schema.ts';
import type { Actor } from '#lib/domain/actor.ts';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import {
	joinWrites,
	read,
	write,
	writeIfHolds,
	type Read,
	type Unmet,
	type Write
} from '#lib/server/db/client.ts';
import { openPerson } from '#lib/server/db/people.ts';
import {
	accounts,
	knownDevices,
	recoveryCodes,
	securityAnswers,
	sessions
} from '#lib/server/db/tables/accounts.ts';
import { people } from '#lib/server/db/tables/people.ts';
import type { Cipher } from '#lib/server/platform/cipher.ts';
import { contactCell, totpCell } from './account-cells.ts';
import { openSessionOrigin, type SessionOrigin } from './session-origin.ts';
import { revokeVaultDeviceOf, revokeVaultsOnDevice } from './vault-devices.repository.ts';

const LISTED = 50;

type Owner = Pick<Actor, 'accountId' | 'personId'>;

/** What an account holds, for its owner's page. */
export type Holdings = {
	readonly contact: Contact;
	/** As sealed in the row: a write that names it changes nothing that changed meanwhile. */
	readonly sealedContact: Uint8Array;
	readonly name: string;
};

export type SessionRow = {
	readonly id: string;
	readonly createdAtMs: number;
	readonly lastSeenAtMs: number;
	readonly origin: SessionOrigin | null;
};

export type DeviceRow = {
	/** Hash of the device's token in hex: names it in a form, opens nothing. */
	readonly id: string;
	readonly label: string;
	readonly lastUsedAtMs: number;
};

export type AccountRepository = ReturnType<typeof createAccountRepository>;

/** What an owner sees and changes of their own account. Each write is for the batch of a proven act. */
export function createAccountRepository(cipher: Cipher) {
	return {
		findHoldings(accountId: string): Read<Holdings | null> {
			return read(
				sqlBuilder
					.select()
					.from(accounts)
					.innerJoin(people, eq(people.id, accounts.personId))
					.where(eq(accounts.id, accountId)),
				async ([row]) => {
					if (!row) return null;
					const { accounts: account, people: person } = row;
					const name = fullName(await openPerson(cipher, person));
					const contact = await cipher.openJson(
						contactCell(account.id, person.id),
						account.contact
					);
					return {
						name,
						contact: parseContact(contact),
						sealedContact: account.contact
					};
				}
			);
		},

		countUnusedCodes(accountId: string): Read<number> {
			return read(
				sqlBuilder
					.select({ left: count() })
					.from(recoveryCodes)
					.where(and(eq(recoveryCodes.accountId, accountId), isNull(recoveryCodes.usedAtMs))),
				([row]) => row?.left ?? 0
			);
		},

		/** Sessions that still open something, the one used last first. */
		listSessions(owner: Owner, nowMs: number): Read<readonly SessionRow[]> {
			return read(
				sqlBuilder
					.select()
					.from(sessions)
					.where(
						and(
							eq(sessions.accountId, owner.accountId),
							gt(sessions.expiresAtMs, nowMs),
							gt(sessions.lastSeenAtMs, nowMs - CUSTOMER_IDLE_MS)
						)
					)
					.orderBy(desc(sessions.lastSeenAtMs), asc(sessions.id))
					.limit(LISTED),
				(rows) =>
					Promise.all(
						rows.map(async ({ id, createdAtMs, lastSeenAtMs, origin }) => ({
							id,
							createdAtMs,
							lastSeenAtMs,
							origin: origin ? await openSessionOrigin(cipher, owner.personId, origin) : null
						}))
					)
			);
		},

		listDevices(accountId: string, nowMs: number): Read<readonly DeviceRow[]> {
			return read(
				sqlBuilder
					.select()
					.from(knownDevices)
					.where(and(eq(knownDevices.accountId, accountId), gt(knownDevices.expiresAtMs, nowMs)))
					.orderBy(desc(knownDevices.lastUsedAtMs), asc(knownDevices.tokenHash))
					.limit(LISTED),
				(rows) =>
					rows.map(({ tokenHash, label, lastUsedAtMs }) => ({
						id: encodeHexLowerCase(tokenHash),
						label,
						lastUsedAtMs
					}))
			);
		},

		/** A new password of the owner's choice is what "this was not me" waits for. */
		setPassword(accountId: string, passwordHash: string): Write {
			return write(
				sqlBuilder
					.update(accounts)
					.set({ passwordHash, passwordFailures: 0, mustChangePassword: false })
					.where(eq(accounts.id, accountId))
			);
		},

		/** `unmet` also when the address belongs to another account by now. */
		async setContact(
			owner: Owner,
			held: Pick<Holdings, 'sealedContact'>,
			contact: Contact,
			nowMs: number,
			unmet: Unmet
		): Promise<Write> {
			return writeIfHolds(
				sqlBuilder
					.update(accounts)
					.set({
						contact: await cipher.sealJson(contactCell(owner.accountId, owner.personId), contact),
						emailIndex: await cipher.blindIndex('email', normaliseEmail(contact.email)),
						contactChangedAtMs: nowMs
					})
					.where(and(eq(accounts.id, owner.accountId), eq(accounts.contact, held.sealedContact))),
				unmet
			);
		},

		deleteAnswers(accountId: string): Write {
			return write(
				sqlBuilder.delete(securityAnswers).where(eq(securityAnswers.accountId, accountId))
			);
		},

		/** The old secret is gone with the same statement: no moment has two, none has none. */
		async replaceTotp(
			accountId: string,
			totp: { readonly secret: Uint8Array; readonly step: number }
		): Promise<Write> {
			return write(
				sqlBuilder
					.update(accounts)
					.set({
						totpSecret: await cipher.sealTotpSecret(totpCell(accountId), totp.secret),
						totpLastStep: totp.step,
						totpFailures: 0
					})
					.where(eq(accounts.id, accountId))
			);
		},

		deleteCodes(accountId: string): Write {
			return write(sqlBuilder.delete(recoveryCodes).where(eq(recoveryCodes.accountId, accountId)));
		},

		/** Ends one session of the owner, never the one that asks. */
		endSession(owner: Owner & { readonly sessionId: string }, id: string, unmet: Unmet): Write {
			return joinWrites(
				revokeVaultDeviceOf(owner.accountId, id),
				writeIfHolds(
					sqlBuilder
						.delete(sessions)
						.where(
							and(
								eq(sessions.id, id),
								eq(sessions.accountId, owner.accountId),
								ne(sessions.id, owner.sessionId)
							)
						),
					unmet
				)
			);
		},

		/** A forgotten device is a stranger again, and the sessions opened with it end. */
		forgetDevice(owner: Owner & { readonly sessionId: string }, id: string, unmet: Unmet): Write {
			const deviceHash = new Uint8Array(decodeHex(id));
			const forget = writeIfHolds(
				sqlBuilder
					.delete(knownDevices)
					.where(
						and(eq(knownDevices.tokenHash, deviceHash), eq(knownDevices.accountId, owner.accountId))
					),
				unmet
			);
			const end = write(
				sqlBuilder
					.delete(sessions)
					.where(
						and(
							eq(sessions.deviceHash, deviceHash),
							eq(sessions.accountId, owner.accountId),
							ne(sessions.id, owner.sessionId)
						)
					)
			);
			return joinWrites(revokeVaultsOnDevice(owner.accountId, deviceHash), forget, end);
		}
	};
}
