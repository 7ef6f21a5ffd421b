/** Missing documents, from the clerk's question to the file that answers it (decision 0052). */
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Actor } from '#lib/domain/actor.ts';
import { DAY_MS } from '#lib/domain/calendar.ts';
import { CLAIM_STEPS, type ClaimState } from '#lib/domain/claims/claim.ts';
import { REQUEST_KINDS } from '#lib/domain/claims/document-request.ts';
import { createAnswersService } from '#lib/server/claims/answers.service.ts';
import { createDecisionsService } from '#lib/server/claims/decisions.service.ts';
import { createRecipientsRepository } from '#lib/server/accounts/recipients.repository.ts';
import { createInspectionService } from '#lib/server/documents/inspection.service.ts';
import { createInspectionsRepository } from '#lib/server/documents/inspections.repository.ts';
import { createDocumentsRepository } from '#lib/server/documents/documents.repository.ts';
import { createReceivedFiles } from '#lib/server/documents/received-files.ts';
import { waitingMails } from '../../support/accounts.ts';
import { claimRooms, jpegBytes } from '../../support/claims.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { JPEG_METADATA, jpegOf } from '../../support/files.ts';
import {
	addAccount,
	addAssignedClaim,
	addContract,
	deskRooms,
	formOf,
	must,
	typed
} from './desk-world.ts';

let world: TestDatabase;
let customer: Actor;
let clerk: Actor;
let contractId: string;

beforeEach(async () => {
	world = await openTestDatabase();
	customer = await addAccount(world, 'customer', 'Ada');
	clerk = await addAccount(world, 'clerk', 'Kim');
	contractId = await addContract(world, customer);
});

afterEach(() => world.close());

const PRESCRIPTION = { kind: 'prescription', line: 0 } as const;
const REFERRAL = { kind: 'referral', line: 1 } as const;
const photo = (size = 3000) => ({ name: 'IMG 1.jpg', bytes: new Uint8Array(jpegBytes(size)) });
const refusal = (kind: string, code: string) => ({ ok: false, error: { kind, code } });

const staff = () => deskRooms(world).requestsService;
/** The customer's own room; what it is told goes to `completed`. */
const answers = (completed: string[] = []) =>
	createAnswersService({
		...world,
		requests: deskRooms(world).requests,
		documents: createDocumentsRepository(world.cipher),
		receivedFiles: createReceivedFiles(world.cipher, world.ids.randomBytes),
		onComplete: (id) => completed.push(id)
	});

/** A claim that its clerk has opened. */
async function openedClaim() {
	const claim = await addAssignedClaim(world, customer, contractId, clerk);
	must(await deskRooms(world).deskService.open(clerk, claim.id));
	return claim;
}

const seen = async (claimId: string) =>
	must(await deskRooms(world).claimsService.getOwn(customer, claimId));
const atDesk = async (claimId: string) =>
	must(await deskRooms(world).deskService.open(clerk, claimId));
const stateOf = async (claimId: string): Promise<ClaimState> => (await seen(claimId)).state;
const openIds = async (claimId: string) =>
	(await seen(claimId)).requests.filter(({ isOpen }) => isOpen).map(({ id }) => id);

