import type { Actor } from '#lib/domain/actor.ts';
import { NO_CIRCUMSTANCES } from '#lib/domain/claims/circumstances.ts';
import { claimContentSchema, type ClaimContent } from '#lib/domain/claims/claim.schema.ts';
import type { DecisionForm, TypedLine } from '#lib/domain/claims/decision-form.schema.ts';
import { parseCalendarDate } from '#lib/domain/calendar.ts';
import { OPERATOR } from '#lib/domain/operator.ts';
import type { Result } from '#lib/domain/result.ts';
import { createStaffOwnContractsRepository } from '#lib/server/accounts/staff-own-contracts.repository.ts';
import { createAccessGuard } from '#lib/server/claims/access-guard.ts';
import { createAdvanceAnswers } from '#lib/server/claims/advance-answers.ts';
import { createAdvanceDeskService } from '#lib/server/claims/advance-desk.service.ts';
import { advancesRepository } from '#lib/server/claims/advances.repository.ts';
import { createAdvancesService } from '#lib/server/claims/advances.service.ts';
import { createRecipientsRepository } from '#lib/server/accounts/recipients.repository.ts';
import { accountLooksRepository } from '#lib/server/claims/account-looks.repository.ts';
import { createInquiryReturnsRepository } from '#lib/server/claims/inquiry-returns.repository.ts';
import { createAccessRepository } from '#lib/server/claims/access.repository.ts';
import { automaticRepository } from '#lib/server/claims/automatic.repository.ts';
import { createAutomaticService } from '#lib/server/claims/automatic.service.ts';
import { createAssignmentsRepository } from '#lib/server/claims/assignments.repository.ts';
import { createAssignmentsService } from '#lib/server/claims/assignments.service.ts';
import { createClaimsRepository } from '#lib/server/claims/claims.repository.ts';
import { createClaimsService } from '#lib/server/claims/claims.service.ts';
import { coverRepository } from '#lib/server/claims/cover.repository.ts';
import { createDecisionWrites } from '#lib/server/claims/decision-writes.ts';
import { createDecisionsRepository } from '#lib/server/claims/decisions.repository.ts';
import { createDecisionsService } from '#lib/server/claims/decisions.service.ts';
import { createDeskRepository } from '#lib/server/claims/desk.repository.ts';
import { createDeskService } from '#lib/server/claims/desk.service.ts';
import { createDocumentRequestsRepository } from '#lib/server/claims/document-requests.repository.ts';
import { createDocumentRequestsService } from '#lib/server/claims/document-requests.service.ts';
import { exchangeRatesRepository } from '#lib/server/claims/exchange-rates.repository.ts';
import { createExchangeRatesService } from '#lib/server/claims/exchange-rates.service.ts';
import { createCaseNotesService } from '#lib/server/claims/case-notes.service.ts';
import { createNotesRepository } from '#lib/server/claims/notes.repository.ts';
import { releasedClaimsRepository } from '#lib/server/claims/released-claims.repository.ts';
import { createReviewsRepository } from '#lib/server/claims/reviews.repository.ts';
import { createFiguresRepository } from '#lib/server/claims/figures.repository.ts';
import { createFiguresService } from '#lib/server/claims/figures.service.ts';
import { createOpeningsService } from '#lib/server/claims/openings.service.ts';
import { createPaymentConfirmationsRepository } from '#lib/server/claims/payment-confirmations.repository.ts';
import { createPayoutRunsRepository } from '#lib/server/claims/payout-runs.repository.ts';
import { createPayoutRunsService } from '#lib/server/claims/payout-runs.service.ts';
import { createPayoutsRepository } from '#lib/server/claims/payouts.repository.ts';
import { createPayoutsService } from '#lib/server/claims/payouts.service.ts';
import { createQueueRepository } from '#lib/server/claims/queue.repository.ts';
import { createContractsRepository } from '#lib/server/contracts/contracts.repository.ts';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import { write } from '#lib/server/db/client.ts';
import { insertPerson } from '#lib/server/db/people.ts';
import { accounts } from '#lib/server/db/tables/accounts.ts';
import { submissions } from '#lib/server/db/tables/claims.ts';
import { createDocumentsRepository } from '#lib/server/documents/documents.repository.ts';
import { createFilesRepository } from '#lib/server/documents/files.repository.ts';
import { createFilesService } from '#lib/server/documents/files.service.ts';
import { createStatementPrinter } from '#lib/server/documents/statement-pdf.ts';
import { createMailsRepository } from '#lib/server/messages/mails.repository.ts';
import * as v from 'valibot';
import { openTestDatabase, TEST_NOW_MS, type TestDatabase } from '../../support/database.ts';
import { loadTestFonts } from '../../support/fonts.ts';

