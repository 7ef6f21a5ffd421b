// What was shared to the app while nobody was looking: sealed by the service worker, opened here by its owner alone, and
// gone once it lies in a draft.
import type { IntakeRow, OfflineDatabase } from './database.ts';
import { EC, openShared } from './intake.ts';
import { DamagedRecord, open, seal, type Place } from './sealing.ts';
import type { Vault } from './vault.ts';

export class Inbox {
	readonly #database: OfflineDatabase;
	readonly #vault: Vault;

	constructor(database: OfflineDatabase, vault: Vault) {
		this.#database = database;
		this.#vault = vault;
	}

	/** From now on what is shared is sealed for this account. Makes its pair at the first time. */
	async beTheLast(): Promise<void> {
		const { intakes } = this.#database;
		const made = (await intakes.get(this.#vault.accountRef)) ?? (await this.#makePair());
		await this.#database.transaction('rw', intakes, async () => {
			const last = await intakes.orderBy('order').last();
			await intakes.put({ ...made, order: (last?.order ?? 0) + 1 });
		});
	}

	/** The ids of what waits for this account, oldest first as far as the device knows. */
	list(): Promise<readonly string[]> {
		return this.#database.inbox.where({ accountRef: this.#vault.accountRef }).primaryKeys();
	}

	/** The files of a record; null where it is gone, another account's, or does not open. */
	async read(id: string): Promise<readonly File[] | null> {
		const row = await this.#database.inbox.get(id);
		const intake = await this.#database.intakes.get(this.#vault.accountRef);
		if (row?.accountRef !== this.#vault.accountRef || !intake) return null;
		try {
			const raw = await open(this.#vault.key, this.#place, intake);
			const key = await crypto.subtle.importKey('pkcs8', raw, EC, false, ['deriveBits']);
			return await openShared(key, row);
		} catch (error) {
			if (error instanceof DamagedRecord || error instanceof DOMException) return null;
			throw error;
		}
	}

	/** Deletes a record: its files are in a draft, or its owner does not want them. */
	async remove(id: string): Promise<void> {
		const row = await this.#database.inbox.get(id);
		if (row?.accountRef === this.#vault.accountRef) await this.#database.inbox.delete(id);
	}

	async #makePair(): Promise<IntakeRow> {
		const pair = await crypto.subtle.generateKey(EC, true, ['deriveBits']);
		const privateKey = await crypto.subtle.exportKey('pkcs8', pair.privateKey);
		return {
			...(await seal(this.#vault.key, this.#place, privateKey)),
			accountRef: this.#vault.accountRef,
			publicKey: await crypto.subtle.exportKey('raw', pair.publicKey),
			order: 0
		};
	}

	get #place(): Place {
		return [this.#vault.accountRef, 'intake'];
	}
}
