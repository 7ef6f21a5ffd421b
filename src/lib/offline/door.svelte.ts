// The door of the room: what opens the vaults on this device, how safe that is, and who else has data here. Making and
// opening envelopes is loaded when it is asked for.
import type { OfflineDatabase } from './database.ts';
import { foreignData, judgeSafety, type ForeignData, type Safety } from './safety.ts';
import { base64urlOf } from './sealing.ts';
import type { Unlocked, Unlocking } from './unlock.ts';
import { canKeepKeys, setStaysOpen, withBytes, type Vault } from './vault.ts';
import { isSignedOut, type Wire } from './wire.ts';

export type Ways = {
	readonly hasPassphrase: boolean;
	readonly hasPasskey: boolean;
	readonly hasPin: boolean;
};
/** `lost`: the Worker's copy is not the key of these drafts. */
export type Protected =
	'done' | 'offline' | 'signed-out' | 'lost' | 'cancelled' | 'unable' | 'not-kept';

export type DoorParts = {
	readonly database: OfflineDatabase;
	readonly wire: Wire;
	/** The account signed in at the Worker, null while that is nobody or not known. */
	readonly signedInRef: () => string | null;
	readonly onOpen: (vault: Vault) => Promise<void>;
};

const CLOSED: Ways = { hasPassphrase: false, hasPasskey: false, hasPin: false };

export class Door {
	ways = $state.raw<Ways>(CLOSED);
	/** Of the vault that is open. */
	safety = $state.raw<Safety | null>(null);
	foreign = $state.raw<readonly ForeignData[]>([]);
	canKeepKeys = $state(true);
	/** Passkeys of the account that could be asked to open its drafts. */
	passkeyIds = $state.raw<readonly string[]>([]);
	/** The Worker's copy does not open what lies here: only an envelope does. */
	isEscrowLost = $state(false);
	/** Settles when the Worker's copy has been compared with what an envelope gave. */
	proving: Promise<void> = Promise.resolve();
	#vault: Vault | null = null;
	readonly #parts: DoorParts;

	constructor(parts: DoorParts) {
		this.#parts = parts;
	}

	/** Looks at the device anew; `vault` is the one that is open. */
	async refresh(vault: Vault | null): Promise<void> {
		this.#vault = vault;
		const { database, signedInRef } = this.#parts;
		const [vaults, envelopes, drafts] = await Promise.all([
			database.vaults.toArray(),
			database.envelopes.toArray(),
			database.drafts.orderBy('accountRef').keys()
		]);
		const ownRef = vault?.accountRef ?? signedInRef();
		const row = vaults.find(({ accountRef }) => accountRef === vault?.accountRef);
		const own = envelopes.filter(({ accountRef }) => accountRef === ownRef);
		const mayOpen = ownRef === null ? envelopes : own;
		const has = (wanted: string) => mayOpen.some(({ kind }) => kind === wanted);
		this.ways = {
			hasPassphrase: has('passphrase'),
			hasPasskey: has('passkey'),
			hasPin: has('pin') && (await database.keys.count()) > 0
		};
		this.safety = row ? judgeSafety(row, own, Date.now()) : null;
		this.foreign = ownRef === null ? [] : foreignData(vaults, drafts.map(String), ownRef);
	}

	/** Tries it out: a browser that keeps no key has to say so before the first draft. */
	async tryKeys(): Promise<void> {
		this.canKeepKeys = await canKeepKeys(this.#parts.database);
	}

	async unlockByPassphrase(text: string): Promise<Unlocked> {
		const { unlockByPassphrase } = await import('./unlock.ts');
		return this.#opened(await unlockByPassphrase(this.#unlocking, text));
	}

	async unlockByPasskey(): Promise<Unlocked> {
		const { unlockByPasskey } = await import('./unlock.ts');
		return this.#opened(await unlockByPasskey(this.#unlocking));
	}

	async unlockByPin(pin: string): Promise<Unlocked> {
		const { unlockByPin } = await import('./unlock.ts');
		return this.#opened(await unlockByPin(this.#unlocking, pin));
	}

	/** Chooses a passphrase, or another one. The key comes from the Worker: the old one is not needed. */
	setPassphrase(text: string): Promise<Protected> {
		return this.#withKey(async (accountRef, bytes) => {
			const { protectByPassphrase } = await import('./protect.ts');
			return protectByPassphrase(this.#parts.database, accountRef, bytes, text);
		});
	}

