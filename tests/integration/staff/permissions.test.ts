import { afterAll, beforeAll, expect, test } from 'vitest';
import * as v from 'valibot';
import { captureSchema } from '#lib/domain/claims/capture.schema.ts';
import { rateProposalSchema } from '#lib/domain/claims/exchange-rates.ts';
import { may, ROLES, type Action, type Actor } from '#lib/domain/actor.ts';
import { NOT_FOUND, type Result } from '#lib/domain/result.ts';
import { serviceTokensRepository } from '#lib/server/accounts/service-tokens.repository.ts';
import { createServiceTokensService } from '#lib/server/accounts/service-tokens.service.ts';
import { contractImportsRepository } from '#lib/server/contracts/contract-imports.repository.ts';
import { createContractImportsService } from '#lib/server/contracts/contract-imports.service.ts';
import { createContractsRepository } from '#lib/server/contracts/contracts.repository.ts';
import { jobStatesRepository } from '#lib/server/jobs/job-states.repository.ts';
import { createOperationsService } from '#lib/server/jobs/operations.service.ts';
import { createHoldsRepository } from '#lib/server/privacy/holds.repository.ts';
import { createHoldsService } from '#lib/server/privacy/holds.service.ts';
import { findGermanBank } from '../../../tools/build/bank-list.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { recoveryRooms } from '../../support/recovery.ts';
import { staffRooms } from '../../support/staff.ts';
import { postRooms } from '../../support/post.ts';
import { inquiryRooms } from '../claims/inquiry-world.ts';
import { proofRooms } from '../contracts/proof-world.ts';
import { deskRooms, formOf } from '../decisions/desk-world.ts';

let it: TestDatabase;
beforeAll(async () => {
	it = await openTestDatabase();
});
afterAll(() => it.close());

/** Nobody's: what is allowed fails later and otherwise, what is not fails before it looks. */
const NOBODY = '0198c0de-0000-7000-8000-000000000000';
const INVITATION = {
	firstName: 'Jonas',
	lastName: 'Petersen',
	role: 'clerk',
	language: 'de'
} as const;

const ANSWER = { outcome: 'covered', upTo: '', reason: '', clause: '' } as const;

/** Of a day to come: whoever may, fails later. */
const SECOND_RATE = {
	...{ currency: 'UAH', day: '2027-01-04', rate: '43.35' },
	...{ source: 'NBU', evidence: 'https://bank.gov.ua/' }
};

function rooms() {
	const { staff, staffOwnContracts, customerSessions } = staffRooms(it);
	const {
		deskService: desk,
		decisionsService: decisions,
		assignmentsService: assignments,
		openingsService: openings,
		payoutsService: payouts,
		payoutRunsService: payoutRuns,
		figuresService: figures,
		advanceDeskService: advanceDesk,
		exchangeRatesService
	} = deskRooms(it);
	const operations = createOperationsService({
		...{ ...it, jobStates: jobStatesRepository, jobsOff: [] }
	});
	const holds = createHoldsService({ ...it, holds: createHoldsRepository(it.newCipher()) });
	const { enter: _door, ...tokens } = createServiceTokensService({
		...it,
		tokens: serviceTokensRepository
	});
	// What the command calls has no actor.
	const {
		check: _dryRun,
		importAll: _all,
		...contractImports
	} = createContractImportsService({
		...{ ...it, contractsOf: createContractsRepository, imports: contractImportsRepository },
		findBank: findGermanBank
	});
	const post = postRooms(it);
	const { desk: recoveryDesk } = recoveryRooms(it);
	// The import has no actor: the job and the command run it.
	const { importRates: _command, importDue: _job, ...exchangeRates } = exchangeRatesService;
	return {
		...{ staff, staffOwnContracts, customerSessions },
		...{ desk, decisions, assignments, openings, payouts, payoutRuns, figures, recoveryDesk },
		...{ advanceDesk, exchangeRates, contractImports, operations, tokens, holds },
		...{ captures: post.captures, postedLetters: post.letters, postedDocuments: post.documents },
		inquiryDesk: inquiryRooms(it).inquiryDesk,
		proofDesk: proofRooms(it).proofDesk
	};
}
type Rooms = ReturnType<typeof rooms>;
type Call = (rooms: Rooms, actor: Actor) => Promise<Result<unknown>>;