describe('asking for a document', () => {
	it('hands the claim to the customer, with a mail without content and an entry in the log', async () => {
		const claim = await openedClaim();
		world.takeRoundTrips();
		must(await staff().ask(clerk, claim.id, PRESCRIPTION));
		expect(world.takeRoundTrips()).toBe(2);
		const view = await seen(claim.id);
		expect(view).toMatchObject({ state: 'documents_requested', nextActor: 'customer' });
		expect(view.requests).toMatchObject([
			{ kind: 'prescription', line: 0, dueOn: '2026-12-13', isOpen: true, isOverdue: false }
		]);
		expect(view.changedAtMs).toBe(world.clock.nowMs());
		const mails = await waitingMails(world);
		expect(mails.map(({ template }) => template)).toEqual(['documents-asked']);
		expect(JSON.stringify(mails)).not.toMatch(/prescription|Rezept|S-2026/);
		expect(await world.countRows("audit_events where event = 'claim/document-asked'")).toBe(1);
	});

	it('is refused for what was asked for already, and for what has come', async () => {
		const claim = await openedClaim();
		must(await staff().ask(clerk, claim.id, PRESCRIPTION));
		const asked = refusal('conflict', 'claims/document-asked');
		expect(await staff().ask(clerk, claim.id, PRESCRIPTION)).toEqual(asked);
		expect(await staff().ask(clerk, claim.id, { kind: 'prescription', line: 1 })).toEqual(asked);
		const [id = ''] = await openIds(claim.id);
		must(await answers().answer(customer, claim.id, id, photo()));
		expect(await staff().ask(clerk, claim.id, PRESCRIPTION)).toEqual(asked);
		expect(await waitingMails(world)).toHaveLength(1);
	});

	it('happens once when two tabs ask at once', async () => {
		const claim = await openedClaim();
		const tries = await Promise.all([1, 2, 3].map(() => staff().ask(clerk, claim.id, REFERRAL)));
		expect(tries.filter(({ ok }) => ok)).toHaveLength(1);
		expect(await world.countRows('document_requests')).toBe(1);
		expect(await waitingMails(world)).toHaveLength(1);
	});

	it('Z6: is for whoever works on the claim, and a try of anybody else is written down', async () => {
		const claim = await openedClaim();
		const other = await addAccount(world, 'clerk', 'Robin');
		const refused = refusal('forbidden', 'claims/not-assigned');
		expect(await staff().ask(other, claim.id, PRESCRIPTION)).toEqual(refused);
		expect(await staff().ask(customer, claim.id, PRESCRIPTION)).toMatchObject({ ok: false });
		expect(await world.countRows('document_requests')).toBe(0);
		expect(await world.countRows("audit_events where event = 'claim/access-refused'")).toBe(1);
	});

	it('names an invoice that the claim has', async () => {
		const claim = await openedClaim();
		expect(await staff().ask(clerk, claim.id, { kind: 'referral', line: 2 })).toMatchObject({
			error: { kind: 'invalid', issues: { line: 'required' } }
		});
	});

	it('is over when the claim is decided: nothing stays open, nothing can be asked or sent', async () => {
		const claim = await openedClaim();
		must(await staff().ask(clerk, claim.id, PRESCRIPTION));
		const [id = ''] = await openIds(claim.id);
		const { version } = await atDesk(claim.id);
		const form = formOf(version, ...claim.invoiceIds.map((invoice) => typed(invoice)));
		must(await deskRooms(world).decisionsService.decide(clerk, claim.id, form));
		expect((await seen(claim.id)).requests).toEqual([]);
		expect(await staff().ask(clerk, claim.id, REFERRAL)).toEqual(
			refusal('conflict', 'claims/not-in-review')
		);
		expect(await answers().answer(customer, claim.id, id, photo())).toEqual(
			refusal('conflict', 'claims/request-closed')
		);
	});
});

it('Z4: a representative whose time is over answers no request for what they handed in', async () => {
	const claim = await openedClaim();
	must(await staff().ask(clerk, claim.id, PRESCRIPTION));
	const [id = ''] = await openIds(claim.id);
	const today = new Date(world.clock.nowMs()).toISOString().slice(0, 10);
	const represent = (endsOn: string) =>
		world.client.execute({
			sql: `insert or replace into contract_links (account_id, contract_id, linked_at_ms, role, scope, ends_on)
				values (?, ?, 0, 'representative', 'claims', ?)`,
			args: [customer.accountId, contractId, endsOn]
		});
	await represent('2026-01-01');
	expect(await answers().answer(customer, claim.id, id, photo())).toEqual(
		refusal('conflict', 'claims/request-closed')
	);
	await represent(today);
	must(await answers().answer(customer, claim.id, id, photo()));
});

describe('taking a request back', () => {
	it('gives the claim to the clerk when nothing is missing any more', async () => {
		const claim = await openedClaim();
		must(await staff().ask(clerk, claim.id, PRESCRIPTION));
		must(await staff().ask(clerk, claim.id, REFERRAL));
		const [first = '', second = ''] = await openIds(claim.id);
		must(await staff().withdraw(clerk, claim.id, first));
		expect(await stateOf(claim.id)).toBe('documents_requested');
		must(await staff().withdraw(clerk, claim.id, second));
		expect(await stateOf(claim.id)).toBe('in_review');
		expect(await staff().withdraw(clerk, claim.id, second)).toEqual(
			refusal('conflict', 'claims/request-closed')
		);
		must(await staff().ask(clerk, claim.id, PRESCRIPTION));
	});
});

