import type { Invitation } from '#lib/domain/accounts/staff.schema.ts';
import { requirePermission, type Actor, type StaffRole } from '#lib/domain/actor.ts';
import type { Mail } from '#lib/domain/messages/mail.ts';
import { failed, NOT_FOUND, ok, type Result } from '#lib/domain/result.ts';
import type { AuditNote } from '#lib/server/audit/audit.service.ts';
import type { Database, Write } from '#lib/server/db/client.ts';
import type { Cipher } from '#lib/server/platform/cipher.ts';
import type { Clock } from '#lib/server/platform/clock.ts';
import type { Ids } from '#lib/server/platform/ids.ts';
import type { Passwords } from '#lib/server/platform/passwords.ts';
import { endSessionsOf } from './open-doors.ts';
import { invitationWrites, newStaffAccount } from './staff-account.ts';
import { staffChangesRepository, type StaffChange } from './staff-changes.repository.ts';
import { createStaffRepository, type StaffMember } from './staff.repository.ts';

export type StaffParts = {
	readonly db: Database;
	readonly cipher: Cipher;
	readonly clock: Clock;
	readonly ids: Ids;
	readonly passwords: Pick<Passwords, 'hash'>;
	readonly audit: { record(note: AuditNote): Promise<Write> };
	readonly mails: {
		enqueue(id: string, personId: string, mail: Mail, nowMs: number): Promise<Write>;
	};
};

/** A colleague in the list, and what the reader may not do about them. */
export type StaffRow = Omit<StaffMember, 'personId' | 'language'> & { readonly isSelf: boolean };

/** Something that waits for a second person. */
export type WaitingRow = Omit<StaffChange, 'askedBy' | 'accountId'> & {
	readonly accountId: string;
	readonly name: string;
	readonly askedByName: string | null;
	/** The reader asked for it, or it is about them: somebody else approves. */
	readonly needsOther: boolean;
};

export type StaffView = {
	readonly people: readonly StaffRow[];
	readonly waiting: readonly WaitingRow[];
};

export type StaffService = ReturnType<typeof createStaffService>;

/**
 * Who works here, as what. Whatever gives rights (an invitation, another role, the way back in) is
 * asked for by one person and approved by another; what takes them away works at once.
 */
