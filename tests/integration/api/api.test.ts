/** The API for the insurer's own system: its door, its calls, and the examples of its document. */
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, test, vi } from 'vitest';
import * as v from 'valibot';
import type { Actor } from '#lib/domain/actor.ts';
import { LIMITS } from '#lib/domain/accounts/throttle.ts';
import { DAY_MS, MINUTE_MS } from '#lib/domain/calendar.ts';
import { contractRecordSchema } from '#lib/domain/contracts/contract-record.ts';
import { FEED_LAG_MS, newTokenSchema } from '#lib/domain/operations/service-token.ts';
import { serviceTokensRepository } from '#lib/server/accounts/service-tokens.repository.ts';
import { createServiceTokensService } from '#lib/server/accounts/service-tokens.service.ts';
import { createClaimFeedRepository } from '#lib/server/claims/claim-feed.repository.ts';
import { createClaimFeedService } from '#lib/server/claims/claim-feed.service.ts';
import { createCorrectionsService } from '#lib/server/claims/corrections.service.ts';
import { createDecisionWrites } from '#lib/server/claims/decision-writes.ts';
import { contractFeedRepository } from '#lib/server/contracts/contract-feed.repository.ts';
import { createContractFeedService } from '#lib/server/contracts/contract-feed.service.ts';
import { createContractsRepository } from '#lib/server/contracts/contracts.repository.ts';
import { isFromOwnSite } from '#lib/server/edge/cross-site.ts';
import { openServiceDoor } from '#lib/server/edge/service-door.ts';
import { GET as getDecided } from '../../../src/routes/api/v1/claims/decided/+server.ts';
import { PUT as putContract } from '../../../src/routes/api/v1/contracts/+server.ts';
import { GET as getHealth } from '../../../src/routes/api/v1/health/+server.ts';
import { GET as getStatements } from '../../../src/routes/api/v1/statements/+server.ts';
import { findGermanBank } from '../../../tools/build/bank-list.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import {
	addAccount,
	addAssignedClaim,
	addContract,
	decideAlike,
	deskRooms,
	formOf,
	must,
	typed
} from '../decisions/desk-world.ts';

const ALL = { 'contracts:write': 'yes', 'claims:read': 'yes', 'statements:read': 'yes' };
const KEY = 'a-key-of-16-letters';

let world: TestDatabase;
let lead: Actor;
beforeEach(async () => {
	world = await openTestDatabase();
	lead = await addAccount(world, 'seniorClerk', 'Lou');
});
afterEach(() => world.close());

/** The services of one call, as compose builds them. */
function rooms() {
	const cipher = world.newCipher();
	const contracts = createContractsRepository(cipher);
	return {
		serviceTokens: createServiceTokensService({ ...world, tokens: serviceTokensRepository }),
		contractFeed: createContractFeedService({
			...{ ...world, cipher, contracts, feed: contractFeedRepository },
			findBank: findGermanBank
		}),
		claimFeed: createClaimFeedService({ ...world, claimFeed: createClaimFeedRepository(cipher) })
	};
}
const tokenFor = async (scopes: object = ALL, days = '90') => {
	const input = v.parse(newTokenSchema, { name: 'Policy system', days, ...scopes });
	return must(await rooms().serviceTokens.create(lead, input)).token;
};

type Handler = (event: never) => Response | Promise<Response>;

/** A call through the door and on to its handler, as the hook does it. */
async function call(
	handler: Handler,
	token: string | null,
	options: { path?: string; body?: unknown; headers?: Record<string, string> } = {}
): Promise<{ status: number; body: never; headers: Headers }> {
	const url = new URL(options.path ?? '/api/v1/x', 'https://portal.example');
	const request = new Request(url, {
		method: options.body === undefined ? 'GET' : 'PUT',
		headers: {
			...(token !== null && { Authorization: `Bearer ${token}` }),
			...(options.body !== undefined && { 'Content-Type': 'application/json' }),
			...options.headers
		},
		...(options.body !== undefined && { body: JSON.stringify(options.body) })
	});
	const event = { request, url, locals: { services: rooms() } } as never;
	const answer = (await openServiceDoor(event)) ?? (await handler(event));
	return { status: answer.status, body: (await answer.json()) as never, headers: answer.headers };
}
const put = (token: string, body: unknown, key = KEY) =>
	call(putContract, token, { body, headers: { 'Idempotency-Key': key } });

