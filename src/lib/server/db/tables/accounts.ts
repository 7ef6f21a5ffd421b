import { sql } from 'drizzle-orm';
import {
	check,
	index,
	integer,
	primaryKey,
	sqliteTable,
	text,
	uniqueIndex
} from 'drizzle-orm/sqlite-core';
import { ROLES } from '#lib/domain/actor.ts';
import { bytes } from './columns.ts';
import { people } from './people.ts';

export const accounts = sqliteTable(
	'accounts',
	{
		id: text('id').primaryKey(),
		personId: text('person_id')
			.notNull()
			.references(() => people.id),
		role: text('role', { enum: ROLES }).notNull(),
		status: text('status', { enum: ['pending', 'active', 'disabled'] }).notNull(),
		/** Keyed blind index of the normalised address: the only way to look one up. First byte: key version. */
		emailIndex: bytes('email_index').notNull(),
		/** Encrypted JSON: e-mail address and mobile number. */
		contact: bytes('contact').notNull(),
		language: text('language', { enum: ['de', 'en'] }).notNull(),
		/** PHC string with Argon2id parameters and pepper version. */
		passwordHash: text('password_hash').notNull(),
		/** Encrypted under the TOTP root (first byte: its version), null until the app is set up. */
		totpSecret: bytes('totp_secret'),
		/** 30-second step of the last code that was accepted: a code works once. */
		totpLastStep: integer('totp_last_step').notNull().default(0),
		/** Consecutive verified failures of each authenticator; at 100 it is off (NIST 800-63B 3.2.2). */
		passwordFailures: integer('password_failures').notNull().default(0),
		totpFailures: integer('totp_failures').notNull().default(0),
		/** Set by "this was not me" and by a recovery: nothing else opens before a new password. */
		mustChangePassword: integer('must_change_password', { mode: 'boolean' })
			.notNull()
			.default(false),
		/** A young address or number opens no recovery by letter or call (security.md 3.5). */
		contactChangedAtMs: integer('contact_changed_at_ms'),
		/** For seven days after a recovery case, bank changes and payouts need staff. */
		recoveredAtMs: integer('recovered_at_ms'),
		/** The owner's proven wish: the account is erased then, unless they take it back. */
		deletionDueAtMs: integer('deletion_due_at_ms'),
		/** The last sign-in, or the last wish to keep the account. */
		lastUsedAtMs: integer('last_used_at_ms'),
		/** When the end was announced because nobody uses the account; a sign-in takes it back. */
		idleNoticeAtMs: integer('idle_notice_at_ms'),
		/** Nothing is left but the row that kept claims point to (decision 0036). */
		erasedAtMs: integer('erased_at_ms'),
		createdAtMs: integer('created_at_ms').notNull(),
		activatedAtMs: integer('activated_at_ms')
	},
	(table) => [
		uniqueIndex('accounts_email_index_unique').on(table.emailIndex),
		index('accounts_person').on(table.personId),
		index('accounts_deletion_due')
			.on(table.deletionDueAtMs)
			.where(sql`${table.deletionDueAtMs} is not null`),
		index('accounts_last_used')
			.on(table.lastUsedAtMs)
			.where(sql`${table.status} = 'active' and ${table.deletionDueAtMs} is null`),
		index('accounts_erased')
			.on(table.erasedAtMs)
			.where(sql`${table.erasedAtMs} is not null`),
		check('accounts_role', sql.raw(`role in (${ROLES.map((role) => `'${role}'`).join(', ')})`)),
		// Finds what is left of an old root: the version comes first in the value.
		index('accounts_totp_secret').on(table.totpSecret),
		check('accounts_status', sql`${table.status} in ('pending', 'active', 'disabled')`),
		check(
			'accounts_active_has_totp',
			sql`${table.status} <> 'active' or ${table.totpSecret} is not null or ${table.role} <> 'customer'`
		)
	]
);

const accountId = () =>
	text('account_id')
		.notNull()
		.references(() => accounts.id, { onDelete: 'cascade' });

export const securityAnswers = sqliteTable(
	'security_answers',
	{
		accountId: accountId(),
		slot: integer('slot').notNull(),
		/** Encrypted: which question it is says something about the person too. */
		question: bytes('question').notNull(),
		answerHash: text('answer_hash').notNull()
	},
	(table) => [
		primaryKey({ columns: [table.accountId, table.slot] }),
		check('security_answers_slot', sql`${table.slot} in (1, 2)`)
	]
);

export const recoveryCodes = sqliteTable(
	'recovery_codes',
	{
		/** SHA-256 of a 130-bit code: a fast hash is enough above 112 bits (ASVS 6.5.2). */
		codeHash: bytes('code_hash').primaryKey(),
		accountId: accountId(),
		usedAtMs: integer('used_at_ms')
	},
	(table) => [index('recovery_codes_account').on(table.accountId)]
);

