import * as v from 'valibot';
import type { ReceiptKey } from '#lib/domain/claims/receipt-text.ts';
import type { DeviceKit } from '#lib/domain/claims/submission.ts';
import type { OfflineDatabase } from './database.ts';
import { DamagedRecord, openJson, sealJson, type Place } from './sealing.ts';
import type { Vault } from './vault.ts';
import { kitSchema, receiptKeysSchema } from './wire.ts';

/** What a claim can be filled in with when there is no network: contracts and known bills, sealed like a draft. */
export class OfflineKit {
	readonly #database: OfflineDatabase;
	readonly #vault: Vault;

	constructor(database: OfflineDatabase, vault: Vault) {
		this.#database = database;
		this.#vault = vault;
	}

	/** What was last seen, or null when this device never had it. */
	async read(): Promise<DeviceKit | null> {
		const row = await this.#database.kit.get(this.#vault.accountRef);
		if (!row) return null;
		try {
			return v.parse(kitSchema, await openJson(this.#vault.key, this.#place, row));
		} catch (error) {
			if (error instanceof DamagedRecord) return null;
			throw error;
		}
	}

	/** The insurer's keys for receipts, so that one is checked with no network too. */
	async readReceiptKeys(): Promise<readonly ReceiptKey[]> {
		const row = await this.#database.kit.get(this.#vault.accountRef);
		const stored = row && (await openJson(this.#vault.key, this.#place, row).catch(() => null));
		const parsed = v.safeParse(receiptKeysSchema, stored);
		return parsed.success ? parsed.output.keys : [];
	}

	async keep(kit: DeviceKit, keys: readonly ReceiptKey[]): Promise<void> {
		const record = await sealJson(this.#vault.key, this.#place, { ...kit, keys });
		await this.#database.kit.put({ ...record, accountRef: this.#vault.accountRef });
	}

	get #place(): Place {
		return [this.#vault.accountRef, 'kit'];
	}
}
