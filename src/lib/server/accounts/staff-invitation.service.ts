import type { Acceptance } from '#lib/domain/accounts/staff.schema.ts';
import { isStaff, type StaffRole } from '#lib/domain/actor.ts';
import { failed, ok, type Result } from '#lib/domain/result.ts';
import type { AuditNote } from '#lib/server/audit/audit.service.ts';
import type { Database, Write } from '#lib/server/db/client.ts';
import type { Cipher } from '#lib/server/platform/cipher.ts';
import type { Clock } from '#lib/server/platform/clock.ts';
import { hashToken, normaliseCode, type Ids } from '#lib/server/platform/ids.ts';
import type { Passwords } from '#lib/server/platform/passwords.ts';
import {
	creationOptions,
	newPasskeyChallenge,
	verifyCreation,
	type PasskeyOptions,
	type RelyingParty
} from '#lib/server/platform/webauthn.ts';
import { passkeysRepository } from './passkeys.repository.ts';
import type { PasswordPolicy } from './password-policy.ts';
import { createStaffInvitationsRepository } from './staff-invitations.repository.ts';

export type InvitationView = {
	readonly firstName: string;
	readonly lastName: string;
	readonly email: string;
	readonly role: StaffRole;
};

export type StaffInvitationService = ReturnType<typeof createStaffInvitationService>;

const INVALID = failed('invalid', 'accounts/mail-link-invalid');

/** How an invited colleague comes in: a mailed code, a password and a passkey, all in one act. */
export function createStaffInvitationService(parts: {
	readonly db: Database;
	readonly cipher: Cipher;
	readonly clock: Clock;
	readonly ids: Ids;
	readonly passwords: Pick<Passwords, 'hash'>;
	readonly passwordPolicy: PasswordPolicy;
	readonly audit: { record(note: AuditNote): Promise<Write> };
	readonly relyingParty: RelyingParty;
}) {
	const { db, clock, relyingParty } = parts;
	const invitations = createStaffInvitationsRepository(parts.cipher);

	async function find(typedCode: string) {
		const tokenHash = await hashToken(normaliseCode(typedCode));
		const [invitation] = await db.read(invitations.find(tokenHash, clock.nowMs()));
		return { tokenHash, invitation };
	}

	return {
		/** The code of the mail for the cookie of the next page. Fails with `accounts/mail-link-invalid`. */
		async open(typedCode: string): Promise<Result<{ readonly invitationToken: string }>> {
			const { invitation } = await find(typedCode);
			return invitation ? ok({ invitationToken: normaliseCode(typedCode) }) : INVALID;
		},

		/** Whom the code invites, as what. Fails with `accounts/mail-link-invalid`. */
		async view(code: string): Promise<Result<InvitationView>> {
			const { invitation } = await find(code);
			if (!invitation) return INVALID;
			const { role, contact, profile } = invitation.account;
			if (!isStaff(role)) return INVALID;
			const { firstName, lastName } = profile;
			return ok({ firstName, lastName, email: contact.email, role });
		},

		/** What the browser makes a passkey from; the challenge stays with the invitation. */
		async offer(code: string): Promise<Result<PasskeyOptions>> {
			const { tokenHash, invitation } = await find(code);
			if (!invitation) return INVALID;
			const { account } = invitation;
			const challenge = newPasskeyChallenge(parts.ids.randomBytes);
			const done = await db.commit(
				await invitations.keepChallenge(tokenHash, account, challenge, clock.nowMs())
			);
			if (!done.ok) return INVALID;
			const name = account.contact.email;
			return ok(await creationOptions(relyingParty, { id: account.id, name }, challenge, []));
		},

		/**
		 * Makes the account active, with password and passkey, and uses the code up: all or nothing.
		 * Fails with `accounts/mail-link-invalid`, `staff/passkey-refused`, or the password's issues.
		 */
		async accept(code: string, input: Acceptance): Promise<Result<void>> {
			const { tokenHash, invitation } = await find(code);
			if (!invitation) return INVALID;
			const { account, challenge } = invitation;
			const { firstName, lastName, password } = input;
			const issues = await parts.passwordPolicy.check(password, {
				names: [firstName, lastName],
				email: account.contact.email,
				mobile: ''
			});
			if (issues) return failed('invalid', 'portal/invalid-input', issues);
			const passkey =
				challenge === null ? null : await verifyCreation(relyingParty, challenge, input.passkey);
			if (!passkey) return failed('invalid', 'staff/passkey-refused');
			const nowMs = clock.nowMs();
			return db.commit(
				invitations.use(tokenHash, nowMs),
				...(await invitations.activate(
					account,
					{ firstName, lastName, dateOfBirth: null },
					await parts.passwords.hash(password),
					nowMs
				)),
				await passkeysRepository.insert(
					parts.cipher,
					{ accountId: account.id, personId: account.personId },
					passkey,
					account.contact.email,
					nowMs
				),
				await parts.audit.record({
					event: 'staff/invitation-accepted',
					objectRef: 'account',
					accountId: account.id,
					factors: ['mail-code', 'passkey']
				})
			);
		}
	};
}