describe('handing a document in', () => {
	it('closes exactly its request, and gives the claim back with the last one', async () => {
		const claim = await openedClaim();
		must(await staff().ask(clerk, claim.id, PRESCRIPTION));
		must(await staff().ask(clerk, claim.id, REFERRAL));
		const [first = '', second = ''] = await openIds(claim.id);
		const completed: string[] = [];
		world.takeRoundTrips();
		must(await answers(completed).answer(customer, claim.id, second, photo()));
		expect(world.takeRoundTrips()).toBe(2);
		expect(await openIds(claim.id)).toEqual([first]);
		expect(await stateOf(claim.id)).toBe('documents_requested');
		must(await answers(completed).answer(customer, claim.id, first, photo()));
		expect(await stateOf(claim.id)).toBe('in_review');
		const view = await atDesk(claim.id);
		expect(view.requests.map(({ receipt }) => receipt)).toEqual([3, 2]);
		expect(view.files).toHaveLength(3);
		expect(completed).toHaveLength(2);
		expect(await world.countRows("audit_events where event = 'claim/document-received'")).toBe(2);
	});

	it('leaves a receipt in the mailbox that says what came and proves it, and sends no mail', async () => {
		const claim = await openedClaim();
		must(await staff().ask(clerk, claim.id, REFERRAL));
		const [id = ''] = await openIds(claim.id);
		must(await answers().answer(customer, claim.id, id, photo()));
		expect(await waitingMails(world)).toHaveLength(1);
		const name = {
			kind: 'contract-notice',
			notice: { topic: 'document-received', document: 'referral' }
		};
		expect((await seen(claim.id)).documents).toMatchObject([{ name, isUnread: true }]);
		const { mailbox, documents } = await claimRooms(world, customer);
		const [entry] = must(await mailbox.list(customer)).entries;
		expect(entry).toMatchObject({
			...{ claimNumber: claim.number, policyNumberMasked: null },
			subject: { of: 'document', name }
		});
		const read = must(await documents.open(customer, entry?.id ?? ''));
		expect(read.content).toMatchObject({
			notice: {
				...{ claimNumber: claim.number, document: 'referral', line: 1 },
				file: { name: 'IMG 1.jpg', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string }
			}
		});
		const again = await answers().answer(customer, claim.id, id, photo());
		expect(again).toEqual(refusal('conflict', 'claims/request-closed'));
		expect(await world.countRows('documents')).toBe(1);
	});

	it('F5: keeps the file in quarantine until it was looked through', async () => {
		const claim = await openedClaim();
		must(await staff().ask(clerk, claim.id, PRESCRIPTION));
		const [id = ''] = await openIds(claim.id);
		const completed: string[] = [];
		must(await answers(completed).answer(customer, claim.id, id, photo()));
		const fileId = completed[0] ?? '';
		expect((await seen(claim.id)).files.at(-1)).toMatchObject({ id: fileId, state: 'checking' });
		expect(await deskRooms(world).deskService.openFile(clerk, claim.id, fileId)).toMatchObject({
			ok: false
		});
		await inspection('clean').inspect(fileId);
		expect((await seen(claim.id)).files.at(-1)).toMatchObject({ id: fileId, state: 'ready' });
	});

	it('F5: asks again when the file is refused as it is looked through', async () => {
		const claim = await openedClaim();
		must(await staff().ask(clerk, claim.id, PRESCRIPTION));
		const [id = ''] = await openIds(claim.id);
		const completed: string[] = [];
		must(await answers(completed).answer(customer, claim.id, id, photo()));
		expect(await stateOf(claim.id)).toBe('in_review');
		await inspection('infected').inspect(completed[0] ?? '');
		expect(await seen(claim.id)).toMatchObject({
			state: 'documents_requested',
			requests: [{ id, isOpen: true, fault: 'unreadable' }]
		});
	});

	it('F4: takes out of a photo what tells where it was taken', async () => {
		const claim = await openedClaim();
		must(await staff().ask(clerk, claim.id, PRESCRIPTION));
		const [id = ''] = await openIds(claim.id);
		const bytes = jpegOf({ segments: [JPEG_METADATA.exif, JPEG_METADATA.xmp] });
		const completed: string[] = [];
		must(await answers(completed).answer(customer, claim.id, id, { name: 'a.jpg', bytes }));
		await inspection('clean').inspect(completed[0] ?? '');
		const file = must(
			await deskRooms(world).deskService.openFile(clerk, claim.id, completed[0] ?? '')
		);
		const stored = await new Response(file.stream).bytes();
		expect(stored).toEqual(new Uint8Array(jpegOf()));
	});

	it('stores a file of many pieces as it came, two megabytes a round trip', async () => {
		const claim = await openedClaim();
		must(await staff().ask(clerk, claim.id, PRESCRIPTION));
		const [id = ''] = await openIds(claim.id);
		const completed: string[] = [];
		const upload = photo(5 * 1024 * 1024 + 7);
		world.takeRoundTrips();
		must(await answers(completed).answer(customer, claim.id, id, upload));
		expect(world.takeRoundTrips()).toBe(4);
		await inspection('clean').inspect(completed[0] ?? '');
		const file = must(
			await deskRooms(world).deskService.openFile(clerk, claim.id, completed[0] ?? '')
		);
		expect(Buffer.from(await new Response(file.stream).bytes()).equals(upload.bytes)).toBe(true);
	});

	it('Z2: is for the claim of the customer alone', async () => {
		const claim = await openedClaim();
		must(await staff().ask(clerk, claim.id, PRESCRIPTION));
		const [id = ''] = await openIds(claim.id);
		const stranger = await addAccount(world, 'customer', 'Eve');
		const closed = refusal('conflict', 'claims/request-closed');
		expect(await answers().answer(stranger, claim.id, id, photo())).toEqual(closed);
		const other = await openedClaim();
		expect(await answers().answer(customer, other.id, id, photo())).toEqual(closed);
		expect(await answers().answer(clerk, claim.id, id, photo())).toMatchObject({ ok: false });
		expect(await openIds(claim.id)).toEqual([id]);
		expect(await world.countRows("files where state = 'open'")).toBe(0);
	});

	it('is refused with the fault of the file, and nothing of it is stored', async () => {
		const claim = await openedClaim();
		must(await staff().ask(clerk, claim.id, PRESCRIPTION));
		const [id = ''] = await openIds(claim.id);
		const text = (words: string) => new Uint8Array(Buffer.from(words));
		const before = await world.countRows('files');
		for (const [bytes, file] of [
			[new Uint8Array(), 'file-missing'],
			[text('<html>'), 'file-type'],
			[new Uint8Array(10 * 1024 * 1024 + 1), 'file-too-large'],
			[
				text('%PDF-1.7\n1 0 obj<</Type/Catalog>>\n/Page\ntrailer<</Info 2 0 R>>\n%%EOF'),
				'file-metadata'
			]
		] as const) {
			expect(
				await answers().answer(customer, claim.id, id, { name: 'a.pdf', bytes })
			).toMatchObject({ error: { kind: 'invalid', issues: { file } } });
		}
		expect(await answers().answer(customer, claim.id, id, null)).toMatchObject({
			error: { issues: { file: 'file-missing' } }
		});
		expect(await world.countRows('files')).toBe(before);
		expect(await openIds(claim.id)).toEqual([id]);
	});

	it('may be asked for once more, with the reason, when the clerk cannot use it', async () => {
		const claim = await openedClaim();
		must(await staff().ask(clerk, claim.id, PRESCRIPTION));
		const [id = ''] = await openIds(claim.id);
		const again = { request: id, fault: 'incomplete' } as const;
		const closed = refusal('conflict', 'claims/request-closed');
		expect(await staff().askAgain(clerk, claim.id, again)).toEqual(closed);
		must(await answers().answer(customer, claim.id, id, photo()));
		must(await staff().askAgain(clerk, claim.id, again));
		expect(await seen(claim.id)).toMatchObject({
			state: 'documents_requested',
			requests: [{ id, isOpen: true, fault: 'incomplete' }]
		});
		expect((await seen(claim.id)).files).toHaveLength(2);
	});
});

