import { createClient } from '@libsql/client';
import { encodeBase32UpperCaseNoPadding } from '@oslojs/encoding';
import { createTOTPKeyURI } from '@oslojs/otp';
import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { calendarDateOf, parseCalendarDate, type CalendarDate } from '#lib/domain/calendar.ts';
import { OPERATOR } from '#lib/domain/operator.ts';
import { createAccountsRepository } from '#lib/server/accounts/accounts.repository.ts';
import { exchangeRatesRepository } from '#lib/server/claims/exchange-rates.repository.ts';
import { createContractsRepository } from '#lib/server/contracts/contracts.repository.ts';
import { openDatabase, type Database, type Write } from '#lib/server/db/client.ts';
import { insertPerson } from '#lib/server/db/people.ts';
import { createCipher, type Cipher } from '#lib/server/platform/cipher.ts';
import { readEcbFile } from '#lib/server/platform/exchange-rates.ts';
import { SYSTEM_IDS } from '#lib/server/platform/ids.ts';
import { keysSchema, type Keys } from '#lib/server/platform/keys.ts';
import { createPasswords } from '#lib/server/platform/passwords.ts';
import { findGermanBank } from '../build/bank-list.ts';
import { waitingClaimWrites } from './demo-claim.ts';
import { conversationWrites } from './demo-messages.ts';
import {
	DEMO_ACCOUNTS,
	DEMO_CONTRACTS,
	WAITING_CUSTOMER,
	type DemoAccount,
	type DemoContract
} from './demo-data.ts';

/** What `npm start` prints and `npm run demo:code` reads. For development only: it holds secrets. */
export type DemoSheet = {
	readonly accounts: readonly {
		readonly role: string;
		readonly name: string;
		readonly email: string;
		readonly password: string;
		readonly otpauthUri: string;
		readonly secret: string;
	}[];
	readonly letters: readonly {
		readonly policyNumber: string;
		readonly insuredPerson: string;
		readonly dateOfBirth: string;
		readonly activationCode: string;
	}[];
};

/**
 * Fills an empty, migrated database with the demo: people, accounts that are ready to sign in, and
 * contracts whose letters are answered. Everything goes through the repositories, in one batch.
 */
export async function seed(options: {
	readonly url: string;
	readonly token?: string;
	readonly keys: unknown;
	/** Adds a customer whose claim waits for a document. */
	readonly waitingClaim?: boolean;
}): Promise<DemoSheet> {
	const keys = v.parse(keysSchema, options.keys);
	const client = createClient(
		options.token ? { url: options.url, authToken: options.token } : { url: options.url }
	);
	try {
		return await seedDatabase(
			openDatabase(client),
			keys,
			Date.now(),
			options.waitingClaim ?? false
		);
	} finally {
		client.close();
	}
}

/** Adds one contract with a letter that nobody has answered yet. */
export async function seedContract(
	options: { readonly url: string; readonly token?: string; readonly keys: unknown },
	demo: DemoContract
): Promise<void> {
	const keys = v.parse(keysSchema, options.keys);
	const client = createClient(
		options.token ? { url: options.url, authToken: options.token } : { url: options.url }
	);
	try {
		const cipher = createCipher(keys, SYSTEM_IDS.randomBytes);
		const done = await openDatabase(client).commit(
			...(await contractWrites(demo, cipher, Date.now()))
		);
		if (!done.ok) throw new Error(`the contract could not be stored: ${done.error.code}`);
	} finally {
		client.close();
	}
}

/** Adds accounts that are active and whose authenticator nobody has. */
export async function seedAccounts(
	options: { readonly url: string; readonly token?: string; readonly keys: unknown },
	demos: readonly DemoAccount[]
): Promise<void> {
	const keys = v.parse(keysSchema, options.keys);
	const client = createClient(
		options.token ? { url: options.url, authToken: options.token } : { url: options.url }
	);
	try {
		const cipher = createCipher(keys, SYSTEM_IDS.randomBytes);
		const writes: Write[] = [];
		for (const demo of demos) {
			const secret = SYSTEM_IDS.randomBytes(20);
			writes.push(...(await accountWrites(demo, secret, cipher, keys, Date.now())));
		}
		const done = await openDatabase(client).commit(...writes);
		if (!done.ok) throw new Error(`the accounts could not be stored: ${done.error.code}`);
	} finally {
		client.close();
	}
}

