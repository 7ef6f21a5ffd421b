import type { Actor } from '#lib/domain/actor.ts';
import { createKeptFormsRepository } from '#lib/server/accounts/kept-forms.repository.ts';
import { createRequestsRepository } from '#lib/server/contracts/requests.repository.ts';
import { createAccountChangesRepository } from '#lib/server/contracts/account-changes.repository.ts';
import { createNotesRepository } from '#lib/server/claims/notes.repository.ts';
import { createReviewsRepository } from '#lib/server/claims/reviews.repository.ts';
import { createPayoutsRepository } from '#lib/server/claims/payouts.repository.ts';
import type { NewConversation } from '#lib/domain/messages/conversation.schema.ts';
import { addAccount } from '../decisions/desk-world.ts';
import { ownerOf, type Owner } from '../../support/account-page.ts';
import type { TestDatabase } from '../../support/database.ts';
import { cipherOf, insertClaim, linkContract } from '../../support/privacy.ts';
import { claimRooms, readySubmission } from '../../support/claims.ts';
import { pngOf } from '../../support/files.ts';
import { mustHold } from '../../support/staff.ts';
import { inquiryOf, inquiryRooms } from '../claims/inquiry-world.ts';
import { proofRooms } from '../contracts/proof-world.ts';
import { inboxOf, QUESTION, talksOf } from '../messages/message-world.ts';

export type World = Awaited<ReturnType<typeof worldOf>>;

/** Somebody with something in every table that has room for them. */
export async function worldOf(it: TestDatabase) {
	const owner = await ownerOf(it);
	const { actor } = await owner.enter();
	const contract = await linkContract(it, actor.accountId, null);
	await fillTables(it, actor);
	return { owner, actor, contract };
}

/** What no road of the portal leaves behind in a few steps. */
export async function fillTables(it: TestDatabase, { accountId, personId }: Actor): Promise<void> {
	const nowMs = it.clock.nowMs();
	const later = nowMs + 1_000_000_000;
	const token = () => it.ids.randomBytes(32);
	await it.client.batch(
		[
			{
				sql: `insert into passkeys values (?, ?, x'00', 0, '', 0, 'MARKER-passkey', ?, null)`,
				args: [it.ids.newId(), accountId, nowMs]
			},
			{
				sql: `insert into known_devices values (?, ?, 'MARKER-device', ?, ?, ?)`,
				args: [token(), accountId, nowMs, nowMs, later]
			},
			{
				sql: `insert into push_subscriptions
				 select ?, account_id, token_hash, x'00', ?, ?, null, 0 from known_devices where account_id = ? limit 1`,
				args: [it.ids.newId(), nowMs, nowMs, accountId]
			},
			{
				sql: `insert into enrolments (token_hash, account_id, totp_secret, expires_at_ms)
				 values (?, ?, x'01', ?)`,
				args: [token(), accountId, later]
			},
			{
				sql: `insert into sign_in_challenges (token_hash, account_id, is_password_right, door, expires_at_ms)
				 values (?, ?, 1, 'customer', ?)`,
				args: [token(), accountId, later]
			},
			{
				sql: `insert into recovery_cases (id, account_id, state, opened_at_ms, ready_at_ms, closed_at_ms)
				 values (?, ?, 'done', ?, ?, ?)`,
				args: [it.ids.newId(), accountId, nowMs, nowMs, nowMs]
			},
			{
				sql: `insert into mail_tokens (token_hash, account_id, purpose, expires_at_ms)
				 values (?, ?, 'not-me', ?)`,
				args: [token(), accountId, later]
			},
			{
				sql: `insert into draft_snapshots values (?, ?, 1, 0, x'00', ?, ?, 0)`,
				args: [accountId, it.ids.newId(), nowMs, later]
			},
			{
				sql: `insert into draft_parts select account_id, draft_id, 'a.0', x'00' from draft_snapshots
				 where true on conflict do nothing`,
				args: []
			},
			{
				sql: `insert into vault_devices values (?, ?, null, x'00', ?, 0)`,
				args: [it.ids.newId(), accountId, nowMs]
			},
			{
				sql: `insert into draft_devices values (?, ?, '{}', ?)`,
				args: [accountId, token(), nowMs]
			},
			{
				sql: `insert into information_facts values (?, 'HE', 'student', 'VN', 2004, ?)
				 on conflict do nothing`,
				args: [accountId, nowMs]
			},
			{
				sql: `insert into marketing_consents values (?, ?, '2026-11', 'hash', 'de', ?, null)`,
				args: [it.ids.newId(), accountId, nowMs]
			},
			{
				sql: `insert into legal_holds (id, subject, subject_id, reason, review_on, placed_by, placed_at_ms, lifted_at_ms)
				 values (?, 'account', ?, 'audit', '2026-12-01', 'dpo', ?, ?)`,
				args: [it.ids.newId(), accountId, nowMs, nowMs]
			}
		],
		'write'
	);
	const rooms = await claimRooms(it, { accountId, personId, role: 'customer' });
	await rooms.vault.open({ accountId, personId, role: 'customer' });
}