/** What a proof that travels by mail is good for; a token of one purpose opens nothing else (A18). */
export const MAIL_TOKEN_PURPOSES = [
	'verify-mail',
	'unlock-sign-in',
	'reset-password',
	'open-recovery',
	'cancel-recovery',
	'confirm-email',
	'block-email',
	'not-me',
	'keep-account',
	'staff-invitation'
] as const;
export type MailTokenPurpose = (typeof MAIL_TOKEN_PURPOSES)[number];

/** Proofs that travel by mail: bound to account, address and purpose, used once, expiring. */
export const mailTokens = sqliteTable(
	'mail_tokens',
	{
		tokenHash: bytes('token_hash').primaryKey(),
		accountId: accountId(),
		purpose: text('purpose', { enum: MAIL_TOKEN_PURPOSES }).notNull(),
		/** Blind index of the address the mail went to: another address does not inherit the proof. */
		emailIndex: bytes('email_index'),
		/** Encrypted JSON of what the token will do (a new address, a case), or null. */
		payload: bytes('payload'),
		expiresAtMs: integer('expires_at_ms').notNull(),
		usedAtMs: integer('used_at_ms')
	},
	(table) => [index('mail_tokens_account').on(table.accountId)]
);

/** What an enrolment was opened for; one of a registration completes no recovery, nor the reverse. */
export const ENROLMENT_PURPOSES = ['registration', 'recovery'] as const;

/** The step between the proofs and the first code: holds the secret nobody has used yet. */
export const enrolments = sqliteTable(
	'enrolments',
	{
		tokenHash: bytes('token_hash').primaryKey(),
		accountId: accountId(),
		purpose: text('purpose', { enum: ENROLMENT_PURPOSES }).notNull().default('registration'),
		/** What a recovery stands on; it is used up with the first code, in the same batch. */
		recoveryCodeHash: bytes('recovery_code_hash'),
		recoveryCaseId: text('recovery_case_id'),
		totpSecret: bytes('totp_secret').notNull(),
		expiresAtMs: integer('expires_at_ms').notNull(),
		tries: integer('tries').notNull().default(0),
		usedAtMs: integer('used_at_ms')
	},
	(table) => [
		index('enrolments_account').on(table.accountId),
		index('enrolments_expires').on(table.expiresAtMs)
	]
);

/** Between password and code. No session exists before both are right (security.md 3.2). */
export const signInChallenges = sqliteTable('sign_in_challenges', {
	tokenHash: bytes('token_hash').primaryKey(),
	/** Null for an address nobody has: the flow looks the same from outside. */
	accountId: text('account_id').references(() => accounts.id, { onDelete: 'cascade' }),
	isPasswordRight: integer('is_password_right', { mode: 'boolean' }).notNull(),
	door: text('door', { enum: ['customer', 'staff'] }).notNull(),
	/** Hash of the device token the browser brought, when it belongs to this account. */
	deviceHash: bytes('device_hash'),
	/** Stopped by the throttle: nothing was checked, and nothing it says can open a session (A14). */
	isDelayed: integer('is_delayed', { mode: 'boolean' }).notNull().default(false),
	/** Challenge handed to the browser for a passkey, base64url. */
	passkeyChallenge: text('passkey_challenge'),
	/** Keyed hash of the name typed, for the log, when it belongs to nobody (L1). */
	typedNameIndex: bytes('typed_name_index'),
	expiresAtMs: integer('expires_at_ms').notNull(),
	tries: integer('tries').notNull().default(0),
	usedAtMs: integer('used_at_ms')
});

export const sessions = sqliteTable(
	'sessions',
	{
		/** SHA-256 of the cookie's token in hex: a stolen database opens no session. */
		id: text('id').primaryKey(),
		accountId: accountId(),
		createdAtMs: integer('created_at_ms').notNull(),
		lastSeenAtMs: integer('last_seen_at_ms').notNull(),
		expiresAtMs: integer('expires_at_ms').notNull(),
		/** Encrypted JSON: IP, place and browser of the last use, for the customer's own list. */
		origin: bytes('origin'),
		/** Which proofs opened it: `password+totp`, `password+passkey`, `passkey`. */
		openedBy: text('opened_by').notNull().default('password+totp'),
		deviceHash: bytes('device_hash'),
		/** The drafts that were opened in this session: they lock when somebody else ends it (D7). */
		vaultDeviceId: text('vault_device_id')
	},
	(table) => [index('sessions_account').on(table.accountId)]
);

