import { and, asc, eq, inArray, ne, sql } from 'drizzle-orm';
import { fullName, parseContact } from '#lib/domain/accounts/profile.ts';
import { isStaff, type StaffRole } from '#lib/domain/actor.ts';
import type { Language } from '#lib/domain/messages/mail.ts';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import { read, write, writeIfHolds, type Read, type Write } from '#lib/server/db/client.ts';
import { openPerson } from '#lib/server/db/people.ts';
import {
	accounts,
	mailTokens,
	passkeys,
	sessions,
	staffChanges
} from '#lib/server/db/tables/accounts.ts';
import { people } from '#lib/server/db/tables/people.ts';
import type { Cipher } from '#lib/server/platform/cipher.ts';
import { contactCell } from './account-cells.ts';

/** Far above the staff of an insurer's desk; a list without end would be none. */
const MAX_STAFF = 500;

/** A colleague as the list of staff shows them. */
export type StaffMember = {
	readonly id: string;
	readonly personId: string;
	readonly name: string;
	readonly email: string;
	readonly language: Language;
	readonly role: StaffRole;
	readonly status: 'pending' | 'active' | 'disabled';
	/** Last use of a passkey or start of a session that still lives; null before the first. */
	readonly lastSignInAtMs: number | null;
};

const CHANGED = { kind: 'conflict', code: 'staff/changed-meanwhile' } as const;

type AccountStatus = StaffMember['status'];

export type StaffRepository = ReturnType<typeof createStaffRepository>;

export function createStaffRepository(cipher: Cipher) {
	const columns = {
		account: {
			id: accounts.id,
			contact: accounts.contact,
			language: accounts.language,
			role: accounts.role,
			status: accounts.status
		},
		person: people,
		lastSignInAtMs: sql<number | null>`max(
			coalesce((select max(p.last_used_at_ms) from ${passkeys} p where p.account_id = "accounts"."id"), 0),
			coalesce((select max(s.created_at_ms) from ${sessions} s where s.account_id = "accounts"."id"), 0))`
	};
	type Row = {
		readonly account: Pick<
			typeof accounts.$inferSelect,
			'id' | 'contact' | 'language' | 'role' | 'status'
		>;
		readonly person: typeof people.$inferSelect;
		readonly lastSignInAtMs: number | null;
	};

	async function open({ account, person, lastSignInAtMs }: Row): Promise<StaffMember> {
		const profile = await openPerson(cipher, person);
		const contact = await cipher.openJson(contactCell(account.id, person.id), account.contact);
		if (!isStaff(account.role)) throw new Error('an account of a customer is not of the staff');
		return {
			id: account.id,
			personId: person.id,
			name: fullName(profile),
			email: parseContact(contact).email,
			language: account.language,
			role: account.role,
			status: account.status,
			lastSignInAtMs: lastSignInAtMs || null
		};
	}

	const ofStaff = (accountId: string) =>
		and(eq(accounts.id, accountId), ne(accounts.role, 'customer'));
	const select = () =>
		sqlBuilder.select(columns).from(accounts).innerJoin(people, eq(people.id, accounts.personId));

	return {
		/** Every account of the staff, by role and age. */
		list(): Read<readonly StaffMember[]> {
			return read(
				select()
					.where(ne(accounts.role, 'customer'))
					.orderBy(asc(accounts.role), asc(accounts.createdAtMs))
					.limit(MAX_STAFF),
				(rows) => Promise.all(rows.map(open))
			);
		},

		find(accountId: string): Read<StaffMember | null> {
			return read(select().where(ofStaff(accountId)), async ([row]) => (row ? open(row) : null));
		},

		/** Whom a change that waits is about. */
		findOfChange(changeId: string): Read<StaffMember | null> {
			const subject = sqlBuilder
				.select({ id: staffChanges.accountId })
				.from(staffChanges)
				.where(eq(staffChanges.id, changeId));
			return read(
				select().where(and(inArray(accounts.id, subject), ne(accounts.role, 'customer'))),
				async ([row]) => (row ? open(row) : null)
			);
		},

		setRole(accountId: string, role: StaffRole): Write {
			return writeIfHolds(
				sqlBuilder
					.update(accounts)
					.set({ role })
					.where(and(ofStaff(accountId), ne(accounts.status, 'disabled'))),
				CHANGED
			);
		},

		setStatus(accountId: string, from: readonly AccountStatus[], status: AccountStatus): Write {
			return writeIfHolds(
				sqlBuilder
					.update(accounts)
					.set({ status })
					.where(and(ofStaff(accountId), inArray(accounts.status, [...from]))),
				CHANGED
			);
		},

		/** An invitation that came to nothing leaves no account behind. */
		deletePending(accountId: string): Write {
			return writeIfHolds(
				sqlBuilder.delete(accounts).where(and(ofStaff(accountId), eq(accounts.status, 'pending'))),
				CHANGED
			);
		},

		/** Everything that could open the account again without a new invitation. */
		deleteProofs(accountId: string): Write {
			const ofAccount = [
				write(sqlBuilder.delete(passkeys).where(eq(passkeys.accountId, accountId))),
				write(sqlBuilder.delete(mailTokens).where(eq(mailTokens.accountId, accountId)))
			];
			return { statements: ofAccount.flatMap((one) => one.statements) };
		}
	};
}
