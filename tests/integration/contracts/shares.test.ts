/** Roles at a contract: who else sees it, what they see of it, and until when (decision 0064). */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Actor } from '#lib/domain/actor.ts';
import { DAY_MS, parseCalendarDate, type CalendarDate } from '#lib/domain/calendar.ts';
import { OPERATOR } from '#lib/domain/operator.ts';
import { createRecipientsRepository } from '#lib/server/accounts/recipients.repository.ts';
import { countUnread } from '#lib/server/accounts/sessions.repository.ts';
import { createContractSharesService } from '#lib/server/contracts/contract-shares.service.ts';
import { contractSharesRepository } from '#lib/server/contracts/contract-shares.repository.ts';
import { createContractsRepository } from '#lib/server/contracts/contracts.repository.ts';
import { createRequestsRepository } from '#lib/server/contracts/requests.repository.ts';
import { createRequestsService } from '#lib/server/contracts/requests.service.ts';
import { insertPerson } from '#lib/server/db/people.ts';
import { createDocumentsRepository } from '#lib/server/documents/documents.repository.ts';
import {
	claimRooms,
	jpegBytes,
	manifestFile,
	readySubmission,
	submissionOf
} from '../../support/claims.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { addAccount, must } from '../decisions/desk-world.ts';
import { waitingMails } from '../../support/accounts.ts';
import { contractsService, noticeRooms } from '../../support/contracts.ts';

let world: TestDatabase;
let holder: Actor;
let mai: Actor;
let other: Actor;
const CONTRACT = '019aa000-0000-7000-8000-0000000000c1';
const MAI = '019aa000-0000-7000-8000-00000000000a';
const BO = '019aa000-0000-7000-8000-00000000000b';
const CHILD = '019aa000-0000-7000-8000-00000000000e';
const POLICY = 'MA-2041-0001';
const NOT_THERE = { ok: false, error: { kind: 'not-found', code: 'portal/not-found' } };
const REFUSED = { ok: false, error: { code: 'contracts/link-refused' } };

beforeEach(async () => {
	world = await openTestDatabase();
	holder = await addAccount(world, 'customer', 'Ada');
	mai = await addAccount(world, 'customer', 'Mai');
	other = await addAccount(world, 'customer', 'Otto');
	const contracts = createContractsRepository(world.cipher);
	const people = [
		[MAI, 'Mai', '2004-05-17'],
		[BO, 'Bo', '2001-01-02'],
		[CHILD, 'Kim', '2015-03-04']
	] as const;
	must(
		await world.db.commit(
			...(await Promise.all(
				people.map(([id, firstName, born]) =>
					insertPerson(world.cipher, {
						id,
						profile: { firstName, lastName: 'Nguyen', dateOfBirth: parseCalendarDate(born) },
						nowMs: 0
					})
				)
			)),
			await contracts.insert(
				{
					...{ id: CONTRACT, policyNumber: POLICY, policyholderId: holder.personId },
					bankAccount: {
						...{ holder: 'Ada Muster', iban: 'DE89370400440532013000' },
						...{ bic: null, bankName: null }
					},
					...{ plan: 'Care Au-pair', startsOn: '2026-01-01' as CalendarDate, endsOn: null },
					...{ currency: 'EUR', deductibleMinor: 5_000, maximumMinor: 100_000 },
					activationHash: await contracts.activationHash('KLEE9274')
				},
				people.map(([id]) => id)
			)
		)
	);
	must(await rooms().contracts.link(holder, letter('2004-05-17', 'KLEE9274')));
});
afterEach(() => world.close());

const letter = (dateOfBirth: string, activationCode: string) => ({
	...{ policyNumber: POLICY, dateOfBirth, activationCode }
});
function rooms() {
	const cipher = world.newCipher();
	const contracts = createContractsRepository(cipher);
	const parts = { ...world, ...noticeRooms(cipher), cipher, operator: OPERATOR };
	return {
		contracts: contractsService(world, cipher),
		shares: createContractSharesService({
			...{ ...parts, contracts, shares: contractSharesRepository },
			representatives: parts.readers
		}),
		requests: createRequestsService({
			...{ ...parts, contracts },
			requests: createRequestsRepository(cipher)
		})
	};
}
const seen = (actor: Actor) => rooms().contracts.get(actor, CONTRACT);
const personsOf = async (actor: Actor) =>
	must(await seen(actor)).insuredPersons.map(({ id, isOpen, cover }) => [id, isOpen, cover.length]);
