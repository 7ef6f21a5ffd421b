import { createHash, randomUUID } from 'node:crypto';
import * as v from 'valibot';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { NO_CIRCUMSTANCES, type Circumstances } from '#lib/domain/claims/circumstances.ts';
import { canonicalManifest, submissionSchema } from '#lib/domain/claims/claim.schema.ts';
import type { SubmissionState } from '#lib/domain/claims/submission.ts';
import { DAY_MS, type CalendarDate } from '#lib/domain/calendar.ts';
import type { Result } from '#lib/domain/result.ts';
import { waitingMails } from '../../support/accounts.ts';
import {
	claimRooms,
	createUpload,
	insertCustomer,
	jpegBytes,
	manifestFile,
	patchUpload,
	readySubmission,
	submissionOf,
	type Customer
} from '../../support/claims.ts';
import { openTestDatabase, TEST_NOW_MS, type TestDatabase } from '../../support/database.ts';
import { addAccount, deskRooms, putInCharge } from '../decisions/desk-world.ts';

let it: TestDatabase;
let zoe: Customer;
let eve: Customer;

beforeEach(async () => {
	it = await openTestDatabase();
	zoe = await insertCustomer(it, 'zoe@example.org');
	eve = await insertCustomer(it, 'eve@example.org');
});
afterEach(() => it.close());

const service = async (customer: Customer) => (await claimRooms(it, customer)).submissions;
const failure = (kind: string, code: string, issues?: object) => ({
	ok: false,
	error: issues ? { kind, code, issues } : { kind, code }
});
const oneFile = () => manifestFile(jpegBytes(3000));
function valueOf(result: Result<SubmissionState>): SubmissionState {
	if (!result.ok) throw new Error(result.error.code);
	return result.value;
}
async function rowsAfterSubmission() {
	const tables = ['claims', 'claim_files', 'documents', 'mail_outbox', 'audit_events'];
	return Promise.all(tables.map((table) => it.countRows(table)));
}