/** Browsers a full sign-in was made with: they keep tries of their own, so nobody locks the owner out. */
export const knownDevices = sqliteTable(
	'known_devices',
	{
		/** SHA-256 of the token in the device's cookie. People who share a browser share its token. */
		tokenHash: bytes('token_hash').notNull(),
		accountId: accountId(),
		/** Browser and system in words, nothing finer. */
		label: text('label').notNull(),
		createdAtMs: integer('created_at_ms').notNull(),
		lastUsedAtMs: integer('last_used_at_ms').notNull(),
		expiresAtMs: integer('expires_at_ms').notNull()
	},
	(table) => [
		primaryKey({ columns: [table.tokenHash, table.accountId] }),
		index('known_devices_account').on(table.accountId)
	]
);

/** Tries by key (HMAC of a name, device or address block), booked before anything is checked (A10). */
export const throttles = sqliteTable(
	'throttles',
	{
		scope: text('scope').notNull(),
		keyHash: bytes('key_hash').notNull(),
		tries: integer('tries').notNull(),
		/** No try of this key is looked at before. */
		nextTryAtMs: integer('next_try_at_ms').notNull(),
		updatedAtMs: integer('updated_at_ms').notNull(),
		expiresAtMs: integer('expires_at_ms').notNull()
	},
	(table) => [
		primaryKey({ columns: [table.scope, table.keyHash] }),
		index('throttles_expiry').on(table.expiresAtMs)
	]
);

export const passkeys = sqliteTable(
	'passkeys',
	{
		/** Credential id, base64url, as WebAuthn names it. */
		id: text('id').primaryKey(),
		accountId: accountId(),
		/** Encrypted COSE public key: no secret, but nobody else may put one in its place (ASVS 6.7.1). */
		publicKey: bytes('public_key').notNull(),
		signCount: integer('sign_count').notNull(),
		transports: text('transports').notNull(),
		isBackedUp: integer('is_backed_up', { mode: 'boolean' }).notNull(),
		/** The owner's own word for it. */
		label: text('label').notNull(),
		createdAtMs: integer('created_at_ms').notNull(),
		lastUsedAtMs: integer('last_used_at_ms')
	},
	(table) => [index('passkeys_account').on(table.accountId)]
);

/**
 * A sensitive act that waits for its second proof (security.md 3.4). The values are kept here, so
 * the proof is bound to them: a hijacked page cannot confirm one thing and do another (S8).
 */
export const pendingActs = sqliteTable(
	'pending_acts',
	{
		id: text('id').primaryKey(),
		accountId: accountId(),
		/** Only the session that asked may confirm. */
		sessionId: text('session_id').notNull(),
		act: text('act').notNull(),
		/** Encrypted JSON of the new values, secrets already hashed. */
		payload: bytes('payload').notNull(),
		/** Challenge handed to the browser for a passkey, base64url. */
		passkeyChallenge: text('passkey_challenge'),
		tries: integer('tries').notNull().default(0),
		createdAtMs: integer('created_at_ms').notNull(),
		expiresAtMs: integer('expires_at_ms').notNull(),
		usedAtMs: integer('used_at_ms')
	},
	(table) => [index('pending_acts_account').on(table.accountId)]
);

/** "I have lost my phone and my codes": a case with waiting time, two staff members and a letter. */
export const recoveryCases = sqliteTable(
	'recovery_cases',
	{
		id: text('id').primaryKey(),
		accountId: accountId(),
		state: text('state', {
			enum: ['waiting', 'checked', 'approved', 'done', 'cancelled', 'expired']
		}).notNull(),
		openedAtMs: integer('opened_at_ms').notNull(),
		/** 72 hours after opening, by the server's clock (A23). */
		readyAtMs: integer('ready_at_ms').notNull(),
		checkedBy: text('checked_by'),
		checkedAtMs: integer('checked_at_ms'),
		approvedBy: text('approved_by'),
		approvedAtMs: integer('approved_at_ms'),
		/** Slow hash or hash of the letter's code; null until it is printed. */
		letterCodeHash: bytes('letter_code_hash'),
		letterExpiresAtMs: integer('letter_expires_at_ms'),
		letterTries: integer('letter_tries').notNull().default(0),
		/** Mails that have reminded the owner of the case so far: after 24 and 48 hours. */
		reminders: integer('reminders').notNull().default(0),
		closedAtMs: integer('closed_at_ms')
	},
	(table) => [
		index('recovery_cases_account').on(table.accountId),
		uniqueIndex('recovery_cases_one_open')
			.on(table.accountId)
			.where(sql`${table.state} in ('waiting', 'checked', 'approved')`),
		index('recovery_cases_state').on(table.state, table.readyAtMs),
		check(
			'recovery_cases_two_people',
			sql`${table.approvedBy} is null or ${table.approvedBy} <> ${table.checkedBy}`
		)
	]
);

