/** Claims of an insured adult that she lets the policyholder read, and nobody else (decision 0075). */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Actor } from '#lib/domain/actor.ts';
import { DAY_MS, parseCalendarDate, type CalendarDate } from '#lib/domain/calendar.ts';
import type { ReleaseScope } from '#lib/domain/contracts/contract-access.ts';
import { createReleasedClaimsService } from '#lib/server/claims/released-claims.service.ts';
import { releasedClaimsRepository } from '#lib/server/claims/released-claims.repository.ts';
import { createClaimsRepository, CLAIMS_PAGE } from '#lib/server/claims/claims.repository.ts';
import { createContractSharesService } from '#lib/server/contracts/contract-shares.service.ts';
import { contractSharesRepository } from '#lib/server/contracts/contract-shares.repository.ts';
import { createContractsRepository } from '#lib/server/contracts/contracts.repository.ts';
import { insertPerson } from '#lib/server/db/people.ts';
import { createDocumentsRepository } from '#lib/server/documents/documents.repository.ts';
import { claimRooms, readySubmission } from '../../support/claims.ts';
import { noticeRooms, contractsService } from '../../support/contracts.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import {
	addAccount,
	deskRooms,
	formOf,
	must,
	putInCharge,
	typed
} from '../decisions/desk-world.ts';

let world: TestDatabase;
let holder: Actor;
let mai: Actor;
let other: Actor;
const CONTRACT = '019aa000-0000-7000-8000-0000000000c1';
const SECOND = '019aa000-0000-7000-8000-0000000000c2';
const MAI = '019aa000-0000-7000-8000-00000000000a';
const BO = '019aa000-0000-7000-8000-00000000000b';
const KIM = '019aa000-0000-7000-8000-00000000000e';
const NOBODY = '019aa000-0000-7000-8000-00000000000f';
const NOT_THERE = { ok: false, error: { kind: 'not-found', code: 'portal/not-found' } };

beforeEach(async () => {
	world = await openTestDatabase();
	holder = await addAccount(world, 'customer', 'Ada');
	mai = await addAccount(world, 'customer', 'Mai');
	other = await addAccount(world, 'customer', 'Otto');
	const people = [
		[MAI, 'Mai', '2004-05-17'],
		[BO, 'Bo', '2001-01-02'],
		[KIM, 'Kim', '2010-03-04']
	] as const;
	for (const [id, firstName, day] of people) {
		const profile = { firstName, lastName: 'Nguyen', dateOfBirth: parseCalendarDate(day) };
		must(await world.db.commit(await insertPerson(world.cipher, { id, profile, nowMs: 0 })));
	}
	for (const id of [CONTRACT, SECOND]) {
		const contract = {
			...{ id, policyNumber: `MA-${id}`, policyholderId: holder.personId },
			bankAccount: {
				...{ holder: 'Ada Muster', iban: 'DE89370400440532013000' },
				...{ bic: null, bankName: null }
			},
			...{ plan: 'Care Au-pair', startsOn: '2026-01-01' as CalendarDate, endsOn: null },
			...{ currency: 'EUR', deductibleMinor: 0, maximumMinor: null, activationHash: null }
		};
		const contracts = createContractsRepository(world.cipher);
		must(await world.db.commit(await contracts.insert(contract, [MAI, BO, KIM])));
		await link(holder, id, 'policyholder');
		await link(mai, id, 'insured-person', MAI);
	}
});
afterEach(() => world.close());

async function link(actor: Actor, contractId: string, role: string, person: string | null = null) {
	await world.client.execute({
		sql: `insert or replace into contract_links (account_id, contract_id, linked_at_ms, role, person_id, scope, ends_on)
			values (?, ?, ?, ?, ?, ?, ?)`,
		args: [
			...[actor.accountId, contractId, world.clock.nowMs(), role, person],
			...(role === 'representative' ? ['claims', '2027-01-31'] : [null, null])
		]
	});
}
/** The rooms of a new request, which knows no key but what it reads. */
function rooms() {
	const cipher = world.newCipher();
	const contracts = createContractsRepository(cipher);
	const notices = noticeRooms(cipher);
	return {
		contracts: contractsService(world, cipher),
		shares: createContractSharesService({
			...{ ...world, ...notices, cipher, contracts, shares: contractSharesRepository },
			representatives: notices.readers
		}),
		released: createReleasedClaimsService({
			...{ ...world, contracts, released: releasedClaimsRepository },
			claims: createClaimsRepository(cipher),
			documents: createDocumentsRepository(cipher)
		})
	};
}
const release = (scope: ReleaseScope | null, contractId = CONTRACT) =>
	rooms().shares.setRelease(mai, contractId, scope);