describe('put', () => {
	test('keeps the submission and answers what is still missing', async () => {
		const submission = submissionOf(zoe, [oneFile()]);
		const id = randomUUID();
		const state = valueOf(await (await service(zoe)).put(zoe, id, submission));
		expect(state).toEqual({
			submissionId: id,
			state: 'open',
			manifestHash: createHash('sha256').update(canonicalManifest(submission)).digest('hex'),
			uploads: [
				{
					attachmentId: submission.files[0]?.id,
					state: 'missing',
					uploadPath: null,
					receivedBytes: 0
				}
			],
			receipt: null
		});
	});

	test('the same again answers the same, also when the keys come in another order', async () => {
		const submission = submissionOf(zoe, [oneFile()]);
		const id = randomUUID();
		const first = await (await service(zoe)).put(zoe, id, submission);
		const { files, content, draftId } = submission;
		const again = await (await service(zoe)).put(zoe, id, { files, content, draftId });
		expect(again).toEqual(first);
		expect(await it.countRows('submissions')).toBe(1);
	});

	test('two at once keep one', async () => {
		const submission = submissionOf(zoe, [oneFile()]);
		const id = randomUUID();
		const [one, two] = [await service(zoe), await service(zoe)];
		const both = await Promise.all([one.put(zoe, id, submission), two.put(zoe, id, submission)]);
		expect(valueOf(both[0])).toEqual(valueOf(both[1]));
		expect(await it.countRows('submissions')).toBe(1);
	});

	test('a known id with other content is refused and the kept one stays', async () => {
		const submission = submissionOf(zoe, [oneFile()]);
		const id = randomUUID();
		const first = await (await service(zoe)).put(zoe, id, submission);
		const content = { ...submission.content, diagnosis: 'Grippe' };
		const other = await (await service(zoe)).put(zoe, id, { ...submission, content });
		expect(other).toEqual(failure('invalid', 'claims/submission-mismatch'));
		expect(await (await service(zoe)).get(zoe, id)).toEqual(first);
	});

	test("somebody else's id is a mismatch, whether or not the content is the same", async () => {
		const id = randomUUID();
		await (await service(zoe)).put(zoe, id, submissionOf(zoe, [oneFile()]));
		const put = await (await service(eve)).put(eve, id, submissionOf(eve, [oneFile()]));
		expect(put).toEqual(failure('invalid', 'claims/submission-mismatch'));
		expect(await (await service(eve)).get(eve, id)).toEqual(
			failure('not-found', 'portal/not-found')
		);
		const { rows } = await it.client.execute('select account_id from submissions');
		expect(rows.map((row) => row['account_id'])).toEqual([zoe.accountId]);
	});

	test('one draft has one live submission; after a withdrawal it may have a new one', async () => {
		const submission = submissionOf(zoe, [oneFile()]);
		const first = randomUUID();
		await (await service(zoe)).put(zoe, first, submission);
		expect(await (await service(zoe)).put(zoe, randomUUID(), submission)).toEqual(
			failure('conflict', 'claims/already-submitted')
		);
		await (await service(zoe)).withdraw(zoe, first);
		expect((await (await service(zoe)).put(zoe, randomUUID(), submission)).ok).toBe(true);
	});

	test('two submissions of one draft at once: one is kept', async () => {
		const submission = submissionOf(zoe, [oneFile()]);
		const [one, two] = [await service(zoe), await service(zoe)];
		const both = await Promise.all([
			one.put(zoe, randomUUID(), submission),
			two.put(zoe, randomUUID(), submission)
		]);
		expect(both.map((result) => result.ok).toSorted()).toEqual([false, true]);
		expect(both).toContainEqual(failure('conflict', 'claims/already-submitted'));
	});

	test('two people may use the same draft id', async () => {
		const submission = submissionOf(zoe, [oneFile()]);
		await (await service(zoe)).put(zoe, randomUUID(), submission);
		const own = { ...submissionOf(eve, [oneFile()]), draftId: submission.draftId };
		expect((await (await service(eve)).put(eve, randomUUID(), own)).ok).toBe(true);
	});

	test.each([
		["somebody else's contract", { contractId: 'eve' }, { contractId: 'contract-unknown' }],
		['a contract nobody has', { contractId: randomUUID() }, { contractId: 'contract-unknown' }],
		[
			'a person not insured there',
			{ insuredPersonId: randomUUID() },
			{ insuredPersonId: 'person-not-insured' }
		],
		[
			'a day that has not come',
			{ firstTreatmentOn: '2026-11-23' },
			{ firstTreatmentOn: 'date-in-future' }
		],
		[
			'an accident without its place',
			{
				cause: 'accident',
				circumstances: {
					...NO_CIRCUMSTANCES,
					...{ accidentOn: '2026-11-02', accidentOccasion: 'sport', thirdParty: 'no' }
				}
			},
			{ 'circumstances.accidentPlace': 'required' }
		],
		[
			'an IBAN with a wrong check digit',
			{ payeeAccount: { holder: 'Z', iban: 'DE88370400440532013000' } },
			{ 'payeeAccount.iban': 'iban-invalid' }
		],
		[
			'a number at a bank in a country of IBANs',
			{
				payeeAccount: {
					...{ holder: 'Z', accountNumber: '123456', bic: 'DEUTDEFF', bankName: 'Deutsche Bank' }
				}
			},
			{ 'payeeAccount.bic': 'bic-iban-country' }
		]
	])('ASVS 2.2.2, ASVS 2.2.3: %s is refused and nothing is kept', async (_, change, issues) => {
		const submission = submissionOf(zoe, [oneFile()]);
		const foreign = 'contractId' in change && change.contractId === 'eve';
		const content = {
			...submission.content,
			...change,
			...(foreign ? { contractId: eve.contractId } : {})
		} as typeof submission.content;
		expect(await (await service(zoe)).put(zoe, randomUUID(), { ...submission, content })).toEqual(
			failure('invalid', 'portal/invalid-input', issues)
		);
		expect(await it.countRows('submissions')).toBe(0);
	});

	test('of a device of the release before, which does not ask whether the other insurance knows, it is taken under its own hash', async () => {
		const whole: Circumstances = {
			...{ ...NO_CIRCUMSTANCES, treatedBefore: 'no' },
			...{ otherInsurer: 'AXA', otherInsurerPaid: 'no' }
		};
		const { otherInsurerReported: _reported, ...circumstances } = whole;
		const submission = submissionOf(zoe, [oneFile()]);
		const content = { ...submission.content, hasOtherInsurance: true, circumstances };
		const sent = { ...submission, content };
		const read = v.parse(submissionSchema, JSON.parse(JSON.stringify(sent)));
		const { manifestHash } = valueOf(await (await service(zoe)).put(zoe, randomUUID(), read));
		expect(manifestHash).toBe(createHash('sha256').update(canonicalManifest(sent)).digest('hex'));
	});

	test('a person who is insured under another of the own contracts is refused', async () => {
		await it.client.execute({
			sql: 'insert into contract_links (account_id, contract_id, linked_at_ms) values (?, ?, 0)',
			args: [zoe.accountId, eve.contractId]
		});
		const submission = submissionOf(zoe, [oneFile()]);
		const content = { ...submission.content, insuredPersonId: eve.insuredPersonId };
		const put = await (await service(zoe)).put(zoe, randomUUID(), { ...submission, content });
		expect(put).toEqual(
			failure('invalid', 'portal/invalid-input', { insuredPersonId: 'person-not-insured' })
		);
	});

	test.each([
		['before the cover began', "update contracts set starts_on = '2026-11-10'"],
		['after the cover has ended', "update contracts set ends_on = '2026-11-01'"]
	])('a treatment %s is taken: a refusal is a person’s', async (_, cover) => {
		await it.client.execute(cover);
		const { id } = await readySubmission(it, zoe);
		const state = valueOf(await (await service(zoe)).commit(zoe, id));
		const claimId = state.receipt?.claimId ?? '';
		const clerk = await addAccount(it, 'clerk', 'Kim');
		await putInCharge(it, clerk, claimId);
		const desk = await deskRooms(it).deskService.open(clerk, claimId);
		expect(desk).toMatchObject({
			value: { state: 'in_review', lines: [{ findings: [{ kind: 'outside-cover' }] }] }
		});
	});

	test('ASVS 2.2.3: a treatment to come is refused, outside the cover as well', async () => {
		await it.client.execute("update contracts set ends_on = '2026-11-01'");
		const submission = submissionOf(zoe, [oneFile()]);
		const [invoice] = submission.content.invoices;
		const day = '2026-11-23' as CalendarDate;
		const invoices = invoice ? [{ ...invoice, treatmentFrom: day, treatmentTo: day }] : [];
		const content = { ...submission.content, invoices };
		expect(await (await service(zoe)).put(zoe, randomUUID(), { ...submission, content })).toEqual(
			failure('invalid', 'portal/invalid-input', { 'invoices.0.treatmentFrom': 'date-in-future' })
		);
	});

	test('F1: a file name that belies its type and one id for two files are refused', async () => {
		const file = { ...oneFile(), name: 'rechnung.html' };
		const submission = submissionOf(zoe, [file, { ...oneFile(), id: file.id }]);
		expect(await (await service(zoe)).put(zoe, randomUUID(), submission)).toEqual(
			failure('invalid', 'portal/invalid-input', {
				'files.0.name': 'file-type',
				'files.1.id': 'duplicate'
			})
		);
	});

	test('one id for two invoices is refused: deciding the one would decide the other', async () => {
		const submission = submissionOf(zoe, [oneFile()]);
		const { content } = submission;
		const invoices = [...content.invoices, ...content.invoices];
		const put = await (
			await service(zoe)
		).put(zoe, randomUUID(), { ...submission, content: { ...content, invoices } });
		const at = `invoices.${content.invoices.length}.id`;
		expect(put).toMatchObject(failure('invalid', 'portal/invalid-input', { [at]: 'duplicate' }));
	});

	test('a clerk hands in nothing', async () => {
		const put = (await service(zoe)).put(
			{ ...zoe, role: 'clerk' },
			randomUUID(),
			submissionOf(zoe, [oneFile()])
		);
		expect(await put).toEqual(failure('forbidden', 'portal/forbidden'));
	});

	test('costs two round trips, a replay one', async () => {
		const submission = submissionOf(zoe, [oneFile()]);
		const id = randomUUID();
		const rooms = await service(zoe);
		it.takeRoundTrips();
		await rooms.put(zoe, id, submission);
		expect(it.takeRoundTrips()).toBe(2);
		await rooms.put(zoe, id, submission);
		expect(it.takeRoundTrips()).toBe(1);
	});

	test('nothing of the content lies in clear in the database', async () => {
		const submission = submissionOf(zoe, [manifestFile(jpegBytes(3000), 'geheim-marker.jpg')]);
		const content = { ...submission.content, diagnosis: 'Marker-Diagnose' };
		await (await service(zoe)).put(zoe, randomUUID(), { ...submission, content });
		const { rows } = await it.client.execute('select manifest from submissions');
		const manifest = Buffer.from(rows[0]?.['manifest'] as ArrayBuffer).toString('latin1');
		expect(manifest).not.toMatch(/Marker|geheim|Legevakten/);
	});
});