const claimable = async (actor: Actor) =>
	must(await rooms().contracts.listForDevice(actor)).contracts.flatMap(({ insuredPersons }) =>
		insuredPersons.map(({ id }) => id)
	);
const events = async (event: string) => world.countRows(`audit_events where event = '${event}'`);

/** What the notices in a mailbox say of access, newest first; who sees it knows the contract. */
async function letters(actor: Actor) {
	const { mailbox, documents } = await claimRooms(world, actor);
	const found = must(await mailbox.list(actor)).entries;
	return Promise.all(
		found.map(async ({ id }) => {
			const { content } = must(await documents.open(actor, id));
			if (content.kind !== 'contract-notice') throw new Error('another letter');
			const { topic, ...rest } = content.notice;
			const said = rest as Record<string, unknown>;
			expect(said['policyNumberMasked']).toMatch(/0001$/);
			return 'role' in said
				? { topic, role: said['role'], scope: said['scope'], endsOn: said['endsOn'] }
				: { topic };
		})
	);
}
/** Mai links the contract as herself. */
async function letMaiIn() {
	const { code } = must(await rooms().shares.inviteInsured(holder, CONTRACT, MAI));
	must(await rooms().contracts.link(mai, letter('2004-05-17', code)));
}
const endsIn = (days: number) =>
	new Date(world.clock.nowMs() + days * DAY_MS).toISOString().slice(0, 10) as CalendarDate;
async function letRepresentativeIn(scope: 'claims' | 'contract', days = 3) {
	const input = { scope, endsOn: endsIn(days) };
	const { code } = must(await rooms().shares.inviteRepresentative(holder, CONTRACT, input));
	must(await rooms().contracts.link(other, letter('2004-05-17', code)));
}

describe('a code of the policyholder', () => {
	it('lets an insured adult in as herself, once, with her own birthday', async () => {
		const { code } = must(await rooms().shares.inviteInsured(holder, CONTRACT, MAI));
		expect(await rooms().contracts.link(mai, letter('2001-01-02', code))).toMatchObject(REFUSED);
		must(await rooms().contracts.link(mai, letter('2004-05-17', code)));
		expect(await rooms().contracts.link(other, letter('2004-05-17', code))).toMatchObject(REFUSED);
		expect(must(await seen(mai))).toMatchObject({ role: 'insured-person', accessEndsOn: null });
		expect(await rooms().shares.inviteInsured(holder, CONTRACT, MAI)).toMatchObject({
			error: { code: 'contracts/already-linked' }
		});
		expect(await events('contract/shared')).toBe(1);
	});

	it('is stored as a keyed hash, ends after two weeks, and a newer one takes its place', async () => {
		const first = must(await rooms().shares.inviteInsured(holder, CONTRACT, MAI));
		const second = must(await rooms().shares.inviteInsured(holder, CONTRACT, MAI));
		expect(await world.countRows('contract_invitations')).toBe(1);
		const link = (code: string) => rooms().contracts.link(mai, letter('2004-05-17', code));
		expect(await link(first.code)).toMatchObject(REFUSED);
		const { rows } = await world.client.execute('select code_hash from contract_invitations');
		expect(JSON.stringify(rows)).not.toContain(second.code);
		world.clock.set(second.validUntilMs);
		expect(await link(second.code)).toMatchObject(REFUSED);
	});

	it('B2: is made five times at most at once, however fast', async () => {
		const input = { scope: 'claims', endsOn: endsIn(3) } as const;
		const tries = await Promise.all(
			Array.from({ length: 8 }, () => rooms().shares.inviteRepresentative(holder, CONTRACT, input))
		);
		expect(tries.filter(({ ok }) => ok)).toHaveLength(5);
		expect(tries.find(({ ok }) => !ok)).toMatchObject({
			error: { code: 'contracts/too-many-codes' }
		});
	});

	it('Z2: is made by nobody else, and for nobody who is no insured adult', async () => {
		await letMaiIn();
		const input = { scope: 'claims', endsOn: endsIn(3) } as const;
		for (const actor of [mai, other]) {
			expect(await rooms().shares.inviteInsured(actor, CONTRACT, BO)).toEqual(NOT_THERE);
			expect(await rooms().shares.inviteRepresentative(actor, CONTRACT, input)).toEqual(NOT_THERE);
			expect(await rooms().shares.endRepresentation(actor, CONTRACT, 1)).toEqual(NOT_THERE);
		}
		for (const person of [CHILD, holder.personId]) {
			expect(await rooms().shares.inviteInsured(holder, CONTRACT, person)).toEqual(NOT_THERE);
		}
	});

	it.each([
		[-1, 'date-in-past'],
		[367, 'end-too-far']
	])('for a representative whose last day is %i days away is refused', async (days, code) => {
		const input = { scope: 'claims', endsOn: endsIn(days) } as const;
		expect(await rooms().shares.inviteRepresentative(holder, CONTRACT, input)).toMatchObject({
			error: { issues: { endsOn: code } }
		});
	});
});