/** Every method of the rooms that staff come into, and the action it is. */
const CALLS: readonly (readonly [method: string, action: Action, call: Call])[] = [
	['desk.listQueue', 'claim/read-queue', ({ desk }, actor) => desk.listQueue(actor, null)],
	[
		'desk.findByNumber',
		'claim/read-queue',
		({ desk }, actor) => desk.findByNumber(actor, 'S-2026-000000')
	],
	['desk.findByName', 'claim/read-queue', ({ desk }, actor) => desk.findByName(actor, '')],
	[
		'desk.findByPolicyNumber',
		'claim/read-queue',
		({ desk }, actor) => desk.findByPolicyNumber(actor, 'MA-0000-0000')
	],
	[
		'captures.find',
		'claim/capture',
		({ captures }, actor) => captures.find(actor, { name: 'Nobody' })
	],
	['captures.open', 'claim/capture', ({ captures }, actor) => captures.open(actor, NOBODY)],
	[
		'captures.capture',
		'claim/capture',
		({ captures }, actor) =>
			captures.capture(actor, NOBODY, v.parse(captureSchema, { submission: NOBODY }), [])
	],
	[
		'postedLetters.open',
		'claim/capture',
		({ postedLetters }, actor) => postedLetters.open(actor, NOBODY)
	],
	[
		'postedLetters.capture',
		'claim/capture',
		({ postedLetters }, actor) =>
			postedLetters.capture(
				actor,
				NOBODY,
				{
					...{ submission: NOBODY, account: NOBODY, arrivedOn: '2026-11-20', text: 'x' },
					...{ topic: 'other', about: { kind: 'general' } }
				},
				[]
			)
	],
	[
		'postedDocuments.open',
		'claim/capture',
		({ postedDocuments }, actor) => postedDocuments.open(actor, NOBODY)
	],
	[
		'postedDocuments.capture',
		'claim/capture',
		({ postedDocuments }, actor) =>
			postedDocuments.capture(actor, NOBODY, { request: NOBODY, arrivedOn: '2026-11-20' }, [])
	],
	['proofDesk.list', 'contract/check-proofs', ({ proofDesk }, actor) => proofDesk.list(actor)],
	[
		'proofDesk.askForm',
		'contract/check-proofs',
		({ proofDesk }, actor) => proofDesk.askForm(actor, NOBODY)
	],
	[
		'proofDesk.ask',
		'contract/check-proofs',
		({ proofDesk }, actor) =>
			proofDesk.ask(actor, NOBODY, { person: NOBODY, kind: 'visa', dueOn: '' })
	],
	[
		'proofDesk.take',
		'contract/check-proofs',
		({ proofDesk }, actor) => proofDesk.take(actor, NOBODY)
	],
	[
		'proofDesk.release',
		'contract/check-proofs',
		({ proofDesk }, actor) => proofDesk.release(actor, NOBODY)
	],
	[
		'proofDesk.open',
		'contract/check-proofs',
		({ proofDesk }, actor) => proofDesk.open(actor, NOBODY)
	],
	[
		'proofDesk.openFile',
		'contract/check-proofs',
		({ proofDesk }, actor) => proofDesk.openFile(actor, NOBODY, NOBODY)
	],
	[
		'proofDesk.accept',
		'contract/check-proofs',
		({ proofDesk }, actor) => proofDesk.accept(actor, NOBODY)
	],
	[
		'proofDesk.giveBack',
		'contract/check-proofs',
		({ proofDesk }, actor) => proofDesk.giveBack(actor, NOBODY, 'expired')
	],
	[
		'proofDesk.withdraw',
		'contract/check-proofs',
		({ proofDesk }, actor) => proofDesk.withdraw(actor, NOBODY)
	],
	['tokens.list', 'token/manage', ({ tokens }, actor) => tokens.list(actor)],
	[
		'tokens.create',
		'token/manage',
		// An account that is none cannot own a token: whoever may fails at the database.
		({ tokens }, actor) =>
			tokens.create(actor, { name: 'x', days: 7, scopes: ['claims:read'] }).catch(() => NOT_FOUND)
	],
	['tokens.revoke', 'token/manage', ({ tokens }, actor) => tokens.revoke(actor, NOBODY)],
	[
		'contractImports.checkUpload',
		'contract/import',
		({ contractImports }, actor) => contractImports.checkUpload(actor, new Uint8Array())
	],
	[
		'contractImports.importUpload',
		'contract/import',
		({ contractImports }, actor) => contractImports.importUpload(actor, new Uint8Array())
	],
	['holds.list', 'hold/read', ({ holds }, actor) => holds.list(actor)],
	[
		'holds.place',
		'hold/change',
		({ holds }, actor) =>
			holds.place(actor, { subject: 'claim', found: 'S-0', reason: 'tax', reviewOn: '2027-01-04' })
	],
	[
		'holds.end',
		'hold/change',
		({ holds }, actor) => holds.end(actor, { hold: NOBODY, endReason: 'mistake' })
	],
	['operations.show', 'operations/read', ({ operations }, actor) => operations.show(actor)],
	[
		'operations.tryMailAgain',
		'operations/mend',
		({ operations }, actor) => operations.tryMailAgain(actor, NOBODY)
	],
	[
		'operations.giveMailUp',
		'operations/mend',
		({ operations }, actor) => operations.giveMailUp(actor, NOBODY, 'out-of-date')
	],
	['exchangeRates.list', 'rate/read', ({ exchangeRates }, actor) => exchangeRates.list(actor)],
	[
		'exchangeRates.propose',
		'rate/propose',
		({ exchangeRates }, actor) =>
			exchangeRates.propose(actor, v.parse(rateProposalSchema, SECOND_RATE))
	],
	[
		'exchangeRates.approve',
		'rate/approve',
		({ exchangeRates }, actor) => exchangeRates.approve(actor, NOBODY)
	],
	[
		'exchangeRates.refuse',
		'rate/approve',
		({ exchangeRates }, actor) => exchangeRates.refuse(actor, NOBODY)
	],
	['desk.open', 'claim/read-any', ({ desk }, actor) => desk.open(actor, NOBODY)],
	[
		'desk.revealAccount',
		'claim/read-any',
		({ desk }, actor) => desk.revealAccount(actor, NOBODY, 'account-asked')
	],
	['desk.openFile', 'claim/read-any', ({ desk }, actor) => desk.openFile(actor, NOBODY, NOBODY)],
	[
		'decisions.preview',
		'claim/decide',
		({ decisions }, actor) => decisions.preview(actor, NOBODY, formOf(1))
	],
	[
		'decisions.decide',
		'claim/decide',
		({ decisions }, actor) => decisions.decide(actor, NOBODY, formOf(1))
	],
	[
		'assignments.viewDoor',
		'claim/read-queue',
		({ assignments }, actor) => assignments.viewDoor(actor, NOBODY)
	],
	['assignments.take', 'claim/take', ({ assignments }, actor) => assignments.take(actor, NOBODY)],
	[
		'assignments.handOver',
		'claim/take',
		({ assignments }, actor) => assignments.handOver(actor, NOBODY, NOBODY)
	],
	[
		'assignments.release',
		'claim/take',
		({ assignments }, actor) => assignments.release(actor, NOBODY)
	],
	[
		'assignments.assign',
		'claim/assign',
		({ assignments }, actor) => assignments.assign(actor, NOBODY, NOBODY)
	],
	[
		'openings.open',
		'claim/open-with-reason',
		({ openings }, actor) =>
			openings.open(actor, NOBODY, { reason: 'complaint', note: 'a note long enough' })
	],
	[
		'openings.listToReview',
		'claim/review-openings',
		({ openings }, actor) => openings.listToReview(actor)
	],
	[
		'openings.review',
		'claim/review-openings',
		({ openings }, actor) => openings.review(actor, { subject: 'inquiry', opening: NOBODY })
	],
	[
		'inquiryDesk.list',
		'claim/answer-inquiries',
		({ inquiryDesk }, actor) => inquiryDesk.list(actor)
	],
	[
		'inquiryDesk.take',
		'claim/answer-inquiries',
		({ inquiryDesk }, actor) => inquiryDesk.take(actor, NOBODY)
	],
	[
		'inquiryDesk.release',
		'claim/answer-inquiries',
		({ inquiryDesk }, actor) => inquiryDesk.release(actor, NOBODY)
	],
	[
		'inquiryDesk.openFile',
		'claim/answer-inquiries',
		({ inquiryDesk }, actor) => inquiryDesk.openFile(actor, NOBODY, NOBODY)
	],
	[
		'inquiryDesk.open',
		'claim/answer-inquiries',
		({ inquiryDesk }, actor) => inquiryDesk.open(actor, NOBODY)
	],
	[
		'inquiryDesk.check',
		'claim/answer-inquiries',
		({ inquiryDesk }, actor) => inquiryDesk.check(actor, NOBODY, ANSWER)
	],
	[
		'inquiryDesk.answer',
		'claim/answer-inquiries',
		({ inquiryDesk }, actor) => inquiryDesk.answer(actor, NOBODY, ANSWER)
	],
	[
		'advanceDesk.putDown',
		'claim/decide',
		({ advanceDesk }, actor) => advanceDesk.putDown(actor, NOBODY)
	],
	[
		'advanceDesk.grant',
		'claim/decide',
		({ advanceDesk }, actor) => advanceDesk.grant(actor, NOBODY, '1')
	],
	[
		'advanceDesk.refuse',
		'claim/decide',
		({ advanceDesk }, actor) => advanceDesk.refuse(actor, NOBODY, 'nothing-certain')
	],
	['figures.show', 'claim/read-figures', ({ figures }, actor) => figures.show(actor)],
	['payouts.list', 'payout/read', ({ payouts }, actor) => payouts.list(actor)],
	['payouts.open', 'payout/read', ({ payouts }, actor) => payouts.open(actor, NOBODY)],
	[
		'payouts.revealAccount',
		'payout/read',
		({ payouts }, actor) => payouts.revealAccount(actor, NOBODY, 'account-checked')
	],
	[
		'payouts.approve',
		'payout/approve',
		({ payouts }, actor) => payouts.approve(actor, NOBODY, '00')
	],
	[
		'payouts.refuse',
		'payout/approve',
		({ payouts }, actor) => payouts.refuse(actor, NOBODY, '00', 'other')
	],
	[
		'payouts.renew',
		'payout/renew',
		({ payouts }, actor) => payouts.renew(actor, NOBODY, { holder: 'Ada', iban: 'DE00' })
	],
	[
		'payouts.bookReturn',
		'payout/run',
		({ payouts }, actor) => payouts.bookReturn(actor, NOBODY, 'account-closed')
	],
	['payoutRuns.create', 'payout/run', ({ payoutRuns }, actor) => payoutRuns.create(actor, 'sepa')],
	[
		'payoutRuns.openFile',
		'payout/run',
		({ payoutRuns }, actor) => payoutRuns.openFile(actor, NOBODY)
	],
	[
		'payoutRuns.confirm',
		'payout/run',
		({ payoutRuns }, actor) => payoutRuns.confirm(actor, NOBODY)
	],
	['recoveryDesk.list', 'recovery/check', ({ recoveryDesk }, actor) => recoveryDesk.list(actor)],
	[
		'recoveryDesk.view',
		'recovery/check',
		({ recoveryDesk }, actor) => recoveryDesk.view(actor, NOBODY)
	],
	[
		'recoveryDesk.check',
		'recovery/check',
		({ recoveryDesk }, actor) => recoveryDesk.check(actor, NOBODY)
	],
	[
		'recoveryDesk.approve',
		'recovery/approve',
		({ recoveryDesk }, actor) => recoveryDesk.approve(actor, NOBODY)
	],
	[
		'recoveryDesk.refuse',
		'recovery/check',
		({ recoveryDesk }, actor) => recoveryDesk.refuse(actor, NOBODY)
	],
	[
		'recoveryDesk.printLetter',
		'recovery/approve',
		({ recoveryDesk }, actor) => recoveryDesk.printLetter(actor, NOBODY)
	],
	['staff.list', 'staff/read', ({ staff }, actor) => staff.list(actor)],
	['staff.view', 'staff/read', ({ staff }, actor) => staff.view(actor, NOBODY)],
	[
		'staff.invite',
		'staff/invite',
		({ staff }, actor) => staff.invite(actor, { ...INVITATION, email: `${actor.role}@x.example` })
	],
	[
		'staff.changeRole',
		'staff/change-role',
		({ staff }, actor) => staff.changeRole(actor, NOBODY, 'clerk')
	],
	['staff.readmit', 'staff/readmit', ({ staff }, actor) => staff.readmit(actor, NOBODY)],
	['staff.approve', 'staff/approve', ({ staff }, actor) => staff.approve(actor, NOBODY)],
	['staff.refuse', 'staff/approve', ({ staff }, actor) => staff.refuse(actor, NOBODY)],
	['staff.disable', 'staff/disable', ({ staff }, actor) => staff.disable(actor, NOBODY)],
	['staff.endSessions', 'session/end-any', ({ staff }, actor) => staff.endSessions(actor, NOBODY)],
	[
		'customerSessions.end',
		'customer/end-sessions',
		({ customerSessions }, actor) =>
			customerSessions.end(actor, { email: 'nobody@example.org', reason: 'asked' })
	],
	[
		'staffOwnContracts.list',
		'staff/name-own-contracts',
		({ staffOwnContracts }, actor) => staffOwnContracts.list(actor)
	],
	[
		'staffOwnContracts.name',
		'staff/name-own-contracts',
		({ staffOwnContracts }, actor) => staffOwnContracts.name(actor, 'MA-0000-0000')
	]
];

test.each(CALLS)('Z5: %s (%s) refuses exactly the roles that the table refuses', async (...row) => {
	const [, action, call] = row;
	for (const role of ROLES) {
		const actor = { accountId: it.ids.newId(), personId: it.ids.newId(), role };
		const before = await it.countRows('audit_events');
		const answer = await call(rooms(), actor);
		const isForbidden = !answer.ok && answer.error.code === 'portal/forbidden';
		expect(isForbidden, role).toBe(!may(role, action));
		// Who may not does not get as far as the log, and changes nothing.
		if (isForbidden) expect(await it.countRows('audit_events')).toBe(before);
	}
});

test('Z5: no method of these rooms is without a line in the list above', () => {
	const methods = Object.entries(rooms()).flatMap(([room, service]) =>
		Object.keys(service).map((method) => `${room}.${method}`)
	);
	expect(methods.toSorted()).toEqual(CALLS.map(([method]) => method).toSorted());
});