const DOCUMENT = readFileSync('docs/api.md', 'utf8');
const example = (name: string): never => {
	const found = DOCUMENT.split('```json example=').find((part) => part.startsWith(`${name}\n`));
	const json = found?.slice(name.length).split('```')[0] ?? '';
	return JSON.parse(json) as never;
};
/** An answer with what differs each time put back to what the document writes for it. */
const asWritten = (body: object, words: Readonly<Record<string, string>>) =>
	JSON.parse(
		JSON.stringify(body, (name, value: unknown) =>
			typeof value === 'string' && name in words ? words[name] : value
		)
	) as unknown;

describe('the door', () => {
	it.each([
		['no header', {}],
		['another scheme', { Authorization: 'Basic a3B0Og==' }],
		['something short', { Authorization: 'Bearer kpt_ABC' }],
		['a token nobody made', { Authorization: `Bearer kpt_${'A'.repeat(40)}` }]
	])('ASVS 13.2.1: is shut with %s, and leaves no row', async (_what, headers) => {
		const answer = await call(getHealth, null, { headers });
		expect(answer.status).toBe(401);
		expect(answer.headers.get('www-authenticate')).toBe('Bearer');
		expect(answer.headers.get('content-type')).toBe('application/problem+json');
		expect(await world.countRows('throttles')).toBe(0);
	});

	it('ASVS 13.2.1: opens for ninety days and not a moment longer', async () => {
		const token = await tokenFor();
		world.clock.advance(90 * DAY_MS - 1);
		expect((await call(getHealth as Handler, token)).status).toBe(200);
		world.clock.advance(1);
		expect((await call(getHealth as Handler, token)).status).toBe(401);
		expect(v.safeParse(newTokenSchema, { name: 'x', days: '91', ...ALL }).success).toBe(false);
	});

	it('shuts at once when the token is taken back, and says when it was last used', async () => {
		const token = await tokenFor();
		await call(getHealth, token);
		const [listed] = must(await rooms().serviceTokens.list(lead));
		expect(listed).toMatchObject({ isGood: true, lastUsedAtMs: world.clock.nowMs() });
		must(await rooms().serviceTokens.revoke(lead, listed?.id ?? ''));
		expect((await call(getHealth as Handler, token)).status).toBe(401);
		expect(await rooms().serviceTokens.revoke(lead, listed?.id ?? '')).toMatchObject({
			error: { code: 'tokens/changed-meanwhile' }
		});
	});

	it('D3: keeps the hash of a token and never the token', async () => {
		const token = await tokenFor();
		const { rows } = await world.client.execute('select * from service_tokens');
		expect(JSON.stringify(rows)).not.toContain(token.slice(4));
		expect(JSON.stringify(must(await rooms().serviceTokens.list(lead)))).not.toContain('hash');
	});

	it('B2: lets a token in so often in ten minutes, and another one still', async () => {
		const token = await tokenFor();
		await call(getHealth, token);
		await world.client.execute(
			`update throttles set tries = ${LIMITS.serviceCalls.max - 1} where scope = 'service/calls'`
		);
		expect((await call(getHealth as Handler, token)).status).toBe(200);
		const stopped = await call(getHealth, token);
		expect([stopped.status, stopped.headers.get('retry-after')]).toEqual([429, '60']);
		expect((await call(getHealth as Handler, await tokenFor())).status).toBe(200);
		world.clock.advance(10 * MINUTE_MS);
		expect((await call(getHealth as Handler, token)).status).toBe(200);
	});

	it.each([
		['contracts:write', putContract, { body: {} }],
		['claims:read', getDecided, {}],
		['statements:read', getStatements, {}]
	] as const)('ASVS 8.2.1: without %s that call is refused', async (scope, handler, options) => {
		const { [scope]: _left, ...others } = ALL;
		const token = await tokenFor(others);
		const body = 'body' in options ? { body: example('contract') } : {};
		const headers = { 'Idempotency-Key': KEY };
		const answer = await call(handler, token, { ...body, headers });
		expect([answer.status, answer.body]).toMatchObject([403, { code: 'portal/forbidden' }]);
	});

	test('S9: no page of a browser gets as far as the API, ours included', () => {
		const from = (headers: Record<string, string>) => {
			const url = new URL('https://portal.example/api/v1/contracts');
			const type = { 'Content-Type': 'application/json', ...headers };
			const request = new Request(url, { method: 'PUT', headers: type, body: '{}' });
			return isFromOwnSite(request, url, 'https://portal.example');
		};
		expect(from({})).toBe(true);
		expect(from({ Origin: 'https://evil.example' })).toBe(false);
		expect(from({ Origin: 'https://portal.example' })).toBe(false);
		expect(from({ 'Content-Type': 'text/plain' })).toBe(false);
	});

	it('costs one round trip', async () => {
		const token = await tokenFor();
		world.takeRoundTrips();
		await call(getHealth, token);
		expect(world.takeRoundTrips()).toBe(1);
	});
});