describe('the policyholder alone', () => {
	it('Z2: sees and shows the bank account, changes it, withdraws, terminates, extends', async () => {
		await letMaiIn();
		await letRepresentativeIn('claims');
		const request = { kind: 'termination', wishedOn: endsIn(60), note: '' } as const;
		for (const actor of [mai, other]) {
			const view = must(await seen(actor));
			expect(view).toMatchObject({
				...{ bankAccount: null, accountChange: null, requests: [] },
				may: { 'see-account': false, 'change-account': false, declare: false, share: false }
			});
			expect(JSON.stringify(view)).not.toContain('3000');
			expect(await rooms().contracts.revealAccount(actor, CONTRACT)).toEqual(NOT_THERE);
			expect(await rooms().requests.preview(actor, CONTRACT, request)).toEqual(NOT_THERE);
			expect(await rooms().requests.send(actor, CONTRACT, request)).toEqual(NOT_THERE);
		}
		expect(await events('contract/account-revealed')).toBe(0);
		must(await rooms().contracts.revealAccount(holder, CONTRACT));
		must(await rooms().requests.preview(holder, CONTRACT, request));
		const readers = createRecipientsRepository(world.newCipher());
		const [told] = await world.db.read(readers.listOfContract(CONTRACT));
		expect(told.map(({ accountId }) => accountId)).toEqual([holder.accountId]);
	});
});

