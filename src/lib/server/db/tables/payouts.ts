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
import {
	PAYOUT_STATES,
	REFUSAL_REASONS,
	RETURN_REASONS,
	SECOND_LOOKS
} from '#lib/domain/claims/payout.ts';
import { accounts } from './accounts.ts';
import { claims } from './claims.ts';
import { bytes } from './columns.ts';
import { people } from './people.ts';

/** What a decision pays out: one payment for each, however often it must be tried. */
export const payouts = sqliteTable(
	'payouts',
	{
		id: text('id').primaryKey(),
		claimId: text('claim_id')
			.notNull()
			.references(() => claims.id),
		/** The claimant, who may be neither maker nor checker. */
		accountId: text('account_id')
			.notNull()
			.references(() => accounts.id),
		/** Whose key seals the payee. */
		personId: text('person_id')
			.notNull()
			.references(() => people.id),
		/** Which decision of the claim it pays: 1 for the first, each corrected one pays the difference; 0 is an advance. */
		decisionNo: integer('decision_no').notNull().default(1),
		amountMinor: integer('amount_minor').notNull(),
		currency: text('currency').notNull(),
		route: text('route', { enum: ['sepa', 'abroad'] }).notNull(),
		/** Encrypted JSON: account holder and IBAN, or number, BIC and bank of an account without one. */
		payee: bytes('payee').notNull(),
		/** Counts up with every change of what is paid to whom. */
		version: integer('version').notNull().default(1),
		/** Keyed hash of claim, version, amount and payee. First byte: key version. */
		contentHash: bytes('content_hash').notNull(),
		state: text('state', { enum: PAYOUT_STATES }).notNull(),
		/** Why a second person must look; null when one is enough. */
		secondLook: text('second_look', { enum: SECOND_LOOKS }),
		/** Null where rules have decided the claim (decision 0072): a trigger asks for such a claim. */
		madeBy: text('made_by').references(() => accounts.id),
		madeAtMs: integer('made_at_ms').notNull(),
		checkedBy: text('checked_by').references(() => accounts.id),
		checkedAtMs: integer('checked_at_ms'),
		/** The content hash the second person approved: another one in the row voids it. */
		approvedHash: bytes('approved_hash'),
		refusal: text('refusal', { enum: REFUSAL_REASONS }),
		/**
		 * Keyed hash of content, second look, maker, checker and their answer. Null is never genuine:
		 * whoever can only write to the database cannot make an approval up.
		 */
		seal: bytes('seal'),
		paidAtMs: integer('paid_at_ms')
	},
	(table) => [
		uniqueIndex('payouts_decision_unique').on(table.claimId, table.decisionNo),
		index('payouts_state').on(table.state, table.route, table.madeAtMs, table.id),
		check('payouts_amount', sql`${table.amountMinor} > 0`),
		check(
			'payouts_two_people',
			sql`${table.madeBy} is not ${table.accountId} and (${table.checkedBy} is null or (${table.checkedBy} is not ${table.madeBy} and ${table.checkedBy} <> ${table.accountId}))`
		),
		// Rules make a first payment that needs no second look, and nothing else.
		check(
			'payouts_by_rules',
			sql`${table.madeBy} is not null or (${table.secondLook} is null and ${table.decisionNo} = 1 and ${table.version} = 1)`
		),
		// No money without the second look that is due, whoever writes the row.
		check(
			'payouts_approved',
			sql`${table.state} not in ('ready', 'ordered', 'paid') or ${table.secondLook} is null or (${table.approvedHash} is not null and ${table.approvedHash} = ${table.contentHash} and ${table.checkedBy} is not null)`
		)
	]
);

/** Runs of payments. Their file is made of them anew each time, and always the same (decision 0045). */
export const payoutRuns = sqliteTable(
	'payout_runs',
	{
		id: text('id').primaryKey(),
		number: integer('number').notNull(),
		route: text('route', { enum: ['sepa', 'abroad'] }).notNull(),
		createdAtMs: integer('created_at_ms').notNull(),
		createdBy: text('created_by')
			.notNull()
			.references(() => accounts.id),
		executesOn: text('executes_on').notNull(),
		/** JSON of the operator's account on that day. */
		debtor: text('debtor').notNull(),
		items: integer('items').notNull(),
		/** Of the file, lower-case hex. */
		sha256: text('sha256').notNull(),
		/** When the bank had carried it out. */
		confirmedAtMs: integer('confirmed_at_ms'),
		confirmedBy: text('confirmed_by').references(() => accounts.id)
	},
	(table) => [uniqueIndex('payout_runs_number_unique').on(table.number)]
);

/** One payment in one run. Its key is what pays once: a version of a payment is in one run at most. */
export const payoutItems = sqliteTable(
	'payout_items',
	{
		payoutId: text('payout_id')
			.notNull()
			.references(() => payouts.id),
		payoutVersion: integer('payout_version').notNull(),
		runId: text('run_id')
			.notNull()
			.references(() => payoutRuns.id),
		position: integer('position').notNull(),
		personId: text('person_id')
			.notNull()
			.references(() => people.id),
		/** Encrypted JSON: the payment as it stands in the file. */
		content: bytes('content').notNull(),
		returnedAtMs: integer('returned_at_ms'),
		returnReason: text('return_reason', { enum: RETURN_REASONS }),
		/** Who has booked it back: somebody else gives the payment its next account (Z7). */
		returnedBy: text('returned_by').references(() => accounts.id)
	},
	(table) => [
		primaryKey({ columns: [table.payoutId, table.payoutVersion] }),
		uniqueIndex('payout_items_position_unique').on(table.runId, table.position)
	]
);
