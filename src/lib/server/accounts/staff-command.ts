import type { Invitation } from '#lib/domain/accounts/staff.schema.ts';
import { fullName } from '#lib/domain/accounts/profile.ts';
import { ok, type Result } from '#lib/domain/result.ts';
import { invitationWrites, newStaffAccount } from './staff-account.ts';
import { staffChangesRepository, type StaffChange } from './staff-changes.repository.ts';
import type { StaffParts } from './staff.service.ts';

/**
 * The operator's way in for the first members of the staff: no second person, because there is none
 * yet. Whoever runs it holds the keys and the database anyway; the log names the command.
 * Fails with `staff/address-taken`. Answers the code of the mailed link.
 */
export async function inviteByCommand(
	parts: StaffParts,
	input: Invitation
): Promise<Result<{ readonly code: string }>> {
	const { db, clock, ids, audit } = parts;
	const account = await newStaffAccount(parts, input);
	const change: StaffChange = {
		...{ id: ids.newId(), accountId: account.id, kind: 'invite' as const, role: input.role },
		...{ askedBy: null, askedAtMs: clock.nowMs() }
	};
	const invitation = await invitationWrites(parts, {
		id: account.id,
		personId: account.personId,
		name: fullName({ ...input, dateOfBirth: null }),
		email: input.email,
		language: input.language
	});
	const done = await db.commit(
		...account.writes,
		staffChangesRepository.insertApproved(change),
		...invitation.writes,
		await audit.record({
			event: 'staff/invited-by-command',
			objectRef: `staff-change:${change.id}`,
			accountId: null,
			subjectAccountId: account.id
		})
	);
	return done.ok ? ok({ code: invitation.code }) : done;
}