describe('a contract', () => {
	it('is added as the document says, and its letter opens it', async () => {
		const token = await tokenFor();
		world.takeRoundTrips();
		const added = await put(token, example('contract'));
		expect(world.takeRoundTrips()).toBe(3);
		expect(added.status).toBe(201);
		expect(asWritten(added.body, { id: '<id>' })).toEqual(example('contract-answer'));
		const contracts = createContractsRepository(world.newCipher());
		const indexes = await contracts.policyNumberIndex('MA-2041-000777');
		const [contract, insured] = await world.db.read(
			contracts.findByPolicyNumber(indexes),
			contracts.insuredByPolicyNumber(indexes)
		);
		expect(contract).toMatchObject({
			...{ policyholderName: 'Chidi Okafor', deductibleMinor: 5000 },
			activationHash: await contracts.activationHash('ABCDEFGHJKLM')
		});
		// One person in two roles is one person.
		expect(insured.map(({ personId }) => personId)).toEqual([contract?.policyholderId]);
		expect(await world.countRows("audit_events where event = 'contract/handed-over'")).toBe(1);
	});

	it('repeated with its key counts once, also twice at once, and answers the same', async () => {
		const token = await tokenFor();
		const [one, other] = await Promise.all([
			put(token, example('contract')),
			put(token, example('contract'))
		]);
		expect([one.status, other.status].filter((status) => status < 300).length).toBeGreaterThan(0);
		const again = await put(token, example('contract'));
		expect(again.body).toMatchObject({ outcome: 'created' });
		expect(await world.countRows('contracts')).toBe(1);
		expect(await world.countRows('service_calls')).toBe(1);
	});

	it('with the key of another body is refused', async () => {
		const token = await tokenFor();
		await put(token, example('contract'));
		const other = { ...(example('contract') as object), deductibleMinor: 1 };
		expect(await put(token, other)).toMatchObject({
			...{ status: 409, body: { code: 'contracts/key-reused' } }
		});
	});

	it('that is there gets new terms, and none twice', async () => {
		const token = await tokenFor();
		await put(token, example('contract'));
		const longer = { ...(example('contract') as object), endsOn: '2028-09-30' };
		const updated = await put(token, longer, `${KEY}-2`);
		expect([updated.status, updated.body]).toMatchObject([200, { outcome: 'updated' }]);
		expect((await put(token, longer, `${KEY}-3`)).body).toMatchObject({ outcome: 'unchanged' });
		expect(await world.countRows("contracts where ends_on = '2028-09-30'")).toBe(1);
	});

	it.each([
		[{ startsOn: '2026-09-01' }, 'startsOn'],
		[{ currency: 'CHF' }, 'currency'],
		[{ policyholder: { firstName: 'Eve', lastName: 'X', dateOfBirth: null } }, 'policyholder'],
		[{ bankAccount: { holder: 'Eve', iban: 'DE89370400440532013000' } }, 'bankAccount'],
		[{ insured: [{ firstName: 'E', lastName: 'X', dateOfBirth: '2001-02-03' }] }, 'insured']
	])('Z7: that is there keeps its people and account: %o', async (change, field) => {
		const token = await tokenFor();
		await put(token, example('contract'));
		const other = { ...(example('contract') as object), ...change };
		const refused = await put(token, other, `${KEY}-2`);
		expect(refused).toMatchObject({
			status: 409,
			body: { code: 'contracts/fixed-facts', errors: [{ field, code: 'fixed' }] }
		});
	});

	it('ASVS 2.2.1: that is not valid is refused as the document says', async () => {
		const token = await tokenFor();
		const bad = await put(token, { ...(example('contract') as object), insured: [] });
		expect(bad.body).toEqual(example('problem'));
		const unknown = await put(token, { ...(example('contract') as object), admin: true });
		expect(unknown.status).toBe(400);
		const born = { firstName: 'Chidi', lastName: 'Okafor', dateOfBirth: '2099-02-03' };
		const unborn = await put(token, { ...(example('contract') as object), insured: [born] });
		expect([unborn.status, unborn.body]).toMatchObject([
			400,
			{ errors: [{ field: 'insured.0.dateOfBirth', code: 'birthday-impossible' }] }
		]);
		const keyless = await call(putContract, token, { body: example('contract') });
		expect(keyless.body).toMatchObject({ errors: [{ field: 'Idempotency-Key' }] });
		expect(await world.countRows('contracts')).toBe(0);
	});

	it.each([
		[{ plan: 'Gold' }, 'plan'],
		[{ endsOn: '2026-09-30' }, 'endsOn'],
		[{ deductibleMinor: 0.5 }, 'deductibleMinor'],
		[{ deductibleMinor: -1 }, 'deductibleMinor'],
		[{ activationCode: 'SHORT' }, 'activationCode'],
		[{ policyNumber: '=1+1' }, 'policyNumber'],
		[{ bankAccount: { holder: 'A', iban: 'DE00' } }, 'bankAccount']
	])('ASVS 2.2.1: with %o is refused for %s', (change, field) => {
		const record = { ...(example('contract') as object), ...change };
		expect(v.safeParse(contractRecordSchema, example('contract')).success).toBe(true);
		expect(v.safeParse(contractRecordSchema, record).issues?.[0].path?.[0]?.key).toBe(field);
	});
});

