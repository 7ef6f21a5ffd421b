import { sql } from 'drizzle-orm';
import { check, index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { ROLES } from '#lib/domain/actor.ts';
import { ACCOUNT_REASONS, GIVEN_BACK, OPENING_REASONS } from '#lib/domain/claims/access.ts';
import { accounts } from './accounts.ts';
import { claims } from './claims.ts';
import { bytes } from './columns.ts';

/** Claims opened with a reason by somebody they are not assigned to (Z6); only the check is added later. */
export const claimOpenings = sqliteTable(
	'claim_openings',
	{
		id: text('id').primaryKey(),
		claimId: text('claim_id')
			.notNull()
			.references(() => claims.id),
		accountId: text('account_id')
			.notNull()
			.references(() => accounts.id),
		reason: text('reason', { enum: [...OPENING_REASONS, GIVEN_BACK] }).notNull(),
		/** Encrypted under the claim's key: a note on a claim may say what illness it is about. */
		note: bytes('note').notNull(),
		openedAtMs: integer('opened_at_ms').notNull(),
		endsAtMs: integer('ends_at_ms').notNull(),
		reviewedAtMs: integer('reviewed_at_ms'),
		reviewedBy: text('reviewed_by').references(() => accounts.id)
	},
	(table) => [
		index('claim_openings_live').on(table.claimId, table.accountId, table.endsAtMs),
		index('claim_openings_to_review')
			.on(table.openedAtMs, table.id)
			.where(sql`${table.reviewedAtMs} is null`),
		check('claim_openings_end', sql`${table.endsAtMs} > ${table.openedAtMs}`),
		check(
			'claim_openings_reviewer',
			sql`(${table.reviewedBy} is null) = (${table.reviewedAtMs} is null) and (${table.reviewedBy} is null or ${table.reviewedBy} <> ${table.accountId})`
		)
	]
);

/** Every look of staff at a claim's health data, for the person they belong to (Z6). Only grows. */
export const claimLooks = sqliteTable(
	'claim_looks',
	{
		id: text('id').primaryKey(),
		claimId: text('claim_id')
			.notNull()
			.references(() => claims.id),
		accountId: text('account_id')
			.notNull()
			.references(() => accounts.id),
		role: text('role', { enum: ROLES }).notNull(),
		/** Null when the claim was assigned to whoever looked. */
		openingId: text('opening_id').references(() => claimOpenings.id),
		what: text('what', { enum: ['claim', 'file'] }).notNull(),
		atMs: integer('at_ms').notNull()
	},
	(table) => [
		index('claim_looks_claim').on(table.claimId, table.atMs),
		check('claim_looks_what', sql`${table.what} in ('claim', 'file')`)
	]
);

/** Every look of staff at a whole account number, with its reason, for the owner of the claim (D8). Only grows. */
export const accountLooks = sqliteTable(
	'account_looks',
	{
		id: text('id').primaryKey(),
		claimId: text('claim_id')
			.notNull()
			.references(() => claims.id),
		accountId: text('account_id')
			.notNull()
			.references(() => accounts.id),
		role: text('role', { enum: ROLES }).notNull(),
		reason: text('reason', { enum: ACCOUNT_REASONS }).notNull(),
		atMs: integer('at_ms').notNull()
	},
	(table) => [index('account_looks_claim').on(table.claimId, table.atMs)]
);

/**
 * Every look of a policyholder at a claim that its owner has released to them, for that owner (decision
 * 0075). Only grows; goes with the claim.
 */
export const releasedClaimLooks = sqliteTable(
	'released_claim_looks',
	{
		id: text('id').primaryKey(),
		claimId: text('claim_id')
			.notNull()
			.references(() => claims.id, { onDelete: 'cascade' }),
		/** Whoever looked. */
		accountId: text('account_id')
			.notNull()
			.references(() => accounts.id),
		atMs: integer('at_ms').notNull()
	},
	(table) => [
		index('released_claim_looks_claim').on(table.claimId, table.atMs),
		// For erasure: an account's row goes when nothing points to it.
		index('released_claim_looks_account').on(table.accountId)
	]
);