const fonts = loadTestFonts();

/** The rooms of one request at the desk, as compose builds them. */
export function deskRooms(it: TestDatabase) {
	const cipher = it.newCipher();
	const files = createFilesRepository(cipher, it.ids.randomBytes);
	const documents = createDocumentsRepository(cipher);
	const claims = createClaimsRepository(cipher);
	const mails = createMailsRepository(cipher);
	const advances = advancesRepository;
	const parts = {
		db: it.db,
		clock: it.clock,
		ids: it.ids,
		audit: it.audit,
		throttle: it.throttle,
		mails,
		advances,
		advanceAnswers: createAdvanceAnswers({ ids: it.ids, mails, documents, advances }),
		queue: createQueueRepository(cipher),
		desk: createDeskRepository(cipher),
		decisions: createDecisionsRepository(cipher),
		cover: coverRepository,
		requests: createDocumentRequestsRepository(),
		figures: createFiguresRepository(cipher),
		reviews: createReviewsRepository(cipher),
		notes: createNotesRepository(cipher),
		files,
		fileStreams: createFilesService({ db: it.db, files }),
		documents,
		ownContracts: createStaffOwnContractsRepository(cipher),
		access: createAccessRepository(cipher),
		inquiryReturns: createInquiryReturnsRepository(cipher),
		accountLooks: accountLooksRepository,
		released: releasedClaimsRepository,
		accessGuard: createAccessGuard({ db: it.db, audit: it.audit }),
		assignments: createAssignmentsRepository(cipher),
		payouts: createPayoutsRepository(cipher),
		payoutRuns: createPayoutRunsRepository(cipher),
		confirmations: createPaymentConfirmationsRepository(cipher),
		operator: OPERATOR,
		rates: exchangeRatesRepository,
		printStatement: createStatementPrinter(() => fonts)
	};
	return {
		...parts,
		cipher,
		/** With the world's own cipher: a customer's key comes with their session. */
		claimsService: createClaimsService({
			...parts,
			claims: createClaimsRepository(it.cipher),
			contracts: createContractsRepository(it.cipher)
		}),
		advancesService: createAdvancesService({
			...{ ...parts, claims: createClaimsRepository(it.cipher) },
			mails: createMailsRepository(it.cipher),
			recipients: createRecipientsRepository(it.cipher)
		}),
		advanceDeskService: createAdvanceDeskService(parts),
		assignmentsService: createAssignmentsService(parts),
		openingsService: createOpeningsService(parts),
		payoutsService: createPayoutsService(parts),
		figuresService: createFiguresService(parts),
		requestsService: createDocumentRequestsService(parts),
		exchangeRatesService: createExchangeRatesService({ ...parts, fetchQuoted: null }),
		caseNotesService: createCaseNotesService(parts),
		payoutRunsService: createPayoutRunsService(parts),
		claims,
		contracts: createContractsRepository(cipher),
		/** Switched on, or as an operator has it who has not. */
		automaticService: (isOn = true) =>
			createAutomaticService({
				...{ ...parts, isOn, automatic: automaticRepository },
				decisionWrites: createDecisionWrites(parts)
			}),
		deskService: createDeskService(parts),
		decisionsService: createDecisionsService(parts)
	};
}