describe('the health data of an insured adult', () => {
	it('Z2: are hidden from the policyholder once she has an account, until she releases them', async () => {
		expect(await personsOf(holder)).toEqual([
			[MAI, true, 1],
			[BO, true, 1],
			[CHILD, true, 1]
		]);
		await letMaiIn();
		expect(await personsOf(holder)).toEqual([
			[MAI, false, 0],
			[BO, true, 1],
			[CHILD, true, 1]
		]);
		expect(await claimable(holder)).toEqual([BO, CHILD]);
		expect(await personsOf(mai)).toEqual([[MAI, true, 1]]);
		expect(await claimable(mai)).toEqual([MAI]);

		must(await rooms().shares.setRelease(mai, CONTRACT, 'uses'));
		expect(await personsOf(holder)).toContainEqual([MAI, true, 1]);
		expect(must(await rooms().shares.show(mai, CONTRACT)).release?.scope).toBe('uses');
		expect(must(await rooms().shares.show(holder, CONTRACT)).persons).toMatchObject([
			{ id: MAI, hasOwnAccess: true, releasedScope: 'uses' },
			{ id: BO, hasOwnAccess: false }
		]);
		must(await rooms().shares.setRelease(mai, CONTRACT, null));
		expect(await personsOf(holder)).toContainEqual([MAI, false, 0]);
		expect([
			await events('contract/data-released'),
			await events('contract/release-ended')
		]).toEqual([1, 1]);
	});

	it('Z2: are released by nobody else', async () => {
		await letMaiIn();
		await letRepresentativeIn('claims');
		for (const actor of [holder, other]) {
			expect(await rooms().shares.setRelease(actor, CONTRACT, 'claims')).toEqual(NOT_THERE);
		}
		expect(await events('contract/data-released')).toBe(0);
	});

	it('Z3: a claim for somebody who is not open is refused as for a stranger', async () => {
		await letMaiIn();
		const handIn = async (actor: Actor, insuredPersonId: string) => {
			const file = manifestFile(jpegBytes(100));
			const submission = submissionOf({ ...actor, contractId: CONTRACT, insuredPersonId }, [file]);
			const { submissions } = await claimRooms(world, actor);
			return submissions.put(actor, world.ids.newId(), submission);
		};
		expect(await handIn(holder, MAI)).toMatchObject({
			error: { issues: { insuredPersonId: 'person-not-insured' } }
		});
		expect(await handIn(mai, BO)).toMatchObject({
			error: { issues: { insuredPersonId: 'person-not-insured' } }
		});
		must(await handIn(mai, MAI));
		must(await handIn(holder, BO));
	});

	it('Z2: only who may hand in for more people is offered the next one at a claim', async () => {
		await letMaiIn();
		const offered = async (actor: Actor, insuredPersonId: string) => {
			const submitted = { ...actor, contractId: CONTRACT, insuredPersonId };
			const { id } = await readySubmission(world, submitted, [500]);
			const { submissions, claims } = await claimRooms(world, actor);
			const claimId = must(await submissions.commit(actor, id)).receipt?.claimId ?? '';
			return must(await claims.getOwn(actor, claimId)).sharedContractId;
		};
		expect(await offered(holder, BO)).toBe(CONTRACT);
		expect(await offered(mai, MAI)).toBeNull();
		await world.client.execute({
			sql: 'delete from insured_persons where person_id = ?',
			args: [CHILD]
		});
		expect(await offered(holder, BO)).toBeNull();
	});
});

describe('the documents of a contract', () => {
	const handInFor = async (actor: Actor, insuredPersonId: string) => {
		const submitted = { ...actor, contractId: CONTRACT, insuredPersonId };
		const { id } = await readySubmission(world, submitted, [500]);
		must(await (await claimRooms(world, actor)).submissions.commit(actor, id));
	};
	const listed = async (actor: Actor) =>
		must(await seen(actor)).documents.map(({ name }) =>
			name.kind === 'contract-notice' ? name.notice.topic : name.kind
		);

	it('Z2: are those of the reader’s own mailbox: nobody’s claim shows on another one’s page', async () => {
		expect(await listed(holder)).toEqual([]);
		await letMaiIn();
		await handInFor(mai, MAI);
		expect(await listed(mai)).toEqual(['receipt-confirmation']);
		expect(await listed(holder)).toEqual(['access-used']);
		await letRepresentativeIn('claims');
		await handInFor(other, BO);
		expect(await listed(other)).toEqual(['receipt-confirmation']);
		expect(await listed(holder)).toEqual(['access-used', 'access-used']);
		expect(await listed(mai)).toEqual(['receipt-confirmation']);
	});

	it('are of this contract only, the newest five, in the page’s one round trip', async () => {
		await letMaiIn();
		for (let sent = 0; sent < 5; sent += 1) {
			world.clock.advance(1000);
			await handInFor(holder, CHILD);
		}
		const documents = createDocumentsRepository(world.newCipher());
		const elsewhere = documents.listOfContract('another', holder.accountId, endsIn(0));
		expect((await world.db.read(elsewhere))[0]).toEqual([]);
		world.takeRoundTrips();
		expect(await listed(holder)).toEqual(Array(5).fill('receipt-confirmation'));
		expect(world.takeRoundTrips()).toBe(1);
	});

	it('are gone from the page for a representative of the contract who hands in nothing', async () => {
		await letRepresentativeIn('contract');
		await handInFor(holder, CHILD);
		expect(await listed(other)).toEqual([]);
	});
});