/** What was typed when a session ended. */
export async function keepForm(it: TestDatabase, owner: Owner): Promise<void> {
	const { cipher, actor } = await owner.enter();
	const done = await it.db.commit(
		await createKeptFormsRepository(cipher).keep(
			actor,
			'/account/mobile',
			{ mobile: 'MARKER-kept' },
			it.clock.nowMs()
		)
	);
	if (!done.ok) throw new Error(done.error.code);
}

/** Proves a wish on the page that asks for it. */
export async function proveAct(owner: Owner, act: 'data/export' | 'account/delete') {
	const { dataExport, erasure, actor, sessionId } = await owner.enter();
	const asked =
		act === 'data/export'
			? await dataExport.ask(actor, sessionId)
			: await erasure.ask(actor, sessionId);
	if (!asked.ok) throw new Error(asked.error.code);
	const { stepUp, ...here } = await owner.enter();
	const done = await stepUp.confirm(here.actor, here.sessionId, asked.value.id, owner.proof());
	if (!done.ok) throw new Error(done.error.code);
	owner.take(done.value.sessionToken);
}

/** A submission with all its files that was never handed in. */
export const leaveUnsent = (it: TestDatabase, actor: Actor, contract: World['contract']) =>
	readySubmission(it, { ...actor, ...contract });

export { insertClaim, linkContract };

/** What its owner leaves at a contract: another account, and a request. */
export async function leaveContractTraces(
	it: TestDatabase,
	owner: Actor,
	{ contractId, insuredPersonId }: World['contract']
): Promise<void> {
	const { cipher } = await cipherOf(it, { personId: insuredPersonId });
	const changes = createAccountChangesRepository(cipher);
	const account = { holder: 'Ida Berg', iban: 'DE02120300000000202051', bic: null, bankName: null };
	const place = { id: 'change', policyholderId: insuredPersonId };
	const done = await it.db.commit(
		changes.insert({
			...{ id: 'change', contractId, askedAtMs: it.clock.nowMs(), holdsFrom: '2026-11-29' },
			isAfterRecovery: false,
			account: await changes.seal(place, account),
			stopHash: it.ids.randomBytes(32)
		}),
		await createRequestsRepository((await cipherOf(it, owner)).cipher).insert(
			{
				...{ id: 'request', kind: 'extension', reference: 'V-2026-AAAAAAAA', contractId },
				...{ personId: owner.personId, receivedAtMs: it.clock.nowMs(), wishedOn: null },
				content: {
					...{ name: 'Ida Berg', email: 'ida@example.org', policyNumber: 'MA-1' },
					...{ language: 'de', note: 'MARKER-request' }
				}
			},
			{ kind: 'conflict', code: 'contracts/request-waiting' }
		)
	);
	if (!done.ok) throw new Error(done.error.code);
}

/** What is asked before a treatment: one that a clerk has read and answered, one that waits. */
export async function leaveInquiries(
	it: TestDatabase,
	actor: Actor,
	contract: World['contract']
): Promise<void> {
	const { inquiries } = inquiryRooms(it);
	const paper = (name: string) => ({ field: 'file1', name, bytes: pngOf() });
	const { id } = mustHold(await inquiries.send(actor, inquiryOf(contract), [paper('plan.png')]));
	mustHold(await inquiries.send(actor, inquiryOf(contract), [paper('open.png')]));
	const clerk = await addAccount(it, 'clerk', 'Jonas-inquiries');
	const { inquiryDesk } = inquiryRooms(it);
	mustHold(await inquiryDesk.take(clerk, id));
	mustHold(await inquiryDesk.open(clerk, id));
	const answer = { outcome: 'covered', upTo: '', reason: '', clause: '' } as const;
	mustHold(await inquiryDesk.answer(clerk, id, answer));
}