/** A person with an account that can sign in. */
export async function addAccount(
	it: TestDatabase,
	role: Actor['role'],
	firstName: string
): Promise<Actor> {
	const personId = it.ids.newId();
	const accountId = it.ids.newId();
	const profile = { firstName, lastName: 'Muster', dateOfBirth: parseCalendarDate('2001-02-03') };
	const person = await insertPerson(it.cipher, { id: personId, profile, nowMs: it.clock.nowMs() });
	const contact = { email: `${firstName.toLowerCase()}@example.org`, mobile: '+4917012345678' };
	const cell = { table: 'accounts', column: 'contact', rowId: accountId, personId };
	const account = write(
		sqlBuilder.insert(accounts).values({
			id: accountId,
			personId,
			role,
			status: 'active',
			emailIndex: await it.cipher.blindIndex('email', contact.email),
			contact: await it.cipher.sealJson(cell, contact),
			language: 'en',
			passwordHash: 'none',
			totpSecret: new Uint8Array([1]),
			createdAtMs: it.clock.nowMs(),
			activatedAtMs: it.clock.nowMs()
		})
	);
	must(await it.db.commit(person, account));
	return { accountId, personId, role };
}

/** Who a payment needs: its receiver, who decides, who looks a second time, who runs it. */
export async function openPaymentWorld(deductibleMinor: number) {
	const world = await openTestDatabase();
	const customer = await addAccount(world, 'customer', 'Ada');
	const clerk = await addAccount(world, 'clerk', 'Kim');
	const lead = await addAccount(world, 'seniorClerk', 'Lou');
	const finance = await addAccount(world, 'finance', 'Fran');
	const contractId = await addContract(world, customer, deductibleMinor);
	return { world, customer, clerk, lead, finance, contractId };
}

export async function addContract(it: TestDatabase, holder: Actor, deductibleMinor = 5_000) {
	const id = it.ids.newId();
	const startsOn = parseCalendarDate('2026-01-01');
	if (!startsOn) throw new Error('no date');
	const contract = await createContractsRepository(it.cipher).insert(
		{
			id,
			policyNumber: `MA-2041-${id.slice(-6).toUpperCase()}`,
			policyholderId: holder.personId,
			bankAccount: {
				holder: 'Ada Muster',
				iban: 'DE89370400440532013000',
				bic: null,
				bankName: null
			},
			plan: 'Care Student',
			startsOn,
			endsOn: null,
			currency: 'EUR',
			deductibleMinor,
			maximumMinor: null,
			activationHash: null
		},
		[holder.personId]
	);
	must(await it.db.commit(contract));
	return id;
}

/** `treatedOn` where it is not the usual day, `personId` where it is not the owner's bill. */
export type Amount = readonly [
	amountMinor: number,
	currency: string,
	treatedOn?: string | undefined,
	personId?: string
];

/** A claim as a submission leaves it, with one PDF receipt. */
export async function addClaim(
	it: TestDatabase,
	owner: Actor,
	contractId: string,
	amounts: readonly Amount[] = [[10_000, 'EUR']]
) {
	const [id, submissionId, fileId] = [it.ids.newId(), it.ids.newId(), it.ids.newId()];
	const number = `S-2026-${id.slice(-6).toUpperCase()}`;
	const content = contentOf(it, owner, contractId, amounts);
	const nowMs = it.clock.nowMs();
	const submission = write(
		sqlBuilder.insert(submissions).values({
			id: submissionId,
			accountId: owner.accountId,
			draftId: it.ids.newId(),
			manifestHash: '0'.repeat(64),
			manifest: new Uint8Array([1]),
			state: 'committed',
			createdAtMs: nowMs
		})
	);
	const file = await createFilesRepository(it.cipher, it.ids.randomBytes).insertWhole({
		id: fileId,
		accountId: owner.accountId,
		personId: owner.personId,
		name: 'Arztrechnung HIV.pdf',
		type: 'application/pdf',
		bytes: new TextEncoder().encode(`%PDF-1.4 receipt ${fileId}`),
		nowMs
	});
	const claim = await createClaimsRepository(it.cipher).insertSubmitted(
		{
			id,
			number,
			accountId: owner.accountId,
			personId: owner.personId,
			submissionId,
			submittedAtMs: nowMs,
			content,
			fileIds: [fileId]
		},
		{ kind: 'conflict', code: 'claims/already-submitted' }
	);
	must(await it.db.commit(submission, file, claim));
	return { id, number, fileId, invoiceIds: content.invoices.map((invoice) => invoice.id) };
}

