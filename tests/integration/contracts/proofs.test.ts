/** Documents that prove insurability: asked for once, each closed by its own file (decision 0073). */
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Actor } from '#lib/domain/actor.ts';
import { DAY_MS } from '#lib/domain/calendar.ts';
import { mayAtContract } from '#lib/domain/contracts/contract-access.ts';
import type { AskProof } from '#lib/domain/contracts/proof.schema.ts';
import { joinWrites } from '#lib/server/db/client.ts';
import { createProofsRepository } from '#lib/server/contracts/proofs.repository.ts';
import { createContractsRepository } from '#lib/server/contracts/contracts.repository.ts';
import { waitingMails } from '../../support/accounts.ts';
import { claimRooms } from '../../support/claims.ts';
import { contractsService } from '../../support/contracts.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { pngOf } from '../../support/files.ts';
import { cipherOf, linkContract, personalSections, runRetention } from '../../support/privacy.ts';
import { addAccount, must } from '../decisions/desk-world.ts';
import { proofRooms } from './proof-world.ts';

const NOT_FOUND = { ok: false, error: { kind: 'not-found', code: 'portal/not-found' } };
const refused = (code: string) => ({ ok: false, error: { code } });
const issue = (field: string, code: string) => ({ error: { issues: { [field]: code } } });

let it: TestDatabase;
let ada: Actor;
let ben: Actor;
let kim: Actor;
let lea: Actor;
let contract: { contractId: string; insuredPersonId: string };
beforeEach(async () => {
	it = await openTestDatabase();
	ada = await addAccount(it, 'customer', 'Ada');
	ben = await addAccount(it, 'customer', 'Ben');
	kim = await addAccount(it, 'clerk', 'Kim');
	lea = await addAccount(it, 'seniorClerk', 'Lea');
	contract = await linkContract(it, ada.accountId, '2027-12-31');
});
afterEach(() => it.close());

const rooms = () => proofRooms(it);
const desk = () => rooms().proofDesk;
const file = (name = 'visum.png') => ({ name, bytes: pngOf() });
const tryAsk = (change: Partial<AskProof> = {}, actor = kim, contractId = contract.contractId) =>
	desk().ask(actor, contractId, {
		...{ person: contract.insuredPersonId, kind: 'visa', dueOn: '2026-12-20' },
		...change
	});
const show = (actor = ada) => rooms().proofs.show(actor, contract.contractId);
async function ask(change: Partial<AskProof> = {}): Promise<string> {
	must(await tryAsk(change));
	const kind = change.kind ?? 'visa';
	return must(await show()).proofs.find((one) => one.kind === kind)?.id ?? '';
}
async function handIn(
	id: string,
	actor = ada,
	upload: ReturnType<typeof file> | null = file(),
	contractId = contract.contractId
) {
	const { cipher } = await cipherOf(it, actor);
	it.takeRoundTrips();
	return proofRooms(it, cipher).proofs.handIn(actor, contractId, id, upload);
}
const release = () => it.client.execute('update files set released_at_ms = 1');
async function askAndHandIn(change: Partial<AskProof> = {}): Promise<string> {
	const id = await ask(change);
	must(await handIn(id));
	await release();
	return id;
}
const statesOf = async () =>
	Object.fromEntries(must(await show()).proofs.map(({ kind, state }) => [kind, state]));
const events = async () =>
	(
		await it.client.execute(
			"select event, outcome from audit_events where event like 'contract/proof-%' order by rowid"
		)
	).rows.map(({ event, outcome }) => `${String(event)} ${String(outcome)}`);
const linkAs = (actor: Actor, role: string, scope: string | null, endsOn: string | null) =>
	it.client.execute({
		sql: `insert into contract_links (account_id, contract_id, linked_at_ms, role, scope, ends_on, person_id)
			values (?, ?, 1, ?, ?, ?, ?)`,
		args: [
			...[actor.accountId, contract.contractId, role, scope, endsOn],
			role === 'insured-person' ? contract.insuredPersonId : null
		]
	});