async function seedDatabase(
	db: Database,
	keys: Keys,
	nowMs: number,
	hasWaitingClaim: boolean
): Promise<DemoSheet> {
	const cipher = createCipher(keys, SYSTEM_IDS.randomBytes);
	const writes: Write[] = [];
	const accounts: DemoSheet['accounts'][number][] = [];
	const made: {
		readonly demo: DemoAccount;
		readonly accountId: string;
		readonly personId: string;
	}[] = [];
	const demos = hasWaitingClaim ? [...DEMO_ACCOUNTS, WAITING_CUSTOMER] : DEMO_ACCOUNTS;
	for (const demo of demos) {
		const secret = SYSTEM_IDS.randomBytes(20);
		const own = { accountId: SYSTEM_IDS.newId(), personId: SYSTEM_IDS.newId() };
		made.push({ demo, ...own });
		writes.push(...(await accountWrites(demo, secret, cipher, keys, nowMs, own)));
		accounts.push({
			role: demo.role,
			name: `${demo.firstName} ${demo.lastName}`,
			email: demo.email,
			password: demo.password,
			otpauthUri: createTOTPKeyURI(
				`${OPERATOR.insurerName} ${OPERATOR.portalName}`,
				demo.email,
				secret,
				30,
				6
			),
			secret: encodeBase32UpperCaseNoPadding(secret)
		});
	}
	const customer = made.find(({ demo }) => demo === WAITING_CUSTOMER);
	const clerk = made.find(({ demo }) => demo.role === 'clerk');
	// Whoever types a letter in does not decide it: the demo's clerk can.
	const senior = made.find(({ demo }) => demo.role === 'seniorClerk');
	if (customer && clerk && senior) {
		const name = `${customer.demo.firstName} ${customer.demo.lastName}`;
		const owner = { accountId: customer.accountId, personId: customer.personId, name };
		const waiting = await waitingClaimWrites(
			cipher,
			owner,
			{ clerkId: clerk.accountId, postId: senior.accountId },
			nowMs
		);
		const place = { clerkId: clerk.accountId, claimId: waiting.claimId };
		const talk = { accountId: customer.accountId, personId: customer.personId };
		writes.push(...waiting.writes, ...(await conversationWrites(cipher, talk, place, nowMs)));
	}
	writes.push(...rateWrites(nowMs));
	for (const demo of DEMO_CONTRACTS) writes.push(...(await contractWrites(demo, cipher, nowMs)));
	const done = await db.commit(...writes);
	if (!done.ok) throw new Error(`the demo could not be stored: ${done.error.code}`);
	return {
		accounts,
		letters: DEMO_CONTRACTS.map((demo) => ({
			policyNumber: demo.policyNumber,
			insuredPerson: demo.insured
				.map((person) => `${person.firstName} ${person.lastName}`)
				.join(', '),
			dateOfBirth: demo.insured[0]?.dateOfBirth ?? '',
			activationCode: demo.activationCode
		}))
	};
}

/** Real rates of a day gone by, as if they were today's: a demo has no way out to the bank. */
function rateWrites(nowMs: number): readonly Write[] {
	const file = new URL('eurofxref-daily-2024-06-28.xml', import.meta.url);
	const rates = readEcbFile(readFileSync(file, 'utf8')).map(({ currency, rate }) => ({
		...{ currency, rate, date: calendarDateOf(nowMs), kind: 'ecb' as const, source: 'Demo' },
		...{ evidence: null, madeBy: null, checkedBy: null }
	}));
	return exchangeRatesRepository.insertMissing(rates, nowMs);
}

async function accountWrites(
	demo: DemoAccount,
	secret: Uint8Array,
	cipher: Cipher,
	keys: Keys,
	nowMs: number,
	own = { accountId: SYSTEM_IDS.newId(), personId: SYSTEM_IDS.newId() }
): Promise<readonly Write[]> {
	const accounts = createAccountsRepository(cipher);
	const { accountId: id, personId } = own;
	const profile = { firstName: demo.firstName, lastName: demo.lastName, dateOfBirth: null };
	return [
		await insertPerson(cipher, { id: personId, profile, nowMs }),
		await accounts.insert({
			id,
			personId,
			role: demo.role,
			contact: { email: demo.email, mobile: '+491701234567' },
			language: 'de',
			passwordHash: await createPasswords(keys, SYSTEM_IDS.randomBytes).hash(demo.password),
			nowMs
		}),
		await accounts.activate(id, { secret, step: 0 }, nowMs)
	];
}

async function contractWrites(
	demo: DemoContract,
	cipher: Cipher,
	nowMs: number
): Promise<readonly Write[]> {
	const contracts = createContractsRepository(cipher);
	const writes: Write[] = [];
	const insuredIds: string[] = [];
	for (const person of demo.insured) {
		const id = SYSTEM_IDS.newId();
		insuredIds.push(id);
		const profile = { ...person, dateOfBirth: requireDate(person.dateOfBirth) };
		writes.push(await insertPerson(cipher, { id, profile, nowMs }));
	}
	const policyholderId = SYSTEM_IDS.newId();
	const holder = { ...demo.policyholder, dateOfBirth: null };
	writes.push(await insertPerson(cipher, { id: policyholderId, profile: holder, nowMs }));
	const bank = await findGermanBank(demo.iban);
	const contract = {
		id: SYSTEM_IDS.newId(),
		policyNumber: demo.policyNumber,
		policyholderId,
		bankAccount: {
			holder: `${demo.policyholder.firstName} ${demo.policyholder.lastName}`,
			iban: demo.iban,
			bic: bank?.bic ?? null,
			bankName: bank?.name ?? null
		},
		plan: demo.plan,
		startsOn: requireDate(demo.startsOn),
		endsOn: requireDate(demo.endsOn),
		currency: 'EUR',
		deductibleMinor: demo.deductibleMinor,
		maximumMinor: demo.maximumMinor,
		activationHash: await contracts.activationHash(demo.activationCode.replace(/-/g, ''))
	};
	return [...writes, await contracts.insert(contract, insuredIds)];
}

function requireDate(text: string): CalendarDate {
	const date = parseCalendarDate(text);
	if (date === null) throw new Error(`${text} is not a calendar date`);
	return date;
}