export const STAFF_CHANGE_KINDS = ['invite', 'role', 'readmit'] as const;
export type StaffChangeKind = (typeof STAFF_CHANGE_KINDS)[number];

/**
 * What gives a member of staff rights: an invitation, another role, the way back in. Asked for by one
 * person and approved by another, who is not the one it is about (security.md 3.12).
 */
export const staffChanges = sqliteTable(
	'staff_changes',
	{
		id: text('id').primaryKey(),
		accountId: accountId(),
		kind: text('kind', { enum: STAFF_CHANGE_KINDS }).notNull(),
		/** The role the account has once the change is made. */
		role: text('role', { enum: ROLES }).notNull(),
		state: text('state', { enum: ['waiting', 'approved', 'refused'] }).notNull(),
		/** Null for an invitation by the operator's command. */
		askedBy: text('asked_by'),
		askedAtMs: integer('asked_at_ms').notNull(),
		approvedBy: text('approved_by'),
		closedAtMs: integer('closed_at_ms')
	},
	(table) => [
		// One at a time: what is approved is what was asked for last.
		uniqueIndex('staff_changes_one_waiting')
			.on(table.accountId)
			.where(sql`state = 'waiting'`),
		index('staff_changes_account').on(table.accountId),
		check(
			'staff_changes_two_people',
			sql`(${table.askedBy} is null or ${table.askedBy} <> ${table.accountId})
				and (${table.approvedBy} is null
					or (${table.approvedBy} <> ${table.askedBy} and ${table.approvedBy} <> ${table.accountId}))
				and (${table.state} <> 'approved' or ${table.askedBy} is null or ${table.approvedBy} is not null)`
		),
		check('staff_changes_staff_only', sql`${table.role} <> 'customer'`)
	]
);

/** What somebody had typed when their session ended, for the same page after the next sign-in. */
export const keptForms = sqliteTable(
	'kept_forms',
	{
		accountId: accountId(),
		path: text('path').notNull(),
		/** Encrypted JSON: field names and values, never a password or code. */
		values: bytes('values').notNull(),
		keptAtMs: integer('kept_at_ms').notNull(),
		expiresAtMs: integer('expires_at_ms').notNull()
	},
	(table) => [primaryKey({ columns: [table.accountId, table.path] })]
);

/** Which version of a legal text was shown, in which language. A notice shown is not a consent. */
export const shownNotices = sqliteTable(
	'shown_notices',
	{
		accountId: accountId(),
		notice: text('notice', { enum: ['privacy-notice', 'mailbox-warning'] }).notNull(),
		version: text('version').notNull(),
		language: text('language').notNull(),
		shownAtMs: integer('shown_at_ms').notNull()
	},
	(table) => [primaryKey({ columns: [table.accountId, table.notice, table.version] })]
);

/** The key of the drafts on the customer's devices, so that a sign-in can bring them back. */
export const vaultEscrows = sqliteTable('vault_escrows', {
	accountId: text('account_id')
		.primaryKey()
		.references(() => accounts.id, { onDelete: 'cascade' }),
	vaultKey: bytes('vault_key').notNull(),
	createdAtMs: integer('created_at_ms').notNull()
});

/**
 * How a device learns that its account is removed, when no session is left to ask with. No foreign
 * key: the row outlives the account and names nobody (`account_ref` cannot be turned back).
 */
export const vaultRemovals = sqliteTable('vault_removals', {
	accountRef: text('account_ref').primaryKey(),
	/** Devices know its SHA-256: nothing else, a broken proxy included, can make them delete. */
	proof: bytes('proof').notNull(),
	createdAtMs: integer('created_at_ms').notNull(),
	removedAtMs: integer('removed_at_ms')
});

/**
 * Devices that hold keys of the account's drafts. Whoever ends their session from elsewhere marks them
 * here, and they learn it without a session (D7).
 */
export const vaultDevices = sqliteTable(
	'vault_devices',
	{
		/** Random, made by the device: 256 bits that say nothing about anybody. */
		id: text('id').primaryKey(),
		accountId: accountId(),
		/** The known device it was last opened on. */
		deviceHash: bytes('device_hash'),
		/** The device knows its SHA-256: nothing else makes it drop its keys. */
		proof: bytes('proof').notNull(),
		openedAtMs: integer('opened_at_ms').notNull(),
		isRevoked: integer('is_revoked', { mode: 'boolean' }).notNull().default(false)
	},
	(table) => [index('vault_devices_account').on(table.accountId)]
);