test('a proof is asked for with what, for whom and until when; the mail says nothing of it', async () => {
	it.takeRoundTrips();
	must(await tryAsk());
	expect(it.takeRoundTrips()).toBe(2);
	expect(must(await show())).toMatchObject({
		...{ plan: 'Care Student', visits: [] },
		proofs: [
			{
				...{ kind: 'visa', personName: 'Ida Berg', state: 'open', turn: 'customer' },
				...{ dueOn: '2026-12-20', fault: null, isOverdue: false }
			}
		]
	});
	expect(await waitingMails(it)).toEqual([
		{ template: 'proofs-asked', to: 'ada@example.org', language: 'en', name: 'Ada Muster' }
	]);
	expect(must(await contractsService(it).get(ada, contract.contractId)).proofs).toEqual([
		{ state: 'open', dueOn: '2026-12-20' }
	]);
	const { cipher } = await cipherOf(it, ada);
	const missing = createProofsRepository(cipher).listMissing(ada.accountId, '2026-11-22' as never);
	expect((await it.db.read(missing))[0]).toEqual([
		{ contractId: contract.contractId, plan: 'Care Student', dueOn: '2026-12-20' }
	]);
	it.clock.set(Date.UTC(2026, 11, 21, 9));
	expect(must(await show()).proofs).toMatchObject([{ isOverdue: true }]);
});

test('a file closes exactly its proof, and the other goes on waiting', async () => {
	const visa = await ask();
	await ask({ kind: 'enrolment' });
	must(await handIn(visa));
	expect(it.takeRoundTrips()).toBe(2);
	expect(await statesOf()).toEqual({ visa: 'handed-in', enrolment: 'open' });
	expect(await handIn(visa)).toMatchObject(refused('contracts/proof-closed'));
	expect(await it.countRows('files')).toBe(1);
	const { rows } = await it.client.execute('select person_id, name from files');
	expect(rows[0]?.['person_id']).toBe(ada.personId);
	expect(Buffer.from(rows[0]?.['name'] as ArrayBuffer).toString('latin1')).not.toContain('visum');
});

test('who hands in has a receipt, in their own mailbox and on the contract, and nobody else has', async () => {
	await linkAs(ben, 'representative', 'contract', '2026-12-31');
	must(await handIn(await ask(), ben));
	const listed = async (actor: Actor) =>
		must(await contractsService(it).get(actor, contract.contractId)).documents;
	const name = { kind: 'contract-notice', notice: { topic: 'proof-received', proof: 'visa' } };
	const [receipt, ...rest] = await listed(ben);
	expect(receipt).toMatchObject({ name, isUnread: true, claimNumber: null });
	expect([rest, await listed(ada)]).toEqual([[], []]);
	const { mailbox, documents } = await claimRooms(it, ben);
	expect(must(await mailbox.list(ben)).entries).toMatchObject([
		{
			id: receipt?.id,
			subject: { name },
			policyNumberMasked: expect.stringMatching(/^•+/) as string
		}
	]);
	expect(must(await documents.open(ben, receipt?.id ?? '')).content).toMatchObject({
		notice: { personName: 'Ida Berg', file: { name: 'visum.png', sizeBytes: pngOf().length } }
	});
	// a mandate that is over takes its letters with it (decision 0064)
	it.clock.set(Date.UTC(2027, 0, 2, 9));
	const later = await claimRooms(it, ben);
	expect(must(await later.mailbox.list(ben)).entries).toEqual([]);
	expect(await later.documents.open(ben, receipt?.id ?? '')).toMatchObject(NOT_FOUND);
});

test('nothing is asked for twice: not while it is open, not once it is accepted', async () => {
	const id = await askAndHandIn();
	expect(await tryAsk()).toMatchObject(refused('contracts/proof-asked'));
	must(await desk().accept(kim, id));
	expect(await statesOf()).toEqual({ visa: 'accepted' });
	expect(await tryAsk()).toMatchObject(refused('contracts/proof-asked'));
	expect(await handIn(id)).toMatchObject(refused('contracts/proof-closed'));
	// nor by two at once
	const twice = await Promise.all([
		tryAsk({ kind: 'residence' }),
		tryAsk({ kind: 'residence' }, lea)
	]);
	expect(twice.filter(({ ok }) => ok)).toHaveLength(1);
	expect(twice.find(({ ok }) => !ok)).toMatchObject(refused('contracts/proof-asked'));
	// what was taken back may be asked for again
	const taken = await ask({ kind: 'employment' });
	must(await desk().withdraw(kim, taken));
	expect(await statesOf()).not.toHaveProperty('employment');
	must(await tryAsk({ kind: 'employment' }));
});

