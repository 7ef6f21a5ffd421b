/**
 * Round trips to the database, counted where they leave: a wrapper around `fetch`, with the services
 * composed as for a request, against libSQL over HTTP. A signed-in page costs at most two with its
 * session, a write at most three.
 */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TOTP_STEP_MS } from '#lib/domain/accounts/lifetimes.ts';
import type { Actor } from '#lib/domain/actor.ts';
import { emptyDraftForm } from '#lib/domain/claims/draft-form.ts';
import { composeServices, type Services } from '#lib/server/compose.ts';
import { PIECE_BYTES } from '#lib/server/documents/file-rows.ts';
import { readConfiguration } from '#lib/server/platform/configuration.ts';
import { migrate } from '../../tools/database/migrate.ts';
import { freshKeys } from '../../tools/keys/generate.ts';
import { startLibsqlServer, type LibsqlServer } from '../../tools/libsql-server/server.ts';
import { seed, type DemoSheet } from '../../tools/seed/seed.ts';
import { codeAt, NEW_BROWSER } from '../support/accounts.ts';
import { jpegBytes, manifestFile, submissionOf } from '../support/claims.ts';
import { inquiryOf } from './claims/inquiry-world.ts';
import { TEST_ORIGIN } from '../support/database.ts';
import { pngOf } from '../support/files.ts';

const PAGE = 2;
const WRITE = 3;

const folder = mkdtempSync(join(tmpdir(), 'kp-trips-'));
const keys = freshKeys();
let server: LibsqlServer;
let demo: DemoSheet;
let trips = 0;

beforeAll(async () => {
	server = await startLibsqlServer({ file: join(folder, 'portal.db') });
	await migrate(server.url);
	demo = await seed({ url: server.url, keys });
});
afterAll(async () => {
	await server.close();
	rmSync(folder, { recursive: true, force: true });
});

const countingFetch: typeof fetch = (...parameters) => {
	trips += 1;
	return fetch(...parameters);
};

/** Everything one request has, composed anew: no request knows what another has read. */
function newRequest(): Services {
	const checked = readConfiguration({
		MODE: 'development',
		ORIGIN: 'http://localhost:1',
		STAFF_PASSKEY: 'optional',
		DATABASE_URL: server.url,
		SMTP_HOST: '127.0.0.1',
		SMTP_PORT: 25,
		SMTP_SECURE: 'none',
		MAIL_FROM: 'portal@musterland.example',
		KEYS: JSON.stringify(keys)
	});
	if (!checked.ok) throw new Error(checked.faults.join());
	const font = (path: string) => {
		const name = path.includes('bold')
			? '700Bold/NotoSans_700Bold'
			: '400Regular/NotoSans_400Regular';
		return readFileSync(`node_modules/@expo-google-fonts/noto-sans/${name}.ttf`);
	};
	return composeServices(checked.configuration, TEST_ORIGIN, {
		fetchAsset: (path) => Promise.resolve(new Uint8Array(font(path))),
		afterAnswer: () => undefined,
		onceAnswered: () => undefined,
		fetchDatabase: countingFetch
	});
}

type Act<T> = (services: Services, actor: Actor) => Promise<{ ok: true; value: T } | { ok: false }>;

/** What a request costs: the session's look-up and the act. Fails when the act does. */
async function costOf<T>(token: string | null, act: Act<T>): Promise<{ cost: number; value: T }> {
	const services = newRequest();
	trips = 0;
	const signedIn = token === null ? null : await services.sessions.find(token);
	const nobody: Actor = { accountId: '', personId: '', role: 'customer' };
	const done = await act(services, signedIn?.actor ?? nobody);
	if (!done.ok) throw new Error(`the act failed: ${JSON.stringify(done)}`);
	return { cost: trips, value: done.value };
}

async function signIn(role: 'customer' | 'clerk' | 'seniorClerk' | 'finance'): Promise<string> {
	const account = demo.accounts.find((one) => one.role === role);
	if (!account) throw new Error(`no ${role}`);
	const door = role === 'customer' ? 'customer' : 'staff';
	const first = await costOf(null, (services) => services.signIn.start(account, door, NEW_BROWSER));
	expect(first.cost).toBeLessThanOrEqual(WRITE);
	// Real time: a code that ends between here and the check would be refused.
	const leftMs = TOTP_STEP_MS - (Date.now() % TOTP_STEP_MS);
	if (leftMs < 3000) await new Promise((resolve) => setTimeout(resolve, leftMs));
	const second = await costOf(null, (services) =>
		services.signIn.finish(
			first.value.challengeToken,
			{ kind: 'totp', code: codeAt(account.secret, Date.now()) },
			NEW_BROWSER
		)
	);
	expect(second.cost).toBeLessThanOrEqual(WRITE);
	return second.value.sessionToken;
}

