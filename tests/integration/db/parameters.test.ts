import type { Client, InStatement } from '@libsql/client';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { TOTP_STEP_MS } from '#lib/domain/accounts/lifetimes.ts';
import { openDatabase } from '#lib/server/db/client.ts';
import {
	accountRooms,
	codeAt,
	REGISTRATION,
	registerActive,
	signIn
} from '../../support/accounts.ts';
import {
	claimRooms,
	insertCustomer,
	jpegBytes,
	manifestFile,
	submissionOf
} from '../../support/claims.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { contractsService } from '../../support/contracts.ts';

/** Ends a text, ends a statement, begins a comment; and a word to find it by. */
const HOSTILE = `x'); drop table accounts; -- "HOSTILE`;

let it: TestDatabase;
let statements: InStatement[];

beforeEach(async () => {
	const plain = await openTestDatabase();
	statements = [];
	const recorded: Client = new Proxy(plain.client, {
		get(target, name) {
			const value: unknown = Reflect.get(target, name);
			if (typeof value !== 'function') return value;
			return (...values: unknown[]) => {
				if (name === 'batch') statements.push(...(values[0] as InStatement[]));
				if (name === 'execute') statements.push(values[0] as InStatement);
				return Reflect.apply(value, target, values) as unknown;
			};
		}
	});
	it = { ...plain, db: openDatabase(recorded) };
});
afterEach(() => it.close());

const sqlOf = (statement: InStatement) =>
	typeof statement === 'string' ? statement : statement.sql;

test('ASVS 1.2.4: what people type reaches the database as a parameter and never as a statement', async () => {
	const person = { ...REGISTRATION, firstName: HOSTILE, lastName: HOSTILE, answer1: HOSTILE };
	const { secretText } = await registerActive(it, person);
	it.clock.advance(TOTP_STEP_MS);
	const code = codeAt(secretText, it.clock.nowMs());
	expect((await signIn(it, { ...person, code })).ok).toBe(true);
	await signIn(it, { email: HOSTILE, password: HOSTILE, code: HOSTILE });
	expect(await accountRooms(it).sessions.find(HOSTILE, HOSTILE)).toBeNull();

	const zoe = await insertCustomer(it, 'hostile@example.org');
	const contracts = contractsService(it);
	await contracts.link(zoe, {
		policyNumber: HOSTILE,
		dateOfBirth: HOSTILE,
		activationCode: HOSTILE
	});
	expect((await contracts.get(zoe, HOSTILE)).ok).toBe(false);
	const submission = submissionOf(zoe, [manifestFile(jpegBytes(3000), `${HOSTILE}.jpg`)]);
	const content = { ...submission.content, diagnosis: HOSTILE, note: HOSTILE };
	const rooms = await claimRooms(it, zoe);
	const put = await rooms.submissions.put(zoe, crypto.randomUUID(), { ...submission, content });
	expect(put.ok).toBe(true);
	expect((await rooms.claims.getOwn(zoe, HOSTILE)).ok).toBe(false);
	expect((await rooms.documents.open(zoe, HOSTILE)).ok).toBe(false);

	expect(statements.length).toBeGreaterThan(60);
	for (const statement of statements) expect(sqlOf(statement)).not.toContain('HOSTILE');
	const withText = statements.filter((one) => JSON.stringify(one).includes('HOSTILE'));
	expect(withText.length).toBeGreaterThan(0);
	expect(await it.countRows('accounts')).toBe(2);
});