test('what does not do is asked for again with the reason, and its file belongs to nothing', async () => {
	const id = await askAndHandIn();
	must(await desk().giveBack(kim, id, 'expired'));
	expect(must(await show()).proofs).toMatchObject([
		{ id, state: 'open', fault: 'expired', dueOn: '2026-12-13', handedInAtMs: null }
	]);
	expect((await waitingMails(it)).map(({ template }) => template)).toEqual([
		'proofs-asked',
		'proofs-asked'
	]);
	must(await handIn(id));
	expect(must(await show()).proofs).toMatchObject([{ state: 'handed-in', fault: null }]);
	it.clock.advance(60 * DAY_MS);
	await runRetention(it);
	expect(await it.countRows('files')).toBe(1);
});

test('F5: what lies in quarantine is neither opened nor accepted, and a refused file opens its proof again', async () => {
	const id = await ask();
	must(await handIn(id));
	const [shown] = must(await desk().open(kim, id)).files;
	expect(shown).toMatchObject({ name: 'visum.png', state: 'checking' });
	expect(await desk().openFile(kim, id, shown?.id ?? '')).toEqual(NOT_FOUND);
	expect(await desk().accept(kim, id)).toMatchObject(refused('contracts/proof-closed'));
	const { cipher } = await cipherOf(it, ada);
	const proofs = createProofsRepository(cipher);
	must(await it.db.commit(joinWrites(proofs.reopenOfRefusedFile(shown?.id ?? ''))));
	expect(must(await show()).proofs).toMatchObject([{ state: 'open', fault: 'unreadable' }]);
});

test('Z6: only whoever has it opens it; each look is shown to the customer, each refused try logged', async () => {
	const id = await askAndHandIn();
	it.takeRoundTrips();
	const [shown] = must(await desk().open(kim, id)).files;
	expect(it.takeRoundTrips()).toBe(1);
	const fileId = shown?.id ?? '';
	const opened = must(await desk().openFile(kim, id, fileId));
	expect(await new Response(opened.bytes).bytes()).toEqual(new Uint8Array(pngOf()));
	for (const act of [
		desk().open(lea, id),
		desk().openFile(lea, id, fileId),
		desk().accept(lea, id),
		desk().giveBack(lea, id, 'expired')
	])
		expect(await act).toMatchObject(refused('contracts/proof-not-assigned'));
	expect(must(await show()).visits).toMatchObject([{ role: 'clerk', looks: 2 }]);
	expect(await events()).toEqual([
		'contract/proof-asked success',
		'contract/proof-received success',
		'contract/proof-viewed success',
		'contract/proof-viewed success',
		...Array.from({ length: 4 }, () => 'contract/proof-access-refused failure')
	]);
	const { rows } = await it.client.execute(
		`select distinct p.subject_account_id as subject from audit_events e
		 join audit_personal p on p.event_id = e.id where e.event like 'contract/proof-access%'`
	);
	expect(rows.map(({ subject }) => subject)).toEqual([ada.accountId]);
	// a lead puts back what a colleague cannot judge; a clerk only their own
	const uwe = await addAccount(it, 'clerk', 'Uwe');
	expect(await desk().release(uwe, id)).toMatchObject(refused('contracts/proof-taken'));
	must(await desk().release(lea, id));
	const taken = await Promise.all([desk().take(uwe, id), desk().take(lea, id)]);
	expect(taken.filter(({ ok }) => ok)).toHaveLength(1);
});

test('Z7: nobody asks for, takes or judges a proof of a contract that is theirs in any way', async () => {
	const id = await askAndHandIn();
	const OWN = refused('contracts/proof-own');
	const insured = { ...kim, personId: contract.insuredPersonId };
	for (const act of [
		tryAsk({ kind: 'residence' }, insured),
		desk().askForm(insured, contract.contractId),
		desk().open(insured, id),
		desk().accept(insured, id),
		desk().release(insured, id)
	])
		expect(await act).toMatchObject(OWN);
	await it.client.execute({
		sql: 'insert into staff_own_contracts (account_id, contract_id, named_at_ms) values (?, ?, 0)',
		args: [kim.accountId, contract.contractId]
	});
	expect(await desk().accept(kim, id)).toMatchObject(OWN);
});