/** What a decision has left to pay, looked at and paid by the finance desk. */
async function payItOut(): Promise<void> {
	const finance = await signIn('finance');
	const lead = await signIn('seniorClerk');
	const figures = await costOf(lead, (services, actor) => services.figures.show(actor));
	expect(figures.cost).toBeLessThanOrEqual(PAGE);
	const list = await costOf(finance, (services, actor) => services.payouts.list(actor));
	expect(list.cost).toBeLessThanOrEqual(PAGE);
	const id = list.value.ready[0]?.id ?? '';
	const one = await costOf(finance, (services, actor) => services.payouts.open(actor, id));
	expect(one.cost).toBeLessThanOrEqual(PAGE);
	const run = await costOf(finance, (services, actor) => services.payoutRuns.create(actor, 'sepa'));
	expect(run.cost).toBeLessThanOrEqual(WRITE);
	const runId = run.value.id;
	const acts: readonly (readonly [Act<unknown>, number])[] = [
		[(services, actor) => services.payoutRuns.openFile(actor, runId), PAGE],
		[(services, actor) => services.payoutRuns.confirm(actor, runId), WRITE],
		[(services, actor) => services.payouts.bookReturn(actor, id, 'account-closed'), WRITE]
	];
	for (const [act, most] of acts)
		expect((await costOf(finance, act)).cost).toBeLessThanOrEqual(most);
}

/** A question about a claim, from its first line to the answer read. */
async function askAndAnswer(customer: string, clerk: string, claimId: string): Promise<void> {
	const question = {
		topic: 'payment',
		about: { kind: 'claim', id: claimId },
		text: 'Wann kommt das Geld?'
	} as const;
	const started = await costOf(customer, (services, actor) =>
		services.conversations.start(actor, question)
	);
	expect(started.cost).toBeLessThanOrEqual(WRITE);
	const { id } = started.value;
	const answer = { text: 'Morgen.' };
	const acts: readonly (readonly [string, Act<unknown>, number])[] = [
		[clerk, (services, actor) => services.inbox.list(actor, 'all', null), PAGE],
		[clerk, (services, actor) => services.inbox.viewDoor(actor, id), PAGE],
		[clerk, (services, actor) => services.inbox.take(actor, id), WRITE],
		[clerk, (services, actor) => services.inbox.open(actor, id), PAGE],
		[clerk, (services, actor) => services.inbox.answer(actor, id, answer), WRITE],
		[customer, (services, actor) => services.conversations.open(actor, id), PAGE],
		[customer, (services, actor) => services.conversations.reply(actor, id, answer), WRITE]
	];
	for (const [token, act, most] of acts)
		expect((await costOf(token, act)).cost).toBeLessThanOrEqual(most);
}

/** A letter, from the search for its sender to the claim. */
async function captureLetter(clerk: string, policyNumber: string): Promise<void> {
	const found = await costOf(clerk, (services, actor) =>
		services.captures.find(actor, { policyNumber })
	);
	// A form that writes down what it shows, before it does (decision 0071).
	expect(found.cost).toBeLessThanOrEqual(WRITE);
	const contractId = found.value.contracts[0]?.id ?? '';
	const form = await costOf(clerk, (services, actor) => services.captures.open(actor, contractId));
	expect(form.cost).toBeLessThanOrEqual(PAGE);
	const { contract, submissionId, today } = form.value;
	const { content } = submissionOf(
		{ accountId: '', personId: '', role: 'customer', contractId, insuredPersonId: '' },
		[]
	);
	const [bill] = content.invoices;
	if (!bill) throw new Error('no bill');
	const captured = await costOf(clerk, (services, actor) =>
		services.captures.capture(
			actor,
			contractId,
			{
				...{ submissionId, accountId: contract.senders[0]?.id ?? '', arrivedOn: today },
				form: {
					...emptyDraftForm(''),
					...{ insuredPersonId: contract.insured[0]?.id ?? '', cause: 'illness' },
					...{ diagnosis: 'Angina', firstTreatmentOn: bill.treatmentFrom, country: 'DE' },
					...{ hasOtherInsurance: 'no', isDeclaredTrue: true },
					invoices: [{ ...bill, insuredPersonId: '', amount: '17,50', isPaid: 'no', kind: '' }]
				}
			},
			[{ field: 'scan1', name: 'scan.jpg', bytes: new Uint8Array(jpegBytes(3000)) }]
		)
	);
	expect(captured.cost).toBeLessThanOrEqual(WRITE);
}

