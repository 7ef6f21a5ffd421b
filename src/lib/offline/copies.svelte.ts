// The copies of the drafts as the room sees them: when they are brought up to date, what was lost, what has no room.
import type { AttachmentStore } from './attachments.ts';
import type { OfflineDatabase } from './database.ts';
import type { DraftEditor } from './draft-editor.svelte.ts';
import type { Draft } from './draft.schema.ts';
import type { DraftStore } from './drafts.ts';
import { editLockName } from './edit-lock.ts';
import { noteWithdrawal } from './withdrawals.ts';
import { watchDrafts } from './draft-watch.ts';
import type { DraftChange, SyncReport } from './sync.ts';
import type { Vault } from './vault.ts';
import { isSessionOf, wire } from './wire.ts';

const RUN_LOCK = 'kundenportal-copies';
/** So long nothing is typed before a change leaves the device. */
const REST_MS = 4000;

export type Loss = {
	readonly id: string;
	readonly seenAtMs: number;
	/** It is here again, from its copy. */
	readonly isBack: boolean;
};

export type CopiesParts = {
	readonly database: OfflineDatabase;
	readonly isOnline: () => boolean;
	/** Lists anew, in this window and the others. */
	readonly tellChange: () => Promise<void>;
};

type Stores = {
	readonly vault: Vault;
	readonly drafts: DraftStore;
	readonly files: AttachmentStore;
};

export class Copies {
	losses = $state.raw<readonly Loss[]>([]);
	expiries = $state.raw<Readonly<Record<string, number>>>({});
	isFull = $state(false);
	/** Drafts deleted or sent on another device that were changed here: each is a new draft now. */
	keptCount = $state(0);
	/** Drafts that another device has deleted, and that are gone here too. */
	goneCount = $state(0);
	editor: DraftEditor | null = null;
	readonly #parts: CopiesParts;
	#acknowledged: readonly string[] = [];
	#stores: Stores | null = null;
	#unwatch: (() => void) | null = null;
	#timer: ReturnType<typeof setTimeout> | undefined;
	#isWanted = false;
	#isRunning = false;

	constructor(parts: CopiesParts) {
		this.#parts = parts;
	}

	/** The room is open: changes of drafts are noticed from now on. */
	open(stores: Stores): void {
		this.close();
		this.#stores = stores;
		this.#unwatch = watchDrafts(() => this.#plan());
	}

	/** The room is locked: nothing of this account leaves the device any more. */
	close(): void {
		clearTimeout(this.#timer);
		this.#unwatch?.();
		this.#unwatch = null;
		this.#stores = null;
		this.editor = null;
		this.losses = [];
		this.expiries = {};
		this.forgetNews();
	}

	/** The owner has read what was lost: it is not said again. */
	async acknowledgeLosses(): Promise<void> {
		this.#acknowledged = this.losses.map(({ id }) => id);
		this.losses = [];
		await this.run();
	}

	/** The owner has read what other devices did. */
	forgetNews(): void {
		this.keptCount = 0;
		this.goneCount = 0;
	}

	/** The owner wants the copy to stay: left anew, its time begins anew. */
	async keepLonger(draftId: string): Promise<void> {
		await this.#parts.database.syncs.update(draftId, { localRev: 0 });
		await this.run();
	}

	/** What stands in this revision is kept in another draft: whatever comes for it replaces it. */
	async passOver({ id, rev }: Draft): Promise<void> {
		await this.#parts.database.syncs.update(id, { localRev: rev });
	}

	/** A draft is deleted while the insurer may hold half of it and cannot be asked: it is told next time. */
	async withdrawLater(draftId: string, submissionId: string): Promise<void> {
		const accountRef = this.#stores?.vault.accountRef;
		if (accountRef) await noteWithdrawal(this.#parts.database, accountRef, draftId, submissionId);
	}

	/** Brings this device and the copies up to date, one run at a time in all tabs. */
	async run(): Promise<void> {
		this.#isWanted = true;
		if (this.#isRunning) return;
		this.#isRunning = true;
		try {
			while (this.#isWanted && this.#parts.isOnline()) {
				this.#isWanted = false;
				await navigator.locks.request(RUN_LOCK, () => this.#runOnce());
			}
		} catch {
			// The device or the network gave way in the middle: what is saved stays saved, the next contact goes on.
		} finally {
			this.#isRunning = false;
		}
	}

	async #runOnce(): Promise<void> {
		const stores = this.#stores;
		if (!stores) return;
		// Heavy and of use with a network only: loaded at the first contact.
		const [{ syncDrafts }, { syncWire }] = await Promise.all([
			import('./sync.ts'),
			import('./sync-wire.ts')
		]);
		const { database } = this.#parts;
		const acknowledged = this.#acknowledged;
		const report = await syncDrafts({
			...stores,
			...{ database, wire: syncWire, acknowledged },
			isOwnSession: () => isSessionOf(wire, stores.vault.accountRef),
			change: (id, make) => this.#change(stores, id, make)
		});
		if (this.#stores !== stores || report.kind === 'stopped') return;
		this.#acknowledged = [];
		this.expiries = report.expiries;
		this.isFull = report.isFull;
		this.keptCount += report.keptIds.length;
		this.goneCount += report.goneIds.length;
		await this.#noteLosses(report, acknowledged);
		if (report.arrivedIds.length + report.goneIds.length > 0) await this.#parts.tellChange();
	}

	async #noteLosses({ missing }: SyncReport, acknowledged: readonly string[]): Promise<void> {
		const known = [...this.losses.map(({ id }) => id), ...acknowledged];
		const fresh: Loss[] = [];
		for (const { id, seenAtMs } of missing.filter((one) => !known.includes(one.id))) {
			fresh.push({ id, seenAtMs, isBack: Boolean(await this.#parts.database.drafts.get(id)) });
		}
		if (fresh.length > 0) this.losses = [...this.losses, ...fresh];
	}

	async #change(
		{ drafts }: Stores,
		id: string,
		make: (draft: Draft) => Promise<DraftChange | null>
	): Promise<Draft | null> {
		if (this.editor?.id === id) return this.editor.change(make);
		return navigator.locks.request(editLockName(id), { ifAvailable: true }, async (lock) => {
			const draft = lock && (await drafts.find(id));
			const change = draft && (await make(draft));
			if (!change) return null;
			const saved = await drafts.save(id, draft.rev, change.content, change.files);
			await this.#parts.tellChange();
			return saved;
		});
	}

	#plan(): void {
		clearTimeout(this.#timer);
		if (!this.#parts.isOnline()) return;
		this.#timer = setTimeout(() => void this.run(), REST_MS);
	}
}
