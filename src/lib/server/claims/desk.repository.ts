import { and, desc, eq, isNotNull, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import * as v from 'valibot';
import { fullName, parseContact, type Profile } from '#lib/domain/accounts/profile.ts';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import type { AutomaticCheck } from '#lib/domain/claims/automatic.ts';
import { claimContentSchema, type ClaimContent } from '#lib/domain/claims/claim.schema.ts';
import type { KnownInvoice } from '#lib/domain/claims/line-checks.ts';
import { parseDecision } from '#lib/domain/claims/decision.schema.ts';
import type { Decision } from '#lib/domain/claims/decision.ts';
import type { ClaimState } from '#lib/domain/claims/claim.ts';
import type { HeldAccount } from '#lib/domain/contracts/bank-account.ts';
import { parseDocumentContent, type BenefitStatement } from '#lib/domain/documents/document.ts';
import type { Language } from '#lib/domain/messages/mail.ts';
import { holdsOn, openHeldAccount, type AccountChangeRow } from '#lib/server/db/bank-accounts.ts';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import { read, requireFound, type Read, type Unmet, type Write } from '#lib/server/db/client.ts';
import { openName, openPerson } from '#lib/server/db/people.ts';
import { requireDate } from '#lib/server/db/stored-date.ts';
import { accounts } from '#lib/server/db/tables/accounts.ts';
import { claimCoInsured, claimFiles, claims } from '#lib/server/db/tables/claims.ts';
import { bankAccountChanges, contracts } from '#lib/server/db/tables/contracts.ts';
import { documents } from '#lib/server/db/tables/documents.ts';
import { files } from '#lib/server/db/tables/files.ts';
import { people } from '#lib/server/db/tables/people.ts';
import type { Cell, Cipher } from '#lib/server/platform/cipher.ts';
import { automaticCheckOf } from './automatic.repository.ts';
import type { CoInsured } from './claims.repository.ts';

/** A claim with everything a decision rests on, opened. */
export type DeskClaim = {
	readonly id: string;
	readonly number: string;
	readonly state: ClaimState;
	readonly version: number;
	readonly submittedAtMs: number;
	/** When it was typed in, where it came by post. */
	readonly capturedAtMs: number | null;
	readonly decidedAtMs: number | null;
	readonly decidedBy: string | null;
	readonly automaticCheck: AutomaticCheck | null;
	readonly assigneeId: string | null;
	/** The last one; null while the claim is open. */
	readonly decision: Decision | null;
	readonly content: ClaimContent;
	readonly insured: { readonly personId: string; readonly profile: Profile };
	/** Whose bills it hands in besides, in the order of their ids. */
	readonly coInsured: readonly CoInsured[];
	readonly owner: {
		readonly accountId: string;
		/** Whose data key the claim and its documents are sealed with. */
		readonly personId: string;
		readonly accountPersonId: string;
		readonly name: string;
		readonly email: string;
		readonly language: Language;
		/** When they last came back by letter; null when they never did. */
		readonly recoveredAtMs: number | null;
	};
	readonly contract: {
		readonly id: string;
		readonly policyNumber: string;
		readonly policyholderId: string;
		readonly policyholderName: string;
		/** The account that holds on the day it was asked for. */
		readonly account: HeldAccount;
		readonly plan: string;
		readonly startsOn: CalendarDate;
		readonly endsOn: CalendarDate | null;
		readonly currency: string;
		readonly deductibleMinor: number;
		readonly maximumMinor: number | null;
	};
};

/** Claims of one contract that are compared: more than people hand in while an invoice is new. */
const CLAIMS_BESIDE = 200;

const keyHolder = alias(people, 'key_holder');
const insured = alias(people, 'insured');
const accountHolder = alias(people, 'account_holder');
const policyholder = alias(people, 'policyholder');
const coInsured = alias(people, 'co_insured');

/** Nothing a sign-in needs: hashes and secrets stay where they are. */
const accountColumns = {
	id: accounts.id,
	personId: accounts.personId,
	contact: accounts.contact,
	language: accounts.language,
	recoveredAtMs: accounts.recoveredAtMs
};

const cell = (table: string, column: string, rowId: string, personId: string): Cell => ({
	table,
	column,
	rowId,
	personId
});

/** A statement in the customer's mailbox, and when they first opened it. */
export type DeliveredStatement = {
	readonly statement: BenefitStatement;
	readonly readAtMs: number | null;
};

export type DeskRepository = ReturnType<typeof createDeskRepository>;

/** What staff read of claims. No access check: the service's look is the condition (Z6). */
export function createDeskRepository(cipher: Cipher) {
	async function openContent(claim: {
		id: string;
		personId: string;
		content: Uint8Array;
	}): Promise<ClaimContent> {
		const sealed = cell('claims', 'content', claim.id, claim.personId);
		return v.parse(claimContentSchema, await cipher.openJson(sealed, claim.content));
	}

	return {
		/** `day` says which of the contract's accounts counts. */
		find(id: string, day: CalendarDate): Read<DeskClaim | null> {
			return read(
				sqlBuilder
					.select({
						claim: claims,
						contract: contracts,
						account: accountColumns,
						keyHolder,
						insured,
						accountHolder,
						policyholder,
						coInsured,
						accountChange: bankAccountChanges
					})
					.from(claims)
					.innerJoin(contracts, eq(contracts.id, claims.contractId))
					.innerJoin(accounts, eq(accounts.id, claims.accountId))
					.innerJoin(keyHolder, eq(keyHolder.id, claims.personId))
					.innerJoin(insured, eq(insured.id, claims.insuredPersonId))
					.innerJoin(accountHolder, eq(accountHolder.id, accounts.personId))
					.innerJoin(policyholder, eq(policyholder.id, contracts.policyholderId))
					.leftJoin(bankAccountChanges, holdsOn(day))
					// A row for each of them.
					.leftJoin(claimCoInsured, eq(claimCoInsured.claimId, claims.id))
					.leftJoin(coInsured, eq(coInsured.id, claimCoInsured.personId))
					.where(eq(claims.id, id))
					.orderBy(claimCoInsured.personId),
				async (rows) =>
					rows[0]
						? openDeskClaim(
								rows[0],
								rows.flatMap((row) => row.coInsured ?? [])
							)
						: null
			);
		},

		/** The last statement of a decided claim, as the customer has it, and when they first opened it. */
		findStatement(claimId: string): Read<DeliveredStatement | null> {
			return read(
				sqlBuilder
					.select({ document: documents, keyHolder: people })
					.from(documents)
					.innerJoin(people, eq(people.id, documents.personId))
					.where(and(eq(documents.claimId, claimId), eq(documents.kind, 'benefit-statement')))
					.orderBy(desc(documents.createdAtMs), desc(documents.id))
					.limit(1),
				async ([row]) => {
					if (!row) return null;
					const { document, keyHolder: person } = row;
					await cipher.learn(person.id, person);
					const sealed = cell('documents', 'content', document.id, document.personId);
					const content = parseDocumentContent(await cipher.openJson(sealed, document.content));
					if (content.kind !== 'benefit-statement') return null;
					return { statement: content, readAtMs: document.readAtMs };
				}
			);
		},

		/** Invoices of every claim of the same contract, this one's included, oldest first: duplicates are among them. */
		listInvoicesBeside(claimId: string): Read<readonly KnownInvoice[]> {
			return read(
				sqlBuilder
					.select({ claim: claims, keyHolder: people })
					.from(claims)
					.innerJoin(people, eq(people.id, claims.personId))
					.where(
						sql`${claims.contractId} = (select c.contract_id from ${claims} c where c.id = ${claimId})`
					)
					.orderBy(desc(claims.submittedAtMs))
					.limit(CLAIMS_BESIDE),
				async (rows) => {
					const opened = rows.map(async ({ claim, keyHolder: person }) => {
						await cipher.learn(person.id, person);
						const { invoices } = await openContent(claim);
						const of = { claimId: claim.id, claimNumber: claim.number };
						return invoices.map((invoice) => ({ ...invoice, ...of }));
					});
					return (await Promise.all(opened)).reverse().flat();
				}
			);
		},

		/** A file of this claim that is out of quarantine. */
		requireFile(claimId: string, fileId: string, unmet: Unmet): Write {
			return requireFound(
				sqlBuilder
					.select({ fileId: claimFiles.fileId })
					.from(claimFiles)
					.innerJoin(files, eq(files.id, claimFiles.fileId))
					.where(
						and(
							eq(claimFiles.claimId, claimId),
							eq(claimFiles.fileId, fileId),
							eq(files.state, 'complete'),
							isNotNull(files.releasedAtMs)
						)
					),
				unmet
			);
		}
	};

	async function openDeskClaim(
		row: {
			claim: typeof claims.$inferSelect;
			contract: typeof contracts.$inferSelect;
			account: Pick<typeof accounts.$inferSelect, keyof typeof accountColumns>;
			keyHolder: typeof people.$inferSelect;
			insured: typeof people.$inferSelect;
			accountHolder: typeof people.$inferSelect;
			policyholder: typeof people.$inferSelect;
			accountChange: AccountChangeRow | null;
		},
		others: readonly (typeof people.$inferSelect)[]
	): Promise<DeskClaim> {
		const { claim, contract, account } = row;
		await cipher.learn(row.keyHolder.id, row.keyHolder);
		const [content, insuredProfile, ownerProfile, policyholderName] = await Promise.all([
			openContent(claim),
			openPerson(cipher, row.insured),
			openPerson(cipher, row.accountHolder),
			openName(cipher, row.policyholder)
		]);
		const ofContract = (column: string) =>
			cell('contracts', column, contract.id, contract.policyholderId);
		const contact = cell('accounts', 'contact', account.id, account.personId);
		const [policyNumber, held, ownerContact] = await Promise.all([
			cipher.openJson(ofContract('policy_number'), contract.policyNumber),
			openHeldAccount(cipher, contract, row.accountChange),
			cipher.openJson(contact, account.contact)
		]);
		return {
			id: claim.id,
			number: claim.number,
			state: claim.state,
			version: claim.version,
			submittedAtMs: claim.submittedAtMs,
			capturedAtMs: claim.capturedAtMs,
			decidedAtMs: claim.decidedAtMs,
			decidedBy: claim.decidedBy,
			automaticCheck: automaticCheckOf(claim),
			assigneeId: claim.assigneeId,
			decision:
				claim.decision &&
				parseDecision(
					await cipher.openJson(
						cell('claims', 'decision', claim.id, claim.personId),
						claim.decision
					)
				),
			content,
			insured: { personId: claim.insuredPersonId, profile: insuredProfile },
			coInsured: await Promise.all(
				others.map(async (person) => ({
					personId: person.id,
					name: await openName(cipher, person)
				}))
			),
			owner: {
				accountId: account.id,
				personId: claim.personId,
				accountPersonId: account.personId,
				name: fullName(ownerProfile),
				email: parseContact(ownerContact).email,
				language: account.language,
				recoveredAtMs: account.recoveredAtMs
			},
			contract: {
				id: contract.id,
				policyNumber: v.parse(v.string(), policyNumber),
				policyholderId: contract.policyholderId,
				policyholderName,
				account: held,
				plan: contract.plan,
				startsOn: requireDate(contract.startsOn),
				endsOn: contract.endsOn === null ? null : requireDate(contract.endsOn),
				currency: contract.currency,
				deductibleMinor: contract.deductibleMinor,
				maximumMinor: contract.maximumMinor
			}
		};
	}
}
