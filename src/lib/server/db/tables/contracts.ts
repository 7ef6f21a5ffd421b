import { sql } from 'drizzle-orm';
import {
	check,
	foreignKey,
	index,
	integer,
	primaryKey,
	sqliteTable,
	text,
	uniqueIndex
} from 'drizzle-orm/sqlite-core';
import {
	CONTRACT_ROLES,
	RELEASE_SCOPES,
	REPRESENTATIVE_SCOPES
} from '#lib/domain/contracts/contract-access.ts';
import { REQUEST_KINDS, REQUEST_REFUSALS, REQUEST_STATES } from '#lib/domain/contracts/requests.ts';
import { accounts } from './accounts.ts';
import { bytes } from './columns.ts';
import { people } from './people.ts';

export const contracts = sqliteTable(
	'contracts',
	{
		id: text('id').primaryKey(),
		/** Keyed blind index of the number. First byte: key version. */
		policyNumberIndex: bytes('policy_number_index').notNull(),
		/** Encrypted under the policyholder's key, as is the bank account. */
		policyNumber: bytes('policy_number').notNull(),
		policyholderId: text('policyholder_id')
			.notNull()
			.references(() => people.id),
		bankAccount: bytes('bank_account').notNull(),
		plan: text('plan').notNull(),
		startsOn: text('starts_on').notNull(),
		endsOn: text('ends_on'),
		currency: text('currency').notNull(),
		deductibleMinor: integer('deductible_minor').notNull(),
		maximumMinor: integer('maximum_minor'),
		/** Blind index of the activation code from the letter; null once it has been used. */
		activationHash: bytes('activation_hash')
	},
	(table) => [
		uniqueIndex('contracts_policy_number_unique').on(table.policyNumberIndex),
		index('contracts_policyholder').on(table.policyholderId),
		check('contracts_dates', sql`${table.endsOn} is null or ${table.endsOn} >= ${table.startsOn}`),
		check('contracts_deductible', sql`${table.deductibleMinor} >= 0`)
	]
);

export const insuredPersons = sqliteTable(
	'insured_persons',
	{
		contractId: text('contract_id')
			.notNull()
			.references(() => contracts.id),
		personId: text('person_id')
			.notNull()
			.references(() => people.id)
	},
	(table) => [
		primaryKey({ columns: [table.contractId, table.personId] }),
		index('insured_persons_person').on(table.personId)
	]
);

/** Which account sees which contract, and as whom (decision 0064). */
export const contractLinks = sqliteTable(
	'contract_links',
	{
		accountId: text('account_id')
			.notNull()
			.references(() => accounts.id),
		contractId: text('contract_id')
			.notNull()
			.references(() => contracts.id),
		linkedAtMs: integer('linked_at_ms').notNull(),
		/** Whoever has the insurer's letter stands in for the policyholder. */
		role: text('role', { enum: CONTRACT_ROLES }).notNull().default('policyholder'),
		/** Which insured person this account is; null where nobody has said so. */
		personId: text('person_id'),
		/** Of a representative. */
		scope: text('scope', { enum: REPRESENTATIVE_SCOPES }),
		/** Last day of a representative's access. */
		endsOn: text('ends_on'),
		/** When this insured person let the policyholder see their health data; null while they do not. */
		releasedAtMs: integer('released_at_ms'),
		/** How far that goes (decision 0075). */
		releaseScope: text('release_scope', { enum: RELEASE_SCOPES })
	},
	(table) => [
		primaryKey({ columns: [table.accountId, table.contractId] }),
		foreignKey({
			columns: [table.contractId, table.personId],
			foreignColumns: [insuredPersons.contractId, insuredPersons.personId]
		}),
		index('contract_links_contract').on(table.contractId, table.personId),
		check(
			'contract_links_representative',
			sql`(${table.role} = 'representative') = (${table.scope} is not null) and (${table.role} = 'representative') = (${table.endsOn} is not null)`
		),
		check(
			'contract_links_insured_person',
			sql`(${table.role} <> 'insured-person' or ${table.personId} is not null) and (${table.releasedAtMs} is null or ${table.role} = 'insured-person')`
		),
		check(
			'contract_links_release',
			sql`(${table.releasedAtMs} is null) = (${table.releaseScope} is null) and (${table.releaseScope} is null or ${table.releaseScope} in ('uses', 'claims'))`
		)
	]
);

/** Codes with which a policyholder lets others see a contract; each goes when it is used. */
export const contractInvitations = sqliteTable(
	'contract_invitations',
	{
		codeHash: bytes('code_hash').primaryKey(),
		contractId: text('contract_id')
			.notNull()
			.references(() => contracts.id),
		role: text('role', { enum: CONTRACT_ROLES }).notNull(),
		personId: text('person_id'),
		scope: text('scope', { enum: REPRESENTATIVE_SCOPES }),
		endsOn: text('ends_on'),
		validUntilMs: integer('valid_until_ms').notNull()
	},
	(table) => [
		foreignKey({
			columns: [table.contractId, table.personId],
			foreignColumns: [insuredPersons.contractId, insuredPersons.personId]
		}),
		index('contract_invitations_contract').on(table.contractId, table.personId),
		check('contract_invitations_role', sql`${table.role} <> 'policyholder'`)
	]
);