test.each([
	['policyholder', null, null],
	['insured-person', null, null],
	['representative', 'claims', '2027-01-31'],
	['representative', 'contract', '2027-01-31'],
	['representative', 'contract', '2026-11-21']
] as const)(
	'Z5: a %s (%s, until %s) hands in proofs as the table says',
	async (role, scope, endsOn) => {
		const id = await ask();
		await linkAs(ben, role, scope, endsOn);
		const { cipher } = await cipherOf(it, ben);
		const find = createContractsRepository(cipher).findOfAccount(
			...[ben.accountId, contract.contractId, '2026-11-22' as never]
		);
		const [found] = await it.db.read(find);
		const may = found !== null && mayAtContract(found.link, 'prove');
		const told = async () => (await waitingMails(it)).filter(({ to }) => to === 'ben@example.org');
		must(await tryAsk({ kind: 'residence' }));
		expect(await told()).toHaveLength(may ? 1 : 0);
		expect((await show(ben)).ok).toBe(may);
		const done = await handIn(id, ben);
		expect(done.ok).toBe(may);
		if (!done.ok) expect(done).toMatchObject(refused('contracts/proof-closed'));
		expect(await it.countRows('files')).toBe(may ? 1 : 0);
		expect(may).toBe(role === 'policyholder' || (scope === 'contract' && endsOn > '2026-12'));
	}
);

test("Z2: somebody else's contract shows no proof and takes no file", async () => {
	const id = await ask();
	expect(await show(ben)).toEqual(NOT_FOUND);
	expect(await handIn(id, ben)).toMatchObject(refused('contracts/proof-closed'));
	const other = await linkContract(it, ben.accountId, null);
	const sent = await handIn(id, ben, file(), other.contractId);
	expect(sent).toMatchObject(refused('contracts/proof-closed'));
	for (const act of [show(kim), handIn(id, kim), desk().list(ada), desk().open(ada, id)])
		expect(await act).toMatchObject({ error: { kind: 'forbidden' } });
	expect(await it.countRows('files')).toBe(0);
});

test('what cannot be asked for leaves nothing', async () => {
	expect(await tryAsk({ person: ben.personId })).toMatchObject(
		issue('person', 'person-not-insured')
	);
	expect(await tryAsk({ dueOn: '2026-11-25' })).toMatchObject(issue('dueOn', 'proof-day'));
	expect(await tryAsk({}, kim, ben.accountId)).toEqual(NOT_FOUND);
	expect(await desk().askForm(kim, ben.accountId)).toEqual(NOT_FOUND);
	await it.client.execute('delete from contract_links');
	expect(await tryAsk()).toMatchObject(refused('contracts/proof-nobody'));
	it.clock.set(Date.UTC(2028, 0, 2, 12));
	expect(await tryAsk({ dueOn: '2028-01-20' })).toMatchObject(refused('contracts/cover-ended'));
	expect(await it.countRows('insurability_proofs')).toBe(0);
	expect(await waitingMails(it)).toEqual([]);
});

test('a file that does not do is named at its field', async () => {
	const id = await ask();
	expect(await handIn(id, ada, null)).toMatchObject(issue('file', 'file-missing'));
	const torn = { name: 'x.png', bytes: new Uint8Array([1, 2, 3]) };
	expect(await handIn(id, ada, torn)).toMatchObject(issue('file', 'file-type'));
	expect(await it.countRows('files')).toBe(0);
});

test('D9: proofs go with their contract, with files and looks; D10: the copy of one’s data has them', async () => {
	const id = await askAndHandIn();
	must(await desk().open(kim, id));
	const { cipher } = await cipherOf(it, ada);
	const sectionOf = async (name: string, actor: Actor) => {
		const section = personalSections(cipher).find((one) => one.name === name);
		if (!section) throw new Error(`no section ${name}`);
		return (await it.db.read(section.read(actor)))[0];
	};
	expect(await sectionOf('insurabilityProofs', ada)).toMatchObject([
		{ id, kind: 'visa', person: 'Ida Berg', state: 'handed-in' }
	]);
	expect(await sectionOf('insurabilityLooks', ada)).toMatchObject([{ proofId: id, role: 'clerk' }]);
	expect(await sectionOf('insurabilityProofs', ben)).toEqual([]);
	const left = async () =>
		Promise.all(
			['insurability_proofs', 'insurability_looks', 'files', 'file_chunks'].map((table) =>
				it.countRows(table)
			)
		);
	it.clock.advance(300 * DAY_MS);
	await runRetention(it);
	expect(await left()).toEqual([1, 1, 1, 1]);
	await it.client.execute("update contracts set starts_on = '2010-01-01', ends_on = '2010-12-31'");
	it.clock.advance(DAY_MS);
	await runRetention(it);
	expect(await left()).toEqual([0, 0, 0, 0]);
	expect(await it.countRows('contracts')).toBe(0);
});
