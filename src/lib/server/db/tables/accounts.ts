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
import { bytes } from './columns.ts';
import { people } from './people.ts';

export const accounts = sqliteTable(
	'accounts',
	{
		id: text('id').primaryKey(),
		personId: text('person_id')
			.notNull()
			.references(() => people.id),
		role: text('role', { enum: ['customer', 'clerk'] }).notNull(),
		status: text('status', { enum: ['pending', 'active', 'disabled'] }).notNull(),
		/** Keyed blind index of the normalised address: the only way to look an address up. */
		emailIndex: bytes('email_index').notNull(),
		/** Encrypted JSON: e-mail address and mobile number. */
		contact: bytes('contact').notNull(),
		language: text('language', { enum: ['de', 'en'] }).notNull(),
		/** PHC string with Argon2id parameters and pepper version. */
		passwordHash: text('password_hash').notNull(),
		/** Encrypted under the TOTP root, null until the authenticator app is set up. */
		totpSecret: bytes('totp_secret'),
		/** 30-second step of the last code that was accepted: a code works once. */
		totpLastStep: integer('totp_last_step').notNull().default(0),
		createdAtMs: integer('created_at_ms').notNull(),
		activatedAtMs: integer('activated_at_ms')
	},
	(table) => [
		uniqueIndex('accounts_email_index_unique').on(table.emailIndex),
		index('accounts_person').on(table.personId),
		check('accounts_role', sql`${table.role} in ('customer', 'clerk')`),
		check('accounts_status', sql`${table.status} in ('pending', 'active', 'disabled')`),
		check(
			'accounts_active_has_totp',
			sql`${table.status} <> 'active' or ${table.totpSecret} is not null`
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

/** Proofs that travel by mail: bound to account and purpose, used once, expiring. */
export const mailTokens = sqliteTable(
	'mail_tokens',
	{
		tokenHash: bytes('token_hash').primaryKey(),
		accountId: accountId(),
		purpose: text('purpose', { enum: ['verify-mail'] }).notNull(),
		expiresAtMs: integer('expires_at_ms').notNull(),
		usedAtMs: integer('used_at_ms')
	},
	(table) => [index('mail_tokens_account').on(table.accountId)]
);

/** The step between the verified address and the first code: holds the secret nobody has used yet. */
export const enrolments = sqliteTable(
	'enrolments',
	{
		tokenHash: bytes('token_hash').primaryKey(),
		accountId: accountId(),
		totpSecret: bytes('totp_secret').notNull(),
		expiresAtMs: integer('expires_at_ms').notNull(),
		tries: integer('tries').notNull().default(0),
		usedAtMs: integer('used_at_ms')
	},
	(table) => [index('enrolments_account').on(table.accountId)]
);

/** Between password and code. No session exists before both are right (security.md 3.2). */
export const signInChallenges = sqliteTable('sign_in_challenges', {
	tokenHash: bytes('token_hash').primaryKey(),
	/** Null for an address nobody has: the flow looks the same from outside. */
	accountId: text('account_id').references(() => accounts.id, { onDelete: 'cascade' }),
	isPasswordRight: integer('is_password_right', { mode: 'boolean' }).notNull(),
	door: text('door', { enum: ['customer', 'staff'] }).notNull(),
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
		expiresAtMs: integer('expires_at_ms').notNull()
	},
	(table) => [index('sessions_account').on(table.accountId)]
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