describe('a representative', () => {
	it.each([
		['claims', [MAI, BO, CHILD]],
		['contract', []]
	] as const)('Z2: for %s hands in for %j, and sees no more', async (scope, expected) => {
		await letRepresentativeIn(scope);
		expect(must(await seen(other))).toMatchObject({
			role: 'representative',
			accessEndsOn: endsIn(3)
		});
		expect(await claimable(other)).toEqual(expected);
		expect(await rooms().shares.show(other, CONTRACT)).toEqual(NOT_THERE);
	});

	it('Z4: sees nothing from the day after the last one on, and can be let in again', async () => {
		await letRepresentativeIn('claims', 1);
		world.clock.advance(DAY_MS);
		must(await seen(other));
		world.clock.advance(DAY_MS);
		expect(await seen(other)).toEqual(NOT_THERE);
		expect(must(await rooms().contracts.list(other))).toEqual([]);
		expect(await claimable(other)).toEqual([]);
		await letRepresentativeIn('contract');
		expect(must(await seen(other)).may.claim).toBe(false);
	});

	it('Z4: does not see either what they handed in, once their time is over', async () => {
		await letRepresentativeIn('claims', 1);
		const submitted = { ...other, contractId: CONTRACT, insuredPersonId: BO };
		const { id } = await readySubmission(world, submitted, [500]);
		must(await (await claimRooms(world, other)).submissions.commit(other, id));
		const look = async () => {
			const { claims, mailbox, documents, conversations } = await claimRooms(world, other);
			const { rows } = await world.client.execute(
				'select d.id as document, d.claim_id as claim from documents d where d.claim_id is not null'
			);
			return {
				claims: must(await claims.listOwn(other, 1)).claims.length,
				letters: must(await mailbox.list(other)).entries.length,
				claim: (await claims.getOwn(other, String(rows[0]?.['claim']))).ok,
				letter: (await documents.open(other, String(rows[0]?.['document']))).ok,
				about: must(await conversations.choices(other))
			};
		};
		expect(await look()).toMatchObject({ claims: 1, letters: 1, claim: true, letter: true });
		world.clock.advance(2 * DAY_MS);
		expect(await look()).toEqual({
			...{ claims: 0, letters: 0, claim: false, letter: false },
			about: { claims: [], contracts: [] }
		});
	});

	it('Z4: has no badge either for letters of a contract that they see no more', async () => {
		await letRepresentativeIn('claims', 1);
		const submitted = { ...other, contractId: CONTRACT, insuredPersonId: BO };
		const { id } = await readySubmission(world, submitted, [500]);
		must(await (await claimRooms(world, other)).submissions.commit(other, id));
		await world.client.execute({
			sql: 'insert into sessions (id, account_id, created_at_ms, last_seen_at_ms, expires_at_ms) values (?, ?, 0, 0, 1)',
			args: ['session', other.accountId]
		});
		const documents = createDocumentsRepository(world.newCipher());
		const unread = () =>
			world.db.read(
				countUnread('session', endsIn(0)),
				documents.countUnread(other.accountId, endsIn(0))
			);
		expect(await unread()).toEqual([1, 1]);
		world.clock.advance(2 * DAY_MS);
		expect(await unread()).toEqual([0, 0]);
	});

	it('Z4: sees nothing from the moment on in which the policyholder ends it', async () => {
		await letRepresentativeIn('claims');
		const view = must(await rooms().shares.show(holder, CONTRACT));
		const [one] = view.representatives;
		must(await rooms().shares.endRepresentation(holder, CONTRACT, one?.sinceMs ?? 0));
		expect(await seen(other)).toEqual(NOT_THERE);
		expect(must(await rooms().shares.show(holder, CONTRACT)).representatives).toEqual([]);
		expect(await rooms().shares.endRepresentation(holder, CONTRACT, one?.sinceMs ?? 0)).toEqual(
			NOT_THERE
		);
		expect(await events('contract/share-ended')).toBe(1);
	});

	it('is told when the access is ended, and the policyholder when a code is used', async () => {
		await letMaiIn();
		expect(await letters(holder)).toEqual([
			{ topic: 'access-used', role: 'insured-person', scope: null, endsOn: null }
		]);
		await letRepresentativeIn('claims');
		expect((await letters(holder)).at(0)).toEqual({
			...{ topic: 'access-used', role: 'representative', scope: 'claims', endsOn: endsIn(3) }
		});
		expect(await letters(other)).toEqual([]);
		const [one] = must(await rooms().shares.show(holder, CONTRACT)).representatives;
		world.takeRoundTrips();
		must(await rooms().shares.endRepresentation(holder, CONTRACT, one?.sinceMs ?? 0));
		expect(world.takeRoundTrips()).toBe(2);
		expect(await letters(other)).toEqual([{ topic: 'access-ended' }]);
		expect(await letters(mai)).toEqual([]);
		const mails = await waitingMails(world);
		expect(mails.map(({ template, to }) => [template, to])).toEqual([
			['new-document', 'ada@example.org'],
			['new-document', 'ada@example.org'],
			['new-document', 'otto@example.org']
		]);
		expect(JSON.stringify(mails)).not.toContain(POLICY);
	});

	it('a code that is refused tells nobody', async () => {
		await rooms().contracts.link(mai, letter('2004-05-17', 'FALSCH99'));
		expect(await letters(holder)).toEqual([]);
		expect(await waitingMails(world)).toEqual([]);
	});

	it('does not become one who sees the contract already', async () => {
		await letMaiIn();
		const input = { scope: 'contract', endsOn: endsIn(3) } as const;
		const { code } = must(await rooms().shares.inviteRepresentative(holder, CONTRACT, input));
		expect(await rooms().contracts.link(mai, letter('2004-05-17', code))).toMatchObject({
			error: { code: 'contracts/already-linked' }
		});
		expect(must(await seen(mai)).role).toBe('insured-person');
	});
});