describe('the legal clock', () => {
	it('stands still from the day after a document was due, in the queue and at the desk', async () => {
		const claim = await openedClaim();
		must(await staff().ask(clerk, claim.id, PRESCRIPTION));
		world.clock.advance(21 * DAY_MS);
		expect(await atDesk(claim.id)).toMatchObject({ clock: { ageDays: 21 }, pausedDays: 0 });
		world.clock.advance(5 * DAY_MS);
		const view = await atDesk(claim.id);
		expect(view).toMatchObject({ clock: { ageDays: 21, daysLeft: 9 }, pausedDays: 5 });
		expect(view.requests).toMatchObject([{ isOverdue: true }]);
		const queue = must(await deskRooms(world).deskService.listQueue(clerk, null));
		expect(queue.rows).toMatchObject([{ clock: { ageDays: 21 }, state: 'documents_requested' }]);
	});
});

describe('the state of a claim', () => {
	it('never leaves its table of steps, whatever is done to it in whichever order', async () => {
		// What leads somewhere comes more often.
		const act = fc.constantFrom(
			...['open', 'ask', 'ask', 'ask', 'askAgain', 'withdraw', 'answer', 'answer', 'refuse'],
			...['decide', 'release', 'take']
		);
		const other = await addAccount(world, 'clerk', 'Robin');
		const taken = new Set<string>();
		await fc.assert(
			fc.asyncProperty(
				fc.array(fc.tuple(act, fc.nat(9), fc.nat(5)), { minLength: 4, maxLength: 14 }),
				async (acts) => {
					const claim = await addAssignedClaim(world, customer, contractId, clerk);
					let before: ClaimState = 'submitted';
					for (const [name, pick, who] of [['open', 0, 1] as const, ...acts]) {
						await run(name, claim, pick, who > 0 ? clerk : other);
						const after = await stateOf(claim.id);
						if (after !== before) {
							expect(CLAIM_STEPS[before], `${name}: ${before} to ${after}`).toContain(after);
							taken.add(`${before} ${after}`);
						}
						const waits = (await openIds(claim.id)).length > 0;
						expect(after === 'documents_requested', name).toBe(waits);
						before = after;
					}
				}
			),
			{ numRuns: 20, seed: 52 }
		);
		// The walk has seen the steps it is about.
		expect([...taken]).toEqual(
			expect.arrayContaining([
				'submitted in_review',
				'in_review documents_requested',
				'documents_requested in_review',
				'documents_requested approved'
			])
		);
	}, 60_000);
});