	/** Asks for the passkey before it asks for the key: the bytes must not wait for a finger. */
	async addPasskey(): Promise<Protected> {
		const { askPasskey, newSalts } = await import('./passkey.ts');
		const answer = await askPasskey(newSalts(this.passkeyIds));
		if (answer.kind !== 'answered') return answer.kind;
		return this.#withKey(async (accountRef, bytes) => {
			const { protectByPasskey } = await import('./protect.ts');
			return protectByPasskey(this.#parts.database, accountRef, bytes, answer);
		});
	}

	setPin(pin: string): Promise<Protected> {
		return this.#withKey(async (accountRef, bytes) => {
			const { protectByPin } = await import('./protect.ts');
			return protectByPin(this.#parts.database, accountRef, bytes, pin);
		});
	}

	/** Takes one way away; the last one that is not the PIN stays. */
	async removeWay(id: string): Promise<void> {
		if (!this.#vault || (this.safety?.ways.length ?? 0) < 2) return;
		await this.#parts.database.envelopes.delete([this.#vault.accountRef, id]);
		await this.refresh(this.#vault);
	}

	async setStaysOpen(staysOpen: boolean): Promise<void> {
		if (!this.#vault) return;
		await setStaysOpen(this.#parts.database, this.#vault, staysOpen);
		await this.refresh(this.#vault);
	}

	/** Deletes what another account has here, or all that the open one has. Only on somebody's word. */
	async wipe(accountRef: string): Promise<void> {
		const { wipeAccount } = await import('./wipe.ts');
		await wipeAccount(this.#parts.database, accountRef);
		await this.refresh(this.#vault);
	}

	get #unlocking(): Unlocking {
		return {
			database: this.#parts.database,
			accountRef: this.#vault?.accountRef ?? this.#parts.signedInRef(),
			// Not awaited: the drafts open at once, however slow the network is.
			onBytes: (accountRef, bytes) => {
				this.proving = this.#proveEscrow(accountRef, base64urlOf(bytes));
			}
		};
	}

	async #opened(outcome: Unlocked): Promise<Unlocked> {
		if (outcome.kind === 'open' && !this.#vault) await this.#parts.onOpen(outcome.vault);
		else await this.refresh(this.#vault);
		return outcome;
	}

	// While the key's bytes are at hand: is the Worker's copy the same? One that is gone is put back.
	async #proveEscrow(accountRef: string, vaultKey: string): Promise<void> {
		const { wire, database, signedInRef } = this.#parts;
		if (signedInRef() !== accountRef) return;
		const answer = await wire.vault({ mayCreate: false, vaultKey });
		if (answer.kind !== 'ok') return;
		this.passkeyIds = answer.value.passkeyIds;
		this.isEscrowLost = answer.value.vaultKey !== vaultKey;
		const escrowProvenAtMs = this.isEscrowLost ? null : Date.now();
		await database.vaults.update(accountRef, { escrowProvenAtMs });
	}

	async #withKey(
		use: (accountRef: string, bytes: Uint8Array<ArrayBuffer>) => Promise<Protected>
	): Promise<Protected> {
		const vault = this.#vault;
		if (!vault) return 'offline';
		const answer = await this.#parts.wire.vault({ mayCreate: false });
		if (answer.kind !== 'ok') return isSignedOut(answer) ? 'signed-out' : 'offline';
		if (this.isEscrowLost || answer.value.accountRef !== vault.accountRef) return 'lost';
		this.passkeyIds = answer.value.passkeyIds;
		const outcome = await withBytes(answer.value.vaultKey, (bytes) => use(vault.accountRef, bytes));
		await this.refresh(vault);
		return outcome;
	}
}