const list = (actor: Actor, person = MAI, contractId = CONTRACT, page = 1) =>
	rooms().released.list(actor, contractId, person, page);
const read = (actor: Actor, claimId: string, person = MAI, contractId = CONTRACT) =>
	rooms().released.get(actor, contractId, person, claimId);
const looks = () => world.countRows('released_claim_looks');
const views = () =>
	world.countRows(
		`audit_events where event in ('claim/viewed-by-policyholder', 'contract/released-claims-listed')`
	);

async function handIn(actor: Actor, insuredPersonId: string, contractId = CONTRACT) {
	const { id } = await readySubmission(world, { ...actor, contractId, insuredPersonId }, [500]);
	must(await (await claimRooms(world, actor)).submissions.commit(actor, id));
	const { rows } = await world.client.execute({
		sql: 'select id from claims where submission_id = ?',
		args: [id]
	});
	return String(rows[0]?.['id']);
}
async function decide(claimId: string) {
	const clerk = await addAccount(world, 'clerk', 'Jonas');
	await putInCharge(world, clerk, claimId);
	const { version, lines } = must(await deskRooms(world).deskService.open(clerk, claimId));
	const typedLines = lines.map(({ invoiceId }) =>
		typed(invoiceId, { recognised: '100,00', reason: 'fee-too-high' })
	);
	const form = formOf(version, ...typedLines);
	must(await deskRooms(world).decisionsService.decide(clerk, claimId, form));
}
/** Whoever reads the claim in vain leaves no look and no word in the log. */
async function refusedTo(actor: Actor, claimId: string, person = MAI, contractId = CONTRACT) {
	const before = [await looks(), await views()];
	expect(await read(actor, claimId, person, contractId)).toEqual(NOT_THERE);
	expect(await list(actor, person, contractId)).toEqual(NOT_THERE);
	expect([await looks(), await views()]).toEqual(before);
}