async function run(
	name: string,
	claim: { readonly id: string; readonly invoiceIds: readonly string[] },
	pick: number,
	actor: Actor
): Promise<void> {
	const rooms = deskRooms(world);
	const { requests } = await seen(claim.id);
	const request = requests[pick % Math.max(1, requests.length)]?.id ?? world.ids.newId();
	const kind = REQUEST_KINDS[pick] ?? 'prescription';
	switch (name) {
		case 'open':
			await rooms.deskService.open(actor, claim.id);
			break;
		case 'ask':
			await rooms.requestsService.ask(actor, claim.id, { kind, line: pick % 2 });
			break;
		case 'askAgain':
			await rooms.requestsService.askAgain(actor, claim.id, { request, fault: 'unreadable' });
			break;
		case 'withdraw':
			await rooms.requestsService.withdraw(actor, claim.id, request);
			break;
		case 'answer':
			await answers().answer(customer, claim.id, request, photo(600));
			break;
		case 'refuse': {
			const { rows } = await world.client.execute(
				'select id from files where released_at_ms is null order by created_at_ms desc limit 1'
			);
			await inspection('infected').inspect(String(rows[0]?.['id'] ?? ''));
			break;
		}
		case 'decide': {
			const { rows } = await world.client.execute({
				sql: 'select version from claims where id = ?',
				args: [claim.id]
			});
			const lines = claim.invoiceIds.map((id) => typed(id));
			// Without its PDF, which takes longer than all the rest.
			const printStatement = () => Promise.resolve({ name: 'a.pdf', bytes: Uint8Array.of(1) });
			await createDecisionsService({ ...rooms, printStatement }).decide(
				actor,
				claim.id,
				formOf(Number(rows[0]?.['version']), ...lines)
			);
			break;
		}
		case 'release':
			await rooms.assignmentsService.release(actor, claim.id);
			break;
		default:
			await rooms.assignmentsService.take(actor, claim.id);
	}
}

/** The look at a file, with a scanner that says this of all. */
function inspection(verdict: 'clean' | 'infected') {
	const cipher = world.newCipher();
	const rooms = deskRooms(world);
	return createInspectionService({
		...world,
		mails: rooms.mails,
		requests: rooms.requests,
		inspections: createInspectionsRepository(cipher, world.ids.randomBytes),
		fileStreams: rooms.fileStreams,
		recipients: createRecipientsRepository(cipher),
		scan: () => Promise.resolve(verdict)
	});
}
