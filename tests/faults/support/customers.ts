// Customers and sessions straight into the database: a fault costs no sign-in, and no waiting for a code.
import { createClient, type Client } from '@libsql/client';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import * as v from 'valibot';
import { accountRefOf } from '#lib/server/accounts/account-ref.ts';
import { createAccountsRepository } from '#lib/server/accounts/accounts.repository.ts';
import { createSessions } from '#lib/server/accounts/sessions.ts';
import { joinWrites, openDatabase, type Database } from '#lib/server/db/client.ts';
import { createFilesRepository, WINDOW_BYTES } from '#lib/server/documents/files.repository.ts';
import { createCipher } from '#lib/server/platform/cipher.ts';
import { SYSTEM_CLOCK } from '#lib/server/platform/clock.ts';
import { SYSTEM_IDS } from '#lib/server/platform/ids.ts';
import { keysSchema, type Keys } from '#lib/server/platform/keys.ts';
import { insertCustomer, type Customer } from '../../support/claims.ts';
import { TEST_ORIGIN } from '../../support/database.ts';

/** A browser opens it later whose name is not known here: an unknown one before is no move (ASVS 8.2.4). */
const ANY_BROWSER = { ...TEST_ORIGIN, userAgent: '' };

export type SeededCustomer = Customer & { readonly accountRef: string };

export type ServerClaim = {
	readonly id: string;
	readonly submissionId: string;
	readonly number: string;
	/** SHA-256 of the bytes as they are stored, opened and joined. */
	readonly fileHashes: readonly string[];
};

/** The server's side of the tests: everything past the Worker. */
export class Backstage {
	readonly client: Client;
	readonly #db: Database;
	readonly #keys: Keys;

	constructor(databaseUrl: string, keysJson: string) {
		this.client = createClient({ url: databaseUrl });
		this.#db = openDatabase(this.client);
		this.#keys = v.parse(keysSchema, JSON.parse(keysJson));
	}

	async newCustomer(): Promise<SeededCustomer> {
		const cipher = createCipher(this.#keys, SYSTEM_IDS.randomBytes);
		const parts = { cipher, clock: SYSTEM_CLOCK, db: this.#db, client: this.client };
		const customer = await insertCustomer(parts, `${randomUUID()}@example.org`);
		const active = await createAccountsRepository(cipher).activate(
			customer.accountId,
			{ secret: randomBytes(20), step: 0 },
			Date.now()
		);
		const done = await this.#db.commit(active);
		if (!done.ok) throw new Error(done.error.code);
		return { ...customer, accountRef: await accountRefOf(customer.accountId) };
	}

	/** The raw token of a new session of this customer. */
	async openSession(customer: Customer): Promise<string> {
		const cipher = createCipher(this.#keys, SYSTEM_IDS.randomBytes);
		const { rows } = await this.client.execute({
			sql: 'select wrapped_key, root_version from people where id = ?',
			args: [customer.personId]
		});
		await cipher.learn(customer.personId, {
			wrappedKey: new Uint8Array(rows[0]?.['wrapped_key'] as ArrayBuffer),
			rootVersion: Number(rows[0]?.['root_version'])
		});
		const sessions = createSessions({
			...{ db: this.#db, cipher, clock: SYSTEM_CLOCK, ids: SYSTEM_IDS },
			origin: ANY_BROWSER,
			audit: { record: () => Promise.resolve(joinWrites()) },
			staffNeedPasskey: false
		});
		const { token, write } = await sessions.create(
			{ id: customer.accountId, personId: customer.personId },
			{ openedBy: 'password+totp', deviceHash: null, origin: ANY_BROWSER }
		);
		const done = await this.#db.commit(write);
		if (!done.ok) throw new Error(done.error.code);
		return token;
	}

	/** The Worker's copy of the key of the drafts is gone. */
	async loseEscrow(customer: Customer): Promise<void> {
		await this.client.execute({
			sql: 'delete from vault_escrows where account_id = ?',
			args: [customer.accountId]
		});
	}

	countEscrows(customer: Customer): Promise<number> {
		return this.#count('vault_escrows', customer);
	}

	/** Parts of files that lie with us as sealed copies. */
	countCopiedParts(customer: Customer): Promise<number> {
		return this.#count('draft_parts', customer);
	}

	/** How often the sealed copy of a draft was left with us. */
	async revOfCopy(customer: Customer, draftId: string): Promise<number> {
		const { rows } = await this.client.execute({
			sql: 'select rev from draft_snapshots where account_id = ? and draft_id = ?',
			args: [customer.accountId, draftId]
		});
		return Number(rows[0]?.['rev'] ?? 0);
	}

	/** As the erasure of an account does in its batch: from now on its devices are told. */
	async removeVault({ accountRef }: SeededCustomer): Promise<void> {
		await this.client.execute({
			sql: 'update vault_removals set removed_at_ms = 1 where account_ref = ?',
			args: [accountRef]
		});
	}

	async endSessions(customer: Customer): Promise<void> {
		await this.client.execute({
			sql: 'delete from sessions where account_id = ?',
			args: [customer.accountId]
		});
	}

	/** All claims of a customer with the hashes of what is really stored. */
	async claimsOf(customer: Customer): Promise<readonly ServerClaim[]> {
		const { rows } = await this.client.execute({
			sql: 'select id, number, submission_id from claims where account_id = ?',
			args: [customer.accountId]
		});
		return Promise.all(
			rows.map(async (row) => ({
				id: String(row['id']),
				number: String(row['number']),
				submissionId: String(row['submission_id']),
				fileHashes: await this.#hashesOf(String(row['id']))
			}))
		);
	}

	async submissionStates(customer: Customer): Promise<readonly string[]> {
		const { rows } = await this.client.execute({
			sql: 'select state from submissions where account_id = ?',
			args: [customer.accountId]
		});
		return rows.map(({ state }) => String(state));
	}

	countSubmissions(customer: Customer): Promise<number> {
		return this.#count('submissions', customer);
	}

	/** As retention does with uploads that nobody has gone on with. */
	async forgetUploads(customer: Customer): Promise<void> {
		const args = [customer.accountId];
		await this.client.batch(
			[
				{
					sql: 'delete from file_chunks where file_id in (select id from files where account_id = ?)',
					args
				},
				{ sql: 'delete from files where account_id = ?', args }
			],
			'write'
		);
	}

	async #count(
		table: 'submissions' | 'vault_escrows' | 'draft_parts',
		{ accountId }: Customer
	): Promise<number> {
		const { rows } = await this.client.execute({
			sql: `select count(*) as n from ${table} where account_id = ?`,
			args: [accountId]
		});
		return Number(rows[0]?.['n']);
	}

	async #hashesOf(claimId: string): Promise<readonly string[]> {
		const cipher = createCipher(this.#keys, SYSTEM_IDS.randomBytes);
		const files = createFilesRepository(cipher, SYSTEM_IDS.randomBytes);
		const [stored] = await this.#db.read(files.listOfClaim(claimId));
		const hashes: string[] = [];
		for (const file of stored) {
			const hash = createHash('sha256');
			for (let at = 0; at < file.sizeBytes; at += WINDOW_BYTES) {
				const [pieces] = await this.#db.read(files.pieces(file.id, at));
				pieces.forEach((piece) => hash.update(piece));
			}
			hashes.push(hash.digest('hex'));
		}
		return hashes;
	}

	close(): void {
		this.client.close();
	}
}