describe('commit', () => {
	test('makes the claim with its files, receipt, mail and log entry', async () => {
		const { id, submission } = await readySubmission(it, zoe);
		const state = valueOf(await (await service(zoe)).commit(zoe, id));
		expect(state).toMatchObject({
			state: 'committed',
			receipt: {
				claimNumber: expect.stringMatching(/^S-2026-[2-9A-HJ-NP-Z]{6}$/),
				receivedAtMs: TEST_NOW_MS,
				manifestHash: state.manifestHash,
				files: submission.files.map(({ id: fileId, name, sizeBytes, sha256 }) => ({
					id: fileId,
					name,
					sizeBytes,
					sha256
				}))
			}
		});
		expect(await rowsAfterSubmission()).toEqual([1, 2, 1, 1, 1]);
		const rooms = await claimRooms(it, zoe);
		const mailbox = await rooms.mailbox.list(zoe);
		const [entry] = mailbox.ok ? mailbox.value.entries : [];
		expect(entry).toMatchObject({
			subject: { of: 'document', name: { kind: 'receipt-confirmation' } },
			isUnread: true
		});
		const document = await rooms.documents.open(zoe, entry?.id ?? '');
		expect(document).toMatchObject({
			ok: true,
			value: {
				claimId: state.receipt?.claimId,
				content: {
					kind: 'receipt-confirmation',
					claimNumber: state.receipt?.claimNumber,
					receivedAtMs: TEST_NOW_MS,
					files: submission.files.map(({ name, type, sizeBytes, sha256 }) => ({
						name,
						type,
						sizeBytes,
						sha256
					}))
				}
			}
		});
		const [mail] = await waitingMails(it);
		expect(mail).toEqual({
			template: 'new-document',
			to: 'zoe@example.org',
			language: 'de',
			name: 'Zoë Ødegård'
		});
		const { rows } = await it.client.execute('select event, object_ref from audit_events limit 1');
		expect(rows[0]).toMatchObject({
			event: 'claim/submitted',
			object_ref: `claim:${state.receipt?.claimId}`
		});
	});

	test('replays answer the same bytes for ever', async () => {
		const { id, submission } = await readySubmission(it, zoe);
		const first = JSON.stringify(valueOf(await (await service(zoe)).commit(zoe, id)));
		it.clock.advance(400 * DAY_MS);
		await it.client.execute("update contracts set ends_on = '2026-02-02'");
		await it.client.execute(
			"update claims set state = 'approved', decided_at_ms = 1, checked_by_rules_at_ms = 1, version = 2"
		);
		const { commit, put, get } = await service(zoe);
		for (const again of [commit(zoe, id), put(zoe, id, submission), get(zoe, id)]) {
			expect(JSON.stringify(valueOf(await again))).toBe(first);
		}
		expect(await rowsAfterSubmission()).toEqual([1, 2, 1, 1, 1]);
	});

	test('B1: parallel commits give one claim and one receipt', async () => {
		const { id } = await readySubmission(it, zoe);
		const rooms = await Promise.all([1, 2, 3, 4].map(() => service(zoe)));
		const states = await Promise.all(rooms.map((one) => one.commit(zoe, id)));
		expect(new Set(states.map((state) => JSON.stringify(valueOf(state)))).size).toBe(1);
		expect(await rowsAfterSubmission()).toEqual([1, 2, 1, 1, 1]);
	});

	test('B1: a claim is not made while a file is missing, open or refused', async () => {
		const bytes = jpegBytes(3000);
		const file = manifestFile(bytes);
		const id = randomUUID();
		await (await service(zoe)).put(zoe, id, submissionOf(zoe, [file]));
		const missing = failure('conflict', 'claims/files-missing');
		expect(await (await service(zoe)).commit(zoe, id)).toEqual(missing);
		const upload = { submissionId: id, attachmentId: file.id, sizeBytes: 3000 };
		const path = (await createUpload(it, zoe, upload)).headers.get('Location') ?? '';
		await patchUpload(it, zoe, path, 0, bytes.subarray(0, 2999));
		expect(await (await service(zoe)).commit(zoe, id)).toEqual(missing);
		await patchUpload(it, zoe, path, 2999, Uint8Array.of(1));
		expect(await (await service(zoe)).commit(zoe, id)).toEqual(missing);
		expect(await rowsAfterSubmission()).toEqual([0, 0, 0, 0, 0]);
	});

	test('B1: a claim is not made of a file that is full and has no verdict', async () => {
		const { id } = await readySubmission(it, zoe);
		await it.client.execute("update files set state = 'open'");
		expect(await (await service(zoe)).commit(zoe, id)).toEqual(
			failure('conflict', 'claims/files-missing')
		);
		expect(await rowsAfterSubmission()).toEqual([0, 0, 0, 0, 0]);
	});

	test('asks for the contract once more', async () => {
		const { id } = await readySubmission(it, zoe);
		await it.client.execute('delete from contract_links');
		expect(await (await service(zoe)).commit(zoe, id)).toMatchObject(
			failure('invalid', 'portal/invalid-input', { contractId: 'contract-unknown' })
		);
		expect(await it.countRows('claims')).toBe(0);
	});

	test('of somebody else, or of nothing, is not found', async () => {
		const { id } = await readySubmission(it, zoe);
		const answers = [
			await (await service(eve)).commit(eve, id),
			await (await service(eve)).commit(eve, randomUUID()),
			await (await service(eve)).withdraw(eve, id)
		];
		expect(answers).toEqual(answers.map(() => failure('not-found', 'portal/not-found')));
		expect(valueOf(await (await service(zoe)).get(zoe, id)).state).toBe('open');
	});

	test.each([
		'claims',
		'claim_files',
		'documents',
		'mail_outbox',
		'audit_events',
		'audit_personal'
	])(
		'B1: a submission that breaks at %s leaves nothing, and the next one goes through',
		async (table) => {
			const { id } = await readySubmission(it, zoe);
			await it.client.execute(
				`create trigger broken before insert on ${table} begin select raise(fail, 'disk'); end`
			);
			const broken = await (await service(zoe)).commit(zoe, id).catch(() => null);
			expect(broken?.ok ?? false).toBe(false);
			expect(await rowsAfterSubmission()).toEqual([0, 0, 0, 0, 0]);
			expect(valueOf(await (await service(zoe)).get(zoe, id)).state).toBe('open');
			await it.client.execute('drop trigger broken');
			expect(valueOf(await (await service(zoe)).commit(zoe, id)).state).toBe('committed');
		}
	);

	test('draws another number when the first is taken', async () => {
		const { id: first } = await readySubmission(it, zoe);
		const { id: second } = await readySubmission(it, eve);
		let draws = 0;
		const ids = {
			newId: it.ids.newId,
			randomBytes: (length: number) =>
				length === 6 ? new Uint8Array(6).fill(draws++ < 2 ? 0 : 1) : it.ids.randomBytes(length)
		};
		const one = (await claimRooms(it, zoe, ids)).submissions;
		const two = (await claimRooms(it, eve, ids)).submissions;
		const numbers = [await one.commit(zoe, first), await two.commit(eve, second)].map(
			(state) => valueOf(state).receipt?.claimNumber
		);
		expect(numbers).toEqual(['S-2026-222222', 'S-2026-333333']);
		expect(draws).toBe(3);
	});

	test('names the year of the operator, not of UTC', async () => {
		const { id } = await readySubmission(it, zoe);
		it.clock.set(Date.UTC(2026, 11, 31, 23, 30));
		const state = valueOf(await (await service(zoe)).commit(zoe, id));
		expect(state.receipt?.claimNumber).toMatch(/^S-2027-/);
	});

	test('costs two round trips', async () => {
		const { id } = await readySubmission(it, zoe);
		const rooms = await service(zoe);
		it.takeRoundTrips();
		await rooms.commit(zoe, id);
		expect(it.takeRoundTrips()).toBe(2);
		await rooms.commit(zoe, id);
		expect(it.takeRoundTrips()).toBe(1);
	});
});