it('Z2: everybody who sees the contract reads its terms, and nobody reads others by it', async () => {
	await letRepresentativeIn('contract');
	const terms = (actor: Actor, id: string) => rooms().contracts.getTerms(actor, CONTRACT, id);
	expect(must(await seen(other)).terms).toEqual([
		{ id: 'avb-ak-2026', name: 'AVB-AK 2026', since: '2026-01-01', until: null, isToCome: false }
	]);
	expect(must(await terms(other, 'avb-ak-2026')).text.de.length).toBeGreaterThan(5);
	expect(await terms(other, 'avb-ak-2025')).toEqual(NOT_THERE);
	expect(await terms(mai, 'avb-ak-2026')).toEqual(NOT_THERE);
	await world.client.execute(`update contracts set starts_on = '2025-10-01'`);
	expect(must(await seen(holder)).terms).toMatchObject([
		{ id: 'avb-ak-2026', since: '2026-10-01', until: null },
		{ id: 'avb-ak-2025', since: '2025-10-01', until: '2026-09-30' }
	]);
	must(await terms(holder, 'avb-ak-2025'));
});

it('Z2: a treatment ticket is for whoever may see the person, while the cover runs', async () => {
	const ticket = async (actor: Actor, person: string) =>
		rooms().contracts.getTicket(actor, CONTRACT, person);
	expect(must(await ticket(holder, MAI))).toMatchObject({
		...{ name: 'Mai Nguyen', dateOfBirth: '2004-05-17', policyNumber: POLICY }
	});
	await letMaiIn();
	await letRepresentativeIn('contract');
	must(await ticket(mai, MAI));
	for (const [actor, person] of [
		[holder, MAI],
		[mai, BO],
		[other, BO],
		[holder, other.personId]
	] as const) {
		expect(await ticket(actor, person)).toEqual(NOT_THERE);
	}
	await world.client.execute(`update contracts set ends_on = '${endsIn(0)}'`);
	must(await ticket(mai, MAI));
	world.clock.advance(DAY_MS);
	expect(await ticket(mai, MAI)).toEqual(NOT_THERE);
});

it('the pages take one round trip, the acts two', async () => {
	await letMaiIn();
	world.takeRoundTrips();
	await rooms().shares.show(holder, CONTRACT);
	expect(world.takeRoundTrips()).toBe(1);
	await rooms().shares.inviteInsured(holder, CONTRACT, BO);
	expect(world.takeRoundTrips()).toBe(2);
	await rooms().shares.setRelease(mai, CONTRACT, 'uses');
	expect(world.takeRoundTrips()).toBe(2);
});