/** A question before a treatment, from its form to the answer read. */
async function inquire(
	customer: string,
	clerk: string,
	contract: { readonly contractId: string; readonly insuredPersonId: string }
): Promise<void> {
	const form = await costOf(customer, (services, actor) => services.inquiries.choices(actor));
	expect(form.cost).toBeLessThanOrEqual(PAGE);
	const sent = await costOf(customer, (services, actor) =>
		services.inquiries.send(actor, inquiryOf(contract), [
			{ field: 'file1', name: 'plan.png', bytes: pngOf() }
		])
	);
	expect(sent.cost).toBeLessThanOrEqual(WRITE);
	const { id } = sent.value;
	const answer = { outcome: 'covered', upTo: '', reason: '', clause: '' } as const;
	const acts: readonly (readonly [string, Act<unknown>, number])[] = [
		[customer, (services, actor) => services.inquiries.listOwn(actor), PAGE],
		[clerk, (services, actor) => services.inquiryDesk.list(actor), PAGE],
		[clerk, (services, actor) => services.inquiryDesk.take(actor, id), WRITE],
		[clerk, (services, actor) => services.inquiryDesk.open(actor, id), PAGE],
		[clerk, (services, actor) => services.inquiryDesk.check(actor, id, answer), WRITE],
		[clerk, (services, actor) => services.inquiryDesk.answer(actor, id, answer), WRITE],
		[customer, (services, actor) => services.inquiries.getOwn(actor, id), PAGE]
	];
	for (const [token, act, most] of acts)
		expect((await costOf(token, act)).cost).toBeLessThanOrEqual(most);
}

