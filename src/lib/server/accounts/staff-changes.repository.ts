/** What gives a member of staff rights, and waits for a second person (decision 0032). */
import { and, asc, eq, ne } from 'drizzle-orm';
import { isStaff, type StaffRole } from '#lib/domain/actor.ts';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import {
	read,
	requireFound,
	write,
	writeIfHolds,
	type Read,
	type Write
} from '#lib/server/db/client.ts';
import { accounts, staffChanges, type StaffChangeKind } from '#lib/server/db/tables/accounts.ts';
import type { StaffMember } from './staff.repository.ts';

/** More waits nowhere: there is one change an account, and no more accounts are listed. */
const MAX_WAITING = 500;

export type StaffChange = {
	readonly id: string;
	readonly accountId: string;
	readonly kind: StaffChangeKind;
	readonly role: StaffRole;
	/** Null for the operator's command. */
	readonly askedBy: string | null;
	readonly askedAtMs: number;
};

const CHANGED = { kind: 'conflict', code: 'staff/changed-meanwhile' } as const;
const WAITING = { kind: 'conflict', code: 'staff/change-waiting' } as const;

export const staffChangesRepository = {
	listWaiting(): Read<readonly StaffChange[]> {
		return read(
			sqlBuilder
				.select()
				.from(staffChanges)
				.where(eq(staffChanges.state, 'waiting'))
				.orderBy(asc(staffChanges.askedAtMs))
				.limit(MAX_WAITING),
			(rows) => rows.flatMap(viewChange)
		);
	},

	findWaiting(changeId: string): Read<StaffChange | null> {
		return read(
			sqlBuilder
				.select()
				.from(staffChanges)
				.where(and(eq(staffChanges.id, changeId), eq(staffChanges.state, 'waiting'))),
			(rows) => rows.flatMap(viewChange)[0] ?? null
		);
	},

	/** Writes down what is asked for, while the account is still as the asker saw it. */
	ask(change: StaffChange, seen: Pick<StaffMember, 'status'>): Write {
		const isAsSeen = sqlBuilder
			.select({ id: accounts.id })
			.from(accounts)
			.where(
				and(
					eq(accounts.id, change.accountId),
					ne(accounts.role, 'customer'),
					eq(accounts.status, seen.status)
				)
			);
		const asked = write(
			sqlBuilder.insert(staffChanges).values({ ...change, state: 'waiting' }),
			WAITING
		);
		return { statements: [...requireFound(isAsSeen, CHANGED).statements, ...asked.statements] };
	},

	/** The operator's command needs no second person: it is the way in for the first ones. */
	insertApproved(change: StaffChange): Write {
		return write(
			sqlBuilder
				.insert(staffChanges)
				.values({ ...change, state: 'approved', closedAtMs: change.askedAtMs })
		);
	},

	/** The second person's word. The condition refuses whoever asked or is meant, and a second time. */
	approve(changeId: string, approvedBy: string, nowMs: number): Write {
		return writeIfHolds(
			sqlBuilder
				.update(staffChanges)
				.set({ state: 'approved', approvedBy, closedAtMs: nowMs })
				.where(
					and(
						eq(staffChanges.id, changeId),
						eq(staffChanges.state, 'waiting'),
						ne(staffChanges.askedBy, approvedBy),
						ne(staffChanges.accountId, approvedBy)
					)
				),
			CHANGED
		);
	},

	refuse(changeId: string, nowMs: number): Write {
		return writeIfHolds(
			sqlBuilder
				.update(staffChanges)
				.set({ state: 'refused', closedAtMs: nowMs })
				.where(and(eq(staffChanges.id, changeId), eq(staffChanges.state, 'waiting'))),
			CHANGED
		);
	},

	/** Nothing that was asked for an account survives its being switched off. */
	refuseAll(accountId: string, nowMs: number): Write {
		return write(
			sqlBuilder
				.update(staffChanges)
				.set({ state: 'refused', closedAtMs: nowMs })
				.where(and(eq(staffChanges.accountId, accountId), eq(staffChanges.state, 'waiting')))
		);
	}
};

function viewChange(row: typeof staffChanges.$inferSelect): readonly StaffChange[] {
	const { id, accountId, kind, role, askedBy, askedAtMs } = row;
	return isStaff(role) ? [{ id, accountId, kind, role, askedBy, askedAtMs }] : [];
}