/**
 * Contracts that a member of staff is insured or paid by, in their own words: they decide nothing
 * about them (Z7). Named, never taken back by themselves.
 */
export const staffOwnContracts = sqliteTable(
	'staff_own_contracts',
	{
		accountId: text('account_id')
			.notNull()
			.references(() => accounts.id, { onDelete: 'cascade' }),
		contractId: text('contract_id')
			.notNull()
			.references(() => contracts.id, { onDelete: 'cascade' }),
		namedAtMs: integer('named_at_ms').notNull()
	},
	(table) => [
		primaryKey({ columns: [table.accountId, table.contractId] }),
		index('staff_own_contracts_contract').on(table.contractId)
	]
);

/**
 * Other accounts that a contract is paid to, each from its day on (decision 0056). The contract's own
 * column stays what it began with; which one holds on a day is `accountOn`. Stopped ones stay as proof.
 */
export const bankAccountChanges = sqliteTable(
	'bank_account_changes',
	{
		id: text('id').primaryKey(),
		contractId: text('contract_id')
			.notNull()
			.references(() => contracts.id),
		/** Encrypted JSON under the policyholder's key. */
		account: bytes('account').notNull(),
		askedAtMs: integer('asked_at_ms').notNull(),
		/** First day on which anything is paid to it. */
		holdsFrom: text('holds_from').notNull(),
		/** Asked for within seven days of a recovery by letter: each payment to it is looked at twice. */
		isAfterRecovery: integer('is_after_recovery', { mode: 'boolean' }).notNull().default(false),
		/** Hash of the code in the mails, which stops the change until that day. */
		stopHash: bytes('stop_hash').notNull(),
		stoppedAtMs: integer('stopped_at_ms')
	},
	(table) => [
		index('bank_account_changes_contract').on(table.contractId, table.holdsFrom),
		uniqueIndex('bank_account_changes_stop_unique').on(table.stopHash)
	]
);

/**
 * Withdrawals, terminations and extensions as they were declared, and their answers (decision 0057).
 * One that came without a sign-in may name a contract that does not exist.
 */
export const contractRequests = sqliteTable(
	'contract_requests',
	{
		id: text('id').primaryKey(),
		kind: text('kind', { enum: REQUEST_KINDS }).notNull(),
		/** What customer, clerk and mail call it. */
		reference: text('reference').notNull(),
		contractId: text('contract_id').references(() => contracts.id),
		/** Whose key seals the content: who declared it. */
		personId: text('person_id')
			.notNull()
			.references(() => people.id),
		/** Encrypted JSON: name, e-mail address, number as typed, note. */
		content: bytes('content').notNull(),
		receivedAtMs: integer('received_at_ms').notNull(),
		wishedOn: text('wished_on'),
		state: text('state', { enum: REQUEST_STATES }).notNull(),
		reason: text('reason', { enum: REQUEST_REFUSALS }),
		decidedAtMs: integer('decided_at_ms'),
		decidedBy: text('decided_by').references(() => accounts.id)
	},
	(table) => [
		uniqueIndex('contract_requests_reference_unique').on(table.reference),
		// A withdrawal is never turned away because another one waits: the law knows no such reason.
		uniqueIndex('contract_requests_waiting')
			.on(table.contractId, table.kind)
			.where(sql`${table.state} = 'open' and ${table.kind} <> 'withdrawal'`),
		index('contract_requests_contract').on(table.contractId, table.receivedAtMs),
		index('contract_requests_person').on(table.personId),
		index('contract_requests_open')
			.on(table.receivedAtMs, table.id)
			.where(sql`${table.state} = 'open'`),
		index('contract_requests_answered')
			.on(table.decidedAtMs)
			.where(sql`${table.state} <> 'open'`),
		check(
			'contract_requests_answer',
			sql`(${table.state} = 'open') = (${table.decidedAtMs} is null) and (${table.state} = 'refused') = (${table.reason} is not null)`
		)
	]
);

/**
 * What decided claims have used of the deductible and the maximum: one row for each insurance year in
 * which a claim has treatments. Whose it is stands in the claim.
 */
export const coverUses = sqliteTable(
	'cover_uses',
	{
		claimId: text('claim_id').notNull(),
		insuredPersonId: text('insured_person_id')
			.notNull()
			.references(() => people.id),
		/** First day of the insurance year. */
		yearStartsOn: text('year_starts_on').notNull(),
		contractId: text('contract_id')
			.notNull()
			.references(() => contracts.id),
		deductibleMinor: integer('deductible_minor').notNull(),
		paidMinor: integer('paid_minor').notNull()
	},
	(table) => [
		primaryKey({ columns: [table.claimId, table.insuredPersonId, table.yearStartsOn] }),
		index('cover_uses_contract').on(table.contractId, table.insuredPersonId, table.yearStartsOn),
		// For erasure, as at `claims`.
		index('cover_uses_person').on(table.insuredPersonId),
		check('cover_uses_amounts', sql`${table.deductibleMinor} >= 0 and ${table.paidMinor} >= 0`)
	]
);