export function createStaffService(parts: StaffParts) {
	const { db, clock, ids, audit } = parts;
	const staff = createStaffRepository(parts.cipher);

	/** What the approval of each kind sets in motion. Sessions of an old role end with it (S3, S5). */
	async function effectOf(change: StaffChange, member: StaffMember): Promise<readonly Write[]> {
		switch (change.kind) {
			case 'invite':
				return (await invitationWrites(parts, member)).writes;
			case 'role':
				return [staff.setRole(member.id, change.role), endSessionsOf(member.id)];
			case 'readmit':
				// Back to the start: whoever stopped the account may have had a reason to doubt its passkey.
				return [
					staff.setStatus(member.id, ['disabled'], 'pending'),
					staff.deleteProofs(member.id),
					...(await invitationWrites(parts, member)).writes
				];
			default:
				return change.kind satisfies never;
		}
	}

	async function ask(
		actor: Actor,
		member: StaffMember,
		kind: 'role' | 'readmit',
		role: StaffRole
	): Promise<Result<void>> {
		const change = changeOf(actor, member.id, kind, role);
		return db.commit(
			staffChangesRepository.ask(change, { status: member.status }),
			await audit.record({
				event: kind === 'role' ? 'staff/role-change-asked' : 'staff/readmission-asked',
				objectRef: `staff-change:${change.id}`,
				accountId: actor.accountId,
				subjectAccountId: member.id
			})
		);
	}

	const changeOf = (
		actor: Actor,
		accountId: string,
		kind: StaffChange['kind'],
		role: StaffRole
	): StaffChange => ({
		...{ id: ids.newId(), accountId, kind, role },
		askedBy: actor.accountId,
		askedAtMs: clock.nowMs()
	});

	return {
		/** Everybody, and what waits for a second person. */
		async list(actor: Actor): Promise<Result<StaffView>> {
			const permission = requirePermission(actor, 'staff/read');
			if (!permission.ok) return permission;
			const [members, waiting] = await db.read(staff.list(), staffChangesRepository.listWaiting());
			return ok(viewStaff(actor, members, waiting));
		},

		/** One colleague, with what waits for them. */
		async view(
			actor: Actor,
			accountId: string
		): Promise<Result<{ readonly person: StaffRow; readonly isWaiting: boolean }>> {
			const permission = requirePermission(actor, 'staff/read');
			if (!permission.ok) return permission;
			const [member, waiting] = await db.read(
				staff.find(accountId),
				staffChangesRepository.listWaiting()
			);
			if (!member) return NOT_FOUND;
			const isWaiting = waiting.some((change) => change.accountId === accountId);
			return ok({ person: viewPerson(actor, member), isWaiting });
		},

		/**
		 * Asks for a new colleague. Nothing leaves the house before somebody else has approved.
		 * Fails with `staff/address-taken`: an account has this address, also one of a customer.
		 */
		async invite(actor: Actor, input: Invitation): Promise<Result<void>> {
			const permission = requirePermission(actor, 'staff/invite');
			if (!permission.ok) return permission;
			const account = await newStaffAccount(parts, input);
			const change = changeOf(actor, account.id, 'invite', input.role);
			return db.commit(
				...account.writes,
				staffChangesRepository.ask(change, { status: 'pending' }),
				await audit.record({
					event: 'staff/invitation-asked',
					objectRef: `staff-change:${change.id}`,
					accountId: actor.accountId,
					subjectAccountId: account.id
				})
			);
		},

		/**
		 * Asks for another role. Fails with `staff/not-yourself`, `staff/role-same`,
		 * `staff/change-waiting` (one at a time) or `staff/changed-meanwhile`.
		 */
		async changeRole(actor: Actor, accountId: string, role: StaffRole): Promise<Result<void>> {
			const permission = requirePermission(actor, 'staff/change-role');
			if (!permission.ok) return permission;
			if (accountId === actor.accountId) return NOT_YOURSELF;
			const [member] = await db.read(staff.find(accountId));
			if (!member) return NOT_FOUND;
			if (member.role === role) return failed('conflict', 'staff/role-same');
			if (member.status === 'disabled') return failed('conflict', 'staff/changed-meanwhile');
			return ask(actor, member, 'role', role);
		},

		/**
		 * Asks to let somebody in again: after approval they get a new invitation and make a new
		 * password and passkey. Also the way for a lost passkey, after `disable`.
		 * Fails like `changeRole`.
		 */
		async readmit(actor: Actor, accountId: string): Promise<Result<void>> {
			const permission = requirePermission(actor, 'staff/readmit');
			if (!permission.ok) return permission;
			if (accountId === actor.accountId) return NOT_YOURSELF;
			const [member] = await db.read(staff.find(accountId));
			if (!member) return NOT_FOUND;
			if (member.status !== 'disabled') return failed('conflict', 'staff/changed-meanwhile');
			return ask(actor, member, 'readmit', member.role);
		},

		/**
		 * The second person's yes, with everything that follows from it in one batch.
		 * Fails with `staff/second-person` for whoever asked or is meant, `staff/changed-meanwhile`
		 * when somebody else was faster.
		 */
		async approve(actor: Actor, changeId: string): Promise<Result<void>> {
			const permission = requirePermission(actor, 'staff/approve');
			if (!permission.ok) return permission;
			const [change, member] = await db.read(
				staffChangesRepository.findWaiting(changeId),
				staff.findOfChange(changeId)
			);
			if (!change || !member) return NOT_FOUND;
			if (needsOther(actor, change)) return failed('forbidden', 'staff/second-person');
			return db.commit(
				staffChangesRepository.approve(changeId, actor.accountId, clock.nowMs()),
				...(await effectOf(change, member)),
				await audit.record({
					event: 'staff/change-approved',
					objectRef: `staff-change:${changeId}`,
					accountId: actor.accountId,
					subjectAccountId: member.id
				})
			);
		},

		/** The second person's no, or the asker's own second thoughts. Takes nothing but the request. */
		async refuse(actor: Actor, changeId: string): Promise<Result<void>> {
			const permission = requirePermission(actor, 'staff/approve');
			if (!permission.ok) return permission;
			const [change] = await db.read(staffChangesRepository.findWaiting(changeId));
			if (!change) return NOT_FOUND;
			return db.commit(
				staffChangesRepository.refuse(changeId, clock.nowMs()),
				...(change.kind === 'invite' ? [staff.deletePending(change.accountId)] : []),
				await audit.record({
					event: 'staff/change-refused',
					objectRef: `staff-change:${changeId}`,
					accountId: actor.accountId,
					subjectAccountId: change.accountId
				})
			);
		},

		/**
		 * Stops an account at once: its sessions are gone, its invitation is void, what waits for it is
		 * refused. One person is enough, because nothing is given. Fails with `staff/not-yourself`,
		 * `staff/changed-meanwhile`.
		 */
		async disable(actor: Actor, accountId: string): Promise<Result<void>> {
			const permission = requirePermission(actor, 'staff/disable');
			if (!permission.ok) return permission;
			if (accountId === actor.accountId) return NOT_YOURSELF;
			const [member] = await db.read(staff.find(accountId));
			if (!member) return NOT_FOUND;
			return db.commit(
				staff.setStatus(accountId, ['pending', 'active'], 'disabled'),
				endSessionsOf(accountId),
				staff.deleteProofs(accountId),
				staffChangesRepository.refuseAll(accountId, clock.nowMs()),
				await audit.record({
					event: 'staff/disabled',
					objectRef: 'account',
					accountId: actor.accountId,
					subjectAccountId: accountId
				})
			);
		},

		/** Ends every session of a colleague; they may sign in again. */
		async endSessions(actor: Actor, accountId: string): Promise<Result<void>> {
			const permission = requirePermission(actor, 'session/end-any');
			if (!permission.ok) return permission;
			const [member] = await db.read(staff.find(accountId));
			if (!member) return NOT_FOUND;
			return db.commit(
				endSessionsOf(accountId),
				await audit.record({
					event: 'staff/sessions-ended',
					objectRef: 'account',
					accountId: actor.accountId,
					subjectAccountId: accountId
				})
			);
		}
	};
}

const NOT_YOURSELF = failed('forbidden', 'staff/not-yourself');

function needsOther(actor: Actor, change: StaffChange): boolean {
	return change.askedBy === actor.accountId || change.accountId === actor.accountId;
}

function viewPerson(actor: Actor, member: StaffMember): StaffRow {
	const { id, name, email, role, status, lastSignInAtMs } = member;
	return { ...{ id, name, email, role, status, lastSignInAtMs }, isSelf: id === actor.accountId };
}

function viewStaff(
	actor: Actor,
	members: readonly StaffMember[],
	waiting: readonly StaffChange[]
): StaffView {
	const names = new Map(members.map(({ id, name }) => [id, name]));
	return {
		people: members.map((member) => viewPerson(actor, member)),
		waiting: waiting.map((change) => ({
			...{ id: change.id, accountId: change.accountId, kind: change.kind, role: change.role },
			askedAtMs: change.askedAtMs,
			name: names.get(change.accountId) ?? '',
			askedByName: change.askedBy === null ? null : (names.get(change.askedBy) ?? ''),
			needsOther: needsOther(actor, change)
		}))
	};
}