/** A proof of insurability that was asked for, handed in and looked at. */
export async function leaveProof(
	it: TestDatabase,
	actor: Actor,
	{ contractId, insuredPersonId }: World['contract']
): Promise<void> {
	const clerk = await addAccount(it, 'clerk', 'Jonas-proofs');
	const asked = { person: insuredPersonId, kind: 'visa', dueOn: '2026-12-20' } as const;
	mustHold(await proofRooms(it).proofDesk.ask(clerk, contractId, asked));
	const [proof] = mustHold(await proofRooms(it).proofs.show(actor, contractId)).proofs;
	const id = proof?.id ?? '';
	const upload = { name: 'visum.png', bytes: pngOf() };
	const { cipher } = await cipherOf(it, actor);
	mustHold(await proofRooms(it, cipher).proofs.handIn(actor, contractId, id, upload));
	mustHold(await proofRooms(it).proofDesk.open(clerk, id));
}

/** What others leave at a decided claim: looks, one with a reason and one by a release, and a payment. */
export async function leaveStaffTraces(
	it: TestDatabase,
	{ accountId, personId }: Actor,
	claimId: string
): Promise<void> {
	const clerk = await addAccount(it, 'clerk', 'Jonas');
	const nowMs = it.clock.nowMs();
	await it.client.execute({
		sql: `insert into claim_openings (id, claim_id, account_id, reason, note, opened_at_ms, ends_at_ms)
			values ('opening', ?, ?, 'complaint', x'00', ?, ?)`,
		args: [claimId, clerk.accountId, nowMs, nowMs + 1]
	});
	await it.client.execute({
		sql: `insert into claim_looks (id, claim_id, account_id, role, opening_id, what, at_ms)
			values ('look', ?, ?, 'clerk', 'opening', 'claim', ?)`,
		args: [claimId, clerk.accountId, nowMs]
	});
	await it.client.execute({
		sql: `insert into account_looks (id, claim_id, account_id, role, reason, at_ms)
			values ('account-look', ?, ?, 'clerk', 'account-asked', ?)`,
		args: [claimId, clerk.accountId, nowMs]
	});
	const holder = await addAccount(it, 'customer', 'Policyholder');
	await it.client.execute({
		sql: `insert into released_claim_looks (id, claim_id, account_id, at_ms) values ('released', ?, ?, ?)`,
		args: [claimId, holder.accountId, nowMs]
	});
	await it.client.execute({
		sql: `insert into document_requests (id, claim_id, kind, line, asked_at_ms, asked_by, due_on)
			values ('request', ?, 'referral', 0, ?, ?, '2026-12-13')`,
		args: [claimId, nowMs, clerk.accountId]
	});
	await it.client.execute({
		sql: `insert into advance_requests (id, claim_id, asked_at_ms, asked_by, outcome, refusal, answered_at_ms, answered_by)
			values ('advance', ?, ?, ?, 'refused', 'decided-soon', ?, ?)`,
		args: [claimId, nowMs, accountId, nowMs, clerk.accountId]
	});
	const { cipher } = await cipherOf(it, { personId });
	const written = await it.db.commit(
		await createReviewsRepository(cipher).open({
			...{ id: 'review', claimId, personId, kind: 'objection', line: 1, fileId: null },
			...{ reason: 'MARKER-objection', openedAtMs: nowMs, openedBy: accountId }
		}),
		await createNotesRepository(cipher).insert({
			...{ id: 'note', claimId, personId, accountId: clerk.accountId },
			...{ text: 'MARKER-note', atMs: nowMs }
		})
	);
	if (!written.ok) throw new Error(written.error.code);
	const payout = await createPayoutsRepository(cipher).insert({
		...{ id: 'payout', claimId, accountId, personId, decisionNo: 1, version: 1 },
		...{ route: 'sepa', secondLook: null },
		amount: { amountMinor: 4_200, currency: 'EUR' },
		payee: { holder: 'MARKER-payee', iban: 'DE02120300000000202051' },
		...{ madeBy: clerk.accountId, madeAtMs: nowMs }
	});
	const done = await it.db.commit(payout);
	if (!done.ok) throw new Error(done.error.code);
}

export type TalkAbout = NewConversation['about'];

/** A question that was asked, looked at and answered; answers the conversation's id. */
export async function leaveConversation(
	it: TestDatabase,
	actor: Actor,
	about: TalkAbout
): Promise<string> {
	const talks = await talksOf(it, actor);
	const file = { field: 'file1', name: 'rezept.png', bytes: new Uint8Array(pngOf()) };
	const { id } = mustHold(await talks.start(actor, { ...QUESTION, about }, [file]));
	const clerk = await addAccount(it, 'clerk', `Jonas-${about.kind}`);
	mustHold(await inboxOf(it).take(clerk, id));
	mustHold(await inboxOf(it).open(clerk, id));
	mustHold(await inboxOf(it).answer(clerk, id, { text: 'Ja.' }));
	return id;
}