describe('a policyholder', () => {
	it('Z2: reads claims of an insured adult from her release on, the earlier ones too, until she takes it back', async () => {
		const claimId = await handIn(mai, MAI);
		await refusedTo(holder, claimId);
		must(await release('uses'));
		await refusedTo(holder, claimId);
		must(await release('claims'));
		expect(must(await list(holder))).toMatchObject({
			person: { id: MAI, name: 'Mai Nguyen' },
			claims: [{ id: claimId, state: 'submitted', nextActor: 'insurer' }],
			hasNextPage: false
		});
		expect(must(await read(holder, claimId))).toMatchObject({
			...{ id: claimId, state: 'submitted', statement: null },
			invoices: [{ issuer: 'Legevakten Oslo', amount: { amountMinor: 18_450, currency: 'EUR' } }]
		});
		must(await release(null));
		await refusedTo(holder, claimId);
	});

	it('Z2: reads what was paid and why, and neither illness nor account nor file', async () => {
		const claimId = await handIn(mai, MAI);
		must(await release('claims'));
		await decide(claimId);
		const claim = must(await read(holder, claimId));
		expect(claim.statement).toMatchObject({
			lines: [{ issuer: 'Legevakten Oslo', reason: 'fee-too-high' }],
			totals: { paid: { amountMinor: 10_000, currency: 'EUR' } }
		});
		const all = JSON.stringify([claim, must(await list(holder))]);
		for (const hidden of ['Angina', 'illness', '3000', 'Muster', 'beleg-1', 'sha256', 'NO']) {
			expect(all).not.toContain(`"${hidden}`);
		}
		expect(all).not.toContain('payee');
	});

	it('Z2: reads nothing else by it: not the claim’s own page, its documents, files or search', async () => {
		const claimId = await handIn(mai, MAI);
		must(await release('claims'));
		await decide(claimId);
		must(await read(holder, claimId));
		const { claims, documents, mailbox, conversations } = await claimRooms(world, holder);
		expect(await claims.getOwn(holder, claimId)).toEqual(NOT_THERE);
		expect(must(await claims.listOwn(holder, 1)).claims).toEqual([]);
		expect(must(await mailbox.list(holder)).entries).toEqual([]);
		expect(must(await mailbox.find(holder, 'Oslo', () => '')).entries).toEqual([]);
		expect(must(await conversations.choices(holder)).claims).toEqual([]);
		const { rows } = await world.client.execute('select id from documents');
		expect(rows).toHaveLength(2);
		for (const { id } of rows) {
			expect(await documents.open(holder, String(id))).toEqual(NOT_THERE);
			expect(await documents.openPdf(holder, String(id))).toEqual(NOT_THERE);
		}
	});

	it('Z2: of another contract, of another person and by a made-up id reads nothing', async () => {
		const mine = await handIn(mai, MAI);
		const elsewhere = await handIn(mai, MAI, SECOND);
		const bo = await handIn(holder, BO);
		must(await release('claims'));
		await refusedTo(holder, mine, MAI, SECOND);
		for (const [claimId, person, contractId] of [
			[elsewhere, MAI, CONTRACT],
			[elsewhere, MAI, SECOND],
			[mine, BO, CONTRACT],
			[bo, BO, CONTRACT],
			[bo, MAI, CONTRACT],
			[NOBODY, MAI, CONTRACT]
		] as const) {
			expect(await read(holder, claimId, person, contractId)).toEqual(NOT_THERE);
		}
		// Handed in by her for somebody else: no release of hers can be about that.
		await world.client.execute({
			sql: 'update claims set contract_id = ?, insured_person_id = ? where id = ?',
			args: [CONTRACT, BO, elsewhere]
		});
		for (const person of [BO, MAI])
			expect(await read(holder, elsewhere, person)).toEqual(NOT_THERE);
		expect([await looks(), await views()]).toEqual([0, 0]);
		for (const person of [BO, KIM, NOBODY]) {
			expect(await list(holder, person)).toEqual(NOT_THERE);
		}
		expect(await views()).toBe(0);
		expect(must(await list(holder)).claims.map(({ id }) => id)).toEqual([mine]);
	});

	it('Z2: reads no claim with bills of others in it', async () => {
		const mine = await handIn(mai, MAI);
		must(await release('claims'));
		must(await read(holder, mine));
		await world.client.execute({
			sql: 'insert into claim_co_insured (claim_id, person_id) values (?, ?)',
			args: [mine, BO]
		});
		expect(await read(holder, mine)).toEqual(NOT_THERE);
		expect(must(await list(holder)).claims).toEqual([]);
	});

	it('Z2: reads what the insured person handed in, not what others did for her', async () => {
		must(await release('claims'));
		await link(other, CONTRACT, 'policyholder');
		must(await release('claims'));
		const byOther = await handIn(other, MAI);
		expect(await read(holder, byOther)).toEqual(NOT_THERE);
		expect(must(await list(holder)).claims).toEqual([]);
	});

	it('Z4: does not inherit a release that was given before they were the policyholder', async () => {
		const claimId = await handIn(mai, MAI);
		must(await release('claims'));
		world.clock.advance(1);
		await link(other, CONTRACT, 'policyholder');
		await refusedTo(other, claimId);
		const seen = must(await rooms().contracts.get(other, CONTRACT)).insuredPersons;
		expect(seen.find(({ id }) => id === MAI)).toMatchObject({
			isOpen: false,
			claimsAreOpen: false
		});
		must(await release('claims'));
		must(await read(other, claimId));
	});

	it('sees at the contract whose claims they may read', async () => {
		const open = async (actor: Actor) =>
			must(await rooms().contracts.get(actor, CONTRACT)).insuredPersons.flatMap((person) =>
				person.claimsAreOpen ? [person.id] : []
			);
		must(await release('uses'));
		expect(await open(holder)).toEqual([]);
		must(await release('claims'));
		expect(await open(holder)).toEqual([MAI]);
		expect(await open(mai)).toEqual([]);
		expect(must(await rooms().shares.show(holder, CONTRACT)).persons).toMatchObject([
			{ id: MAI, releasedScope: 'claims' },
			{ id: BO, releasedScope: null }
		]);
	});

	it('turns pages', async () => {
		must(await release('claims'));
		await handIn(mai, MAI);
		for (let more = 0; more < CLAIMS_PAGE; more += 1) {
			await world.client.execute({
				sql: `insert into submissions select ?, account_id, ?, manifest_hash, manifest, state, created_at_ms, receipt_signature from submissions limit 1`,
				args: [`submission-${more}`, `draft-${more}`]
			});
			await world.client.execute({
				sql: `insert into claims (id, number, account_id, person_id, contract_id, insured_person_id, submission_id, state, submitted_at_ms, content)
					select ?, ?, account_id, person_id, contract_id, insured_person_id, ?, 'submitted', 1, content from claims limit 1`,
				args: [`claim-${more}`, `K-${more}`, `submission-${more}`]
			});
		}
		expect(must(await list(holder))).toMatchObject({ page: 1, hasNextPage: true });
		const last = must(await list(holder, MAI, CONTRACT, 2));
		expect([last.claims.length, last.hasNextPage]).toEqual([1, false]);
	});
});