test('the road stays within two round trips a page and three a write', async () => {
	const customer = await signIn('customer');
	const [letter] = demo.letters;
	const linked = await costOf(customer, (services, actor) =>
		services.contracts.link(actor, {
			policyNumber: letter?.policyNumber ?? '',
			dateOfBirth: letter?.dateOfBirth ?? '',
			activationCode: (letter?.activationCode ?? '').replaceAll('-', '')
		})
	);
	expect(linked.cost).toBeLessThanOrEqual(WRITE);
	const { contractId } = linked.value;
	const pages: readonly Act<unknown>[] = [
		(services, actor) => services.overview.show(actor),
		(services, actor) => services.contracts.list(actor),
		(services, actor) => services.contracts.get(actor, contractId),
		(services, actor) => services.contracts.revealAccount(actor, contractId),
		(services, actor) => services.contracts.listForDevice(actor),
		(services, actor) => services.claims.listOwn(actor, 1),
		(services, actor) => services.mailbox.list(actor),
		(services, actor) => services.mailbox.find(actor, 'Rechnung', () => ''),
		(services, actor) => services.conversations.choices(actor),
		(services, actor) => services.information.settings(actor),
		(services, actor) => services.audit.listOwn(actor),
		(services, actor) => services.account.show(actor),
		(services, actor) => services.account.listDevices(actor, '')
	];
	for (const page of pages) expect((await costOf(customer, page)).cost).toBeLessThanOrEqual(PAGE);
	expect(
		(await costOf(customer, (services, actor) => services.vault.open(actor))).cost
	).toBeLessThanOrEqual(WRITE);

	const draftId = randomUUID();
	const sealed = Buffer.alloc(60).toString('base64');
	const part = `${randomUUID()}.0`;
	const device = { drafts: [{ id: draftId, rev: 1 }], acknowledged: [] };
	const copies: readonly Act<unknown>[] = [
		({ draftSnapshots }, actor) =>
			draftSnapshots.put(actor, draftId, 0, { sealed, fileIds: [part.slice(0, 36)] }),
		({ draftSnapshots }, actor) => draftSnapshots.putPart(actor, draftId, part, sealed),
		({ draftSnapshots }, actor) => draftSnapshots.contact(actor, 'A'.repeat(40), device),
		({ draftSnapshots }, actor) => draftSnapshots.find(actor, draftId),
		({ draftSnapshots }, actor) => draftSnapshots.findPart(actor, draftId, part),
		({ draftSnapshots }, actor) => draftSnapshots.remove(actor, draftId, sealed)
	];
	for (const act of copies) expect((await costOf(customer, act)).cost).toBeLessThanOrEqual(WRITE);

	const kit = await costOf(customer, (services, actor) => services.contracts.listForDevice(actor));
	const insuredPersonId = kit.value.contracts[0]?.insuredPersons[0]?.id ?? '';
	const bytes = jpegBytes(5_000_000);
	const file = manifestFile(bytes);
	const submission = submissionOf(
		{ accountId: '', personId: '', role: 'customer', contractId, insuredPersonId },
		[file]
	);
	const id = randomUUID();
	const put = await costOf(customer, (services, actor) =>
		services.submissions.put(actor, id, submission)
	);
	expect(put.cost).toBeLessThanOrEqual(WRITE);
	const base64 = (text: string) => Buffer.from(text).toString('base64');
	const upload = await costOf(customer, async (services, actor) => {
		const answer = await services.uploads.answer(
			actor,
			new Request('http://localhost:1/api/uploads', {
				method: 'POST',
				headers: {
					'Tus-Resumable': '1.0.0',
					'Upload-Length': String(bytes.length),
					'Upload-Metadata': `submissionId ${base64(id)},attachmentId ${base64(file.id)}`
				}
			})
		);
		return answer.status === 201
			? { ok: true, value: answer.headers.get('location') ?? '' }
			: { ok: false };
	});
	expect(upload.cost).toBeLessThanOrEqual(WRITE);
	for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
		const patched = await costOf(customer, async (services, actor) => {
			const piece = new Uint8Array(bytes.subarray(at, at + PIECE_BYTES));
			const answer = await services.uploads.answer(
				actor,
				new Request(`http://localhost:1${upload.value}`, {
					method: 'PATCH',
					headers: {
						'Tus-Resumable': '1.0.0',
						'Upload-Offset': String(at),
						'Content-Type': 'application/offset+octet-stream',
						'Content-Length': String(piece.length)
					},
					body: piece
				})
			);
			return answer.status === 204 ? { ok: true, value: null } : { ok: false };
		});
		expect(patched.cost).toBeLessThanOrEqual(WRITE);
	}
	const committed = await costOf(customer, (services, actor) =>
		services.submissions.commit(actor, id)
	);
	expect(committed.cost).toBeLessThanOrEqual(WRITE);
	const claimId = committed.value.receipt?.claimId ?? '';
	expect(
		(await costOf(customer, (services, actor) => services.claims.getOwn(actor, claimId))).cost
	).toBeLessThanOrEqual(PAGE);

	const clerk = await signIn('clerk');
	expect(
		(await costOf(clerk, (services, actor) => services.desk.listQueue(actor, null))).cost
	).toBeLessThanOrEqual(PAGE);
	await captureLetter(clerk, letter?.policyNumber ?? '');
	const door = await costOf(clerk, (services, actor) =>
		services.assignments.viewDoor(actor, claimId)
	);
	expect(door.cost).toBeLessThanOrEqual(PAGE);
	const reason = { reason: 'customer-asked', note: 'They have called twice' } as const;
	for (const act of [
		(services: Services, actor: Actor) => services.openings.open(actor, claimId, reason),
		(services: Services, actor: Actor) => services.assignments.take(actor, claimId)
	]) {
		expect((await costOf(clerk, act)).cost).toBeLessThanOrEqual(WRITE);
	}
	const advance = await costOf(customer, (services, actor) =>
		services.advances.view(actor, claimId)
	);
	expect(advance.cost).toBeLessThanOrEqual(PAGE);
	const desk = await costOf(clerk, (services, actor) => services.desk.open(actor, claimId));
	expect(desk.cost).toBeLessThanOrEqual(PAGE);
	const again = await costOf(clerk, (services, actor) => services.desk.open(actor, claimId));
	const decided = await costOf(clerk, (services, actor) =>
		services.decisions.decide(actor, claimId, {
			version: again.value.version,
			lines: again.value.lines.map((line) => ({
				invoiceId: line.invoiceId,
				recognised: '184,50',
				deductible: '',
				reason: 'none' as const,
				rate: '',
				rateDate: '',
				rateSource: ''
			}))
		})
	);
	expect(decided.cost).toBeLessThanOrEqual(WRITE);
	await payItOut();
	await askAndAnswer(customer, clerk, claimId);
	await inquire(customer, clerk, { contractId, insuredPersonId });
	const mailbox = await costOf(customer, (services, actor) =>
		services.mailbox.list(actor, 'documents')
	);
	const statementId = mailbox.value.entries[0]?.id ?? '';
	const opened = await costOf(customer, (services, actor) =>
		services.documents.open(actor, statementId)
	);
	expect(opened.cost).toBeLessThanOrEqual(PAGE);
	const out = newRequest();
	const signedIn = await out.sessions.find(customer);
	if (!signedIn) throw new Error('signed out too early');
	trips = 0;
	await out.signIn.signOut(signedIn.actor, signedIn.sessionId);
	expect(trips).toBeLessThanOrEqual(WRITE - 1);
}, 60_000);