describe('a feed', () => {
	const decide = async (count: number, recognised = '100,00') => {
		const clerk = await addAccount(world, 'clerk', 'Kim');
		const customer = await addAccount(world, 'customer', 'Ada');
		const contractId = await addContract(world, customer);
		const numbers: string[] = [];
		for (let index = 0; index < count; index += 1) {
			const claim = await addAssignedClaim(world, customer, contractId, clerk);
			const reason = recognised === '100,00' ? 'none' : 'not-covered';
			await decideAlike(world, clerk, claim, { recognised, reason });
			numbers.push(claim.number);
		}
		return numbers;
	};
	/** Opened again by the lead, who recognises all of it; answers the number of the new statement. */
	const decideAgain = async (number: string) => {
		const desk = deskRooms(world);
		const { rows } = await world.client.execute({
			sql: 'select id from claims where number = ?',
			args: [number]
		});
		const claimId = String(rows[0]?.['id']);
		must(await desk.caseNotesService.reopen(lead, claimId, 'The plan covers all of it.'));
		const opened = must(await deskRooms(world).deskService.open(lead, claimId));
		const line = typed(opened.lines[0]?.invoiceId ?? '');
		const answer = 'We have looked at it again.';
		const corrections = createCorrectionsService({
			...desk,
			decisionWrites: createDecisionWrites(desk)
		});
		const form = { ...formOf(opened.version, line), answer };
		must(await corrections.correct(lead, claimId, form));
		return `${number}-2`;
	};
	const WORDS = {
		statement: '<statement>',
		...{ id: '<id>', number: '<number>', policyNumber: '<policy>', claimNumber: '<number>' },
		...{ decidedAt: '<time>', createdAt: '<time>', next: '<cursor>' }
	};

	it('tells decisions and statements as the document says, and nothing about health', async () => {
		await decide(1);
		world.clock.advance(FEED_LAG_MS);
		const token = await tokenFor();
		const claims = await call(getDecided, token);
		expect(asWritten(claims.body, WORDS)).toEqual(example('claims-answer'));
		expect(JSON.stringify(claims.body)).not.toMatch(/diagnosis|Ada|Sample|DE89/i);
		const statements = await call(getStatements, token);
		expect(asWritten(statements.body, WORDS)).toEqual(example('statements-answer'));
	});

	it('goes on behind its cursor, without a gap and without a row twice', async () => {
		const first = await decide(1);
		world.clock.advance(FEED_LAG_MS);
		const token = await tokenFor();
		const { next } = (await call(getDecided, token)).body as { next: string };
		world.clock.advance(MINUTE_MS);
		const path = `/api/v1/claims/decided?after=${next}`;
		expect((await call(getDecided as Handler, token, { path })).body).toMatchObject({
			...{ items: [], next, hasMore: false }
		});
		const [number = ''] = first;
		const second = await decideAgain(number);
		world.clock.advance(FEED_LAG_MS);
		expect((await call(getDecided as Handler, token, { path })).body).toMatchObject({
			items: [{ number, statement: second }]
		});
	});

	it('tells a correction as a decision of its own, and leaves the first as it was told', async () => {
		const [number = ''] = await decide(1, '80,00');
		world.clock.advance(FEED_LAG_MS);
		const token = await tokenFor();
		const before = (await call(getDecided, token)).body as { items: object[]; next: string };
		const second = await decideAgain(number);
		world.clock.advance(FEED_LAG_MS);
		const all = (await call(getDecided, token)).body as { items: { statement: string }[] };
		expect(all.items[0]).toEqual(before.items[0]);
		expect(all.items[0]).toMatchObject({
			...{ statement: `${number}-1`, correction: null, state: 'partially_approved' },
			paid: { amountMinor: 3000 }
		});
		expect(all.items.map(({ statement }) => statement)).toEqual([`${number}-1`, second]);
		const path = `/api/v1/claims/decided?after=${before.next}`;
		const { body } = await call(getDecided, token, { path });
		const words = { ...WORDS, statement: '<statement>', of: '<statement>' };
		expect(asWritten(body, words)).toEqual(example('correction-answer'));
		expect(JSON.stringify(body)).not.toMatch(/diagnosis|Ada|Sample|DE89|looked/i);
	});

	it.each([
		['damaged', "x'01020304'"],
		['taken from another row', '(select o.content from documents o where o.id > documents.id)']
	])('D2: tells a statement that is %s as unreadable, and goes on', async (_what, content) => {
		await decide(2);
		world.clock.advance(FEED_LAG_MS);
		const { rows } = await world.client.execute(
			`select d.id, c.number from documents d join claims c on c.id = d.claim_id
				where d.kind = 'benefit-statement' order by d.id`
		);
		const [first, second] = rows.map((row) => ({ id: String(row['id']), number: row['number'] }));
		await world.client.execute('drop trigger documents_write_once');
		await world.client.execute({
			sql: `update documents set content = ${content} where id = ?`,
			args: [first?.id ?? '']
		});
		const lines: string[] = [];
		vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line));
		const { body } = await call(getDecided, await tokenFor());
		vi.restoreAllMocks();
		const { items } = body as { items: Record<string, unknown>[] };
		expect(items.map(({ number, state }) => [number, state])).toEqual([
			[first?.number, 'unreadable'],
			[second?.number, 'approved']
		]);
		const told = { ...(body as object), items: items.slice(0, 1) };
		expect(asWritten(told, WORDS)).toEqual(example('unreadable-answer'));
		expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
			{ level: 'error', event: 'feed-statement-unreadable', count: 1 }
		]);
		expect(lines.join()).not.toContain(first?.id);
		const noted = await world.client.execute(
			"select object_ref, outcome from audit_events where event = 'data/integrity-failed'"
		);
		expect(noted.rows).toMatchObject([{ object_ref: `document:${first?.id}`, outcome: 'failure' }]);
	});

	it('goes along an index, however many documents there are', async () => {
		const feed = createClaimFeedRepository(world.cipher);
		const after = { atMs: 1, id: '0' };
		for (const asked of [
			feed.listDecided({ after, untilMs: 2, limit: 3 }),
			feed.listStatements({ after, untilMs: 2, limit: 3 })
		]) {
			const { sql, params } = asked.query.toSQL();
			const plan = await world.client.execute({
				sql: `explain query plan ${sql}`,
				args: params as never
			});
			const steps = plan.rows.map((row) => String(row['detail'])).join('\n');
			expect(steps).toContain('documents USING INDEX documents_statements');
			expect(steps).not.toMatch(/SCAN|TEMP B-TREE/);
		}
	});

	it('keeps back what was decided a moment ago', async () => {
		await decide(1);
		world.clock.advance(FEED_LAG_MS - 1);
		const token = await tokenFor();
		expect((await call(getDecided as Handler, token)).body).toMatchObject({ items: [] });
	});

	it('ASVS 2.2.1: refuses a cursor that is none of ours', async () => {
		const token = await tokenFor();
		for (const after of ['x', '1_', `1_${'a'.repeat(37)}`, '']) {
			const path = `/api/v1/statements?after=${after}`;
			expect((await call(getStatements as Handler, token, { path })).status).toBe(400);
		}
	});
});

test('the health of a call is what the document says', async () => {
	const token = await tokenFor({ 'claims:read': 'yes' });
	const { body } = await call(getHealth, token);
	expect(asWritten(body, { expiresAt: '<time>' })).toEqual(example('health-answer'));
});