describe('nobody but the policyholder', () => {
	it('Z2: reads them: no representative, no other insured person, no stranger, no member of staff', async () => {
		const claimId = await handIn(mai, MAI);
		must(await release('claims'));
		const [agency, bo] = [await addAccount(world, 'customer', 'Anke'), other];
		await link(agency, CONTRACT, 'representative');
		await link(bo, CONTRACT, 'insured-person', BO);
		for (const actor of [agency, bo, mai, await addAccount(world, 'customer', 'Udo')]) {
			await refusedTo(actor, claimId);
		}
		const clerk = await addAccount(world, 'clerk', 'Jonas');
		expect(await read(clerk, claimId)).toMatchObject({ error: { kind: 'forbidden' } });
		expect(await list(clerk)).toMatchObject({ error: { kind: 'forbidden' } });
	});

	it('Z4: nor the policyholder who has lost the contract, or become somebody else at it', async () => {
		const claimId = await handIn(mai, MAI);
		must(await release('claims'));
		must(await read(holder, claimId));
		await link(holder, CONTRACT, 'representative');
		await refusedTo(holder, claimId);
		await world.client.execute({
			sql: 'delete from contract_links where account_id = ?',
			args: [holder.accountId]
		});
		await refusedTo(holder, claimId);
	});

	it.each([
		['waits for its end', `deletion_due_at_ms = 1`],
		['is closed', `status = 'disabled'`]
	])('Z4: while the account that released them %s', async (_, change) => {
		const claimId = await handIn(mai, MAI);
		must(await release('claims'));
		await world.client.execute({
			sql: `update accounts set ${change} where id = ?`,
			args: [mai.accountId]
		});
		await refusedTo(holder, claimId);
		const seen = must(await rooms().contracts.get(holder, CONTRACT)).insuredPersons;
		expect(seen.find(({ id }) => id === MAI)).toMatchObject({
			isOpen: false,
			claimsAreOpen: false
		});
	});
});

describe('an insured person', () => {
	it('Z2: under age, or without this contract, releases nothing', async () => {
		await link(other, CONTRACT, 'insured-person', KIM);
		for (const actor of [other, holder, await addAccount(world, 'customer', 'Udo')]) {
			expect(await rooms().shares.setRelease(actor, CONTRACT, 'claims')).toEqual(NOT_THERE);
		}
		expect(await world.countRows('contract_links where release_scope is not null')).toBe(0);
		world.clock.advance(2 * 365 * DAY_MS);
		must(await rooms().shares.setRelease(other, CONTRACT, 'claims'));
	});

	it('Z6: sees at each claim who looked at it, when and why, and in her own log', async () => {
		const claimId = await handIn(mai, MAI);
		must(await release('claims'));
		must(await list(holder));
		must(await read(holder, claimId));
		world.clock.advance(60_000);
		must(await read(holder, claimId));
		const { claims } = await claimRooms(world, mai);
		const shown = must(await claims.getOwn(mai, claimId));
		expect(shown.visits).toMatchObject([{ role: 'customer', reason: 'released', looks: 2 }]);
		// Nobody of the staff has begun to check it.
		expect(shown.inReviewSinceMs).toBeNull();
		const own = must(await world.audit.listOwn(mai)).filter(({ isOwnAct }) => !isOwnAct);
		expect(own.map(({ event, ip }) => [event, ip])).toEqual([
			['claim/viewed-by-policyholder', ''],
			['claim/viewed-by-policyholder', ''],
			['contract/released-claims-listed', '']
		]);
	});

	it('Z6: without the look nothing is read, and a look is never changed', async () => {
		const claimId = await handIn(mai, MAI);
		must(await release('claims'));
		must(await read(holder, claimId));
		const change = world.client.execute('update released_claim_looks set at_ms = 1');
		await expect(change).rejects.toThrow('a look cannot be changed');
		await world.client.execute(
			`create trigger crash before insert on released_claim_looks begin select raise(abort, 'full'); end`
		);
		expect(await read(holder, claimId)).toEqual(NOT_THERE);
	});

	it('leaves in the log how far she went', async () => {
		for (const scope of ['uses', 'claims', null] as const) must(await release(scope));
		const own = must(await world.audit.listOwn(mai)).map(({ event }) => event);
		expect(own.toReversed()).toEqual([
			'contract/data-released',
			'contract/claims-released',
			'contract/release-ended'
		]);
	});
});

it('giving takes two round trips, taking back one, and each page one', async () => {
	const claimId = await handIn(mai, MAI);
	const cost = async (act: () => Promise<unknown>) => {
		world.takeRoundTrips();
		await act();
		return world.takeRoundTrips();
	};
	expect(await cost(() => release('claims'))).toBe(2);
	expect(await cost(() => list(holder))).toBe(1);
	expect(await cost(() => read(holder, claimId))).toBe(1);
	expect(await cost(() => release(null))).toBe(1);
	expect(await cost(() => read(holder, claimId))).toBe(1);
});