/** A rate of the ECB, as an import leaves it. */
export async function addRate(it: TestDatabase, currency: string, rate: string, day: string) {
	const date = parseCalendarDate(day);
	if (!date) throw new Error('no date');
	const fixed = { currency, rate, date, kind: 'ecb' as const, source: 'ECB' };
	const nobody = { evidence: null, madeBy: null, checkedBy: null };
	const writes = exchangeRatesRepository.insertMissing([{ ...fixed, ...nobody }], it.clock.nowMs());
	must(await it.db.commit(...writes));
}

/** Puts a clerk in charge without a word in the log, for tests of what comes afterwards. */
export async function putInCharge(it: TestDatabase, clerk: Actor, claimId: string) {
	await it.client.execute({
		sql: 'update claims set assignee_id = ?, assigned_at_ms = ? where id = ?',
		args: [clerk.accountId, it.clock.nowMs(), claimId]
	});
}

/** As `addClaim`, with a clerk in charge. */
export async function addAssignedClaim(
	it: TestDatabase,
	owner: Actor,
	contractId: string,
	clerk: Actor,
	amounts?: readonly Amount[]
) {
	const claim = await addClaim(it, owner, contractId, amounts);
	await putInCharge(it, clerk, claim.id);
	return claim;
}

/** Its clerk opens a claim and decides each of its lines in the same way. */
export async function decideAlike(
	it: TestDatabase,
	clerk: Actor,
	claim: { readonly id: string; readonly invoiceIds: readonly string[] },
	change: Partial<TypedLine> = {}
): Promise<void> {
	const { version } = must(await deskRooms(it).deskService.open(clerk, claim.id));
	const lines = claim.invoiceIds.map((id) => typed(id, change));
	must(await deskRooms(it).decisionsService.decide(clerk, claim.id, formOf(version, ...lines)));
}

/** The payment of a claim that was decided once. */
export async function payoutIdOf(it: TestDatabase, claimId: string): Promise<string> {
	const { rows } = await it.client.execute({
		sql: 'select id from payouts where claim_id = ?',
		args: [claimId]
	});
	return String(rows[0]?.['id'] ?? '');
}

/** What a claim says, of illness and with one invoice for each amount. */
export function contentOf(
	it: TestDatabase,
	owner: Actor,
	contractId: string,
	amounts: readonly Amount[]
): ClaimContent {
	return v.parse(claimContentSchema, {
		contractId,
		insuredPersonId: owner.personId,
		cause: 'illness',
		diagnosis: 'Secret diagnosis',
		firstTreatmentOn: '2026-10-01',
		country: 'DE',
		hasOtherInsurance: false,
		circumstances: { ...NO_CIRCUMSTANCES, treatedBefore: 'no' },
		note: '',
		invoices: amounts.map(
			([amountMinor, currency, treatedOn = '2026-10-01', insuredPersonId], index) => ({
				id: it.ids.newId(),
				...(insuredPersonId && { insuredPersonId }),
				issuer: `Dr. Sample ${index}`,
				number: `R-${index}`,
				invoiceDate: '2026-10-02',
				treatmentFrom: treatedOn,
				treatmentTo: treatedOn,
				amountMinor,
				currency,
				isPaid: true
			})
		),
		payeeAccount: null,
		declaredTrue: true
	});
}

/** One line of the form, recognised in full unless changed. */
export function typed(invoiceId: string, change: Partial<TypedLine> = {}): TypedLine {
	const empty = { deductible: '', rate: '', rateDate: '', rateSource: '' };
	return { invoiceId, recognised: '100,00', reason: 'none', ...empty, ...change };
}

export function formOf(version: number, ...lines: readonly TypedLine[]): DecisionForm {
	return { version, lines: [...lines] };
}

export function must<T>(result: Result<T>): T {
	if (!result.ok) throw new Error(`not expected: ${JSON.stringify(result.error)}`);
	return result.value;
}

/** Lets an account see a contract, as one that has linked it with the insurer's letter. */
export const linkTo = (world: TestDatabase, { accountId }: Actor, contractId: string) =>
	world.client.execute({
		sql: 'insert into contract_links (account_id, contract_id, linked_at_ms) values (?, ?, ?)',
		args: [accountId, contractId, TEST_NOW_MS]
	});