describe('withdraw', () => {
	test('ends the submission and drops its files and content', async () => {
		const { id, submission } = await readySubmission(it, zoe);
		const state = valueOf(await (await service(zoe)).withdraw(zoe, id));
		expect(state).toMatchObject({
			submissionId: id,
			state: 'withdrawn',
			uploads: [],
			receipt: null
		});
		expect(await it.countRows('files')).toBe(0);
		expect(await it.countRows('file_chunks')).toBe(0);
		expect(await (await service(zoe)).withdraw(zoe, id)).toMatchObject({ ok: true });
		expect(valueOf(await (await service(zoe)).put(zoe, id, submission)).state).toBe('withdrawn');
		expect(await (await service(zoe)).commit(zoe, id)).toEqual(
			failure('conflict', 'claims/withdrawn')
		);
	});

	test('B1: a withdrawal is refused once there is a claim, and nothing of it is touched', async () => {
		const { id } = await readySubmission(it, zoe);
		const state = valueOf(await (await service(zoe)).commit(zoe, id));
		expect(await (await service(zoe)).withdraw(zoe, id)).toEqual(
			failure('conflict', 'claims/already-submitted')
		);
		expect(valueOf(await (await service(zoe)).get(zoe, id))).toEqual(state);
		expect(await it.countRows('file_chunks')).toBe(2);
	});

	test('B1: withdrawal and commit at once: one of them counts', async () => {
		const { id } = await readySubmission(it, zoe);
		const [one, two] = [await service(zoe), await service(zoe)];
		const [committed, withdrawn] = await Promise.all([one.commit(zoe, id), two.withdraw(zoe, id)]);
		expect([committed.ok, withdrawn.ok].toSorted()).toEqual([false, true]);
		expect(await it.countRows('claims')).toBe(committed.ok ? 1 : 0);
	});

	test('costs one round trip', async () => {
		const { id } = await readySubmission(it, zoe);
		const rooms = await service(zoe);
		it.takeRoundTrips();
		await rooms.withdraw(zoe, id);
		expect(it.takeRoundTrips()).toBe(1);
	});
});
