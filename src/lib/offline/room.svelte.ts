// The offline room as its pages see it: who is here, whether the drafts are open, what is on the device, what is being
// sent. One instance a page load; it works the same with and without a network.
import { isOutgoing } from '#lib/domain/claims/draft.ts';
import type { OfflineContract, SubmissionReceipt } from '#lib/domain/claims/submission.ts';
import { AttachmentStore } from './attachments.ts';
import { Copies } from './copies.svelte.ts';
import { OfflineDatabase } from './database.ts';
import { DraftActs } from './draft-acts.ts';
import type { Inbox } from './inbox.ts';
import { DraftEditor } from './draft-editor.svelte.ts';
import type { Draft } from './draft.schema.ts';
import { DraftStore } from './drafts.ts';
import { OfflineKit } from './kit.ts';
import { isOwnMessage } from './own-message.ts';
import { Outbox, type Contact, type SendProgress } from './outbox.ts';
import { proveReceipt, type ReceiptProof } from './receipt-proof.ts';
import { Sender } from './sender.ts';
import { endSession, rememberSignOut, wasSignedOutHere } from './sign-out.ts';
import { uploadFile } from './upload.ts';
import { fetchVault, findStoredVault, forgetKeys, type Vault } from './vault.ts';
import { wire, type Answer, type Session } from './wire.ts';

const LOOK_AGAIN_OFFLINE_MS = 20_000;
const LOOK_AGAIN_ONLINE_MS = 5 * 60_000;
const CHANNEL = 'kundenportal-drafts';
const CHANGED = 'changed';

export type RoomState = 'opening' | 'open' | 'locked' | 'broken';

type Stores = {
	readonly vault: Vault;
	readonly drafts: DraftStore;
	readonly files: AttachmentStore;
	readonly outbox: Outbox;
};

export class Room {
	state = $state<RoomState>('opening');
	contact = $state<Contact | null>(null);
	displayName = $state('');
	isKeyLasting = $state(true);
	drafts = $state.raw<readonly Draft[]>([]);
	damagedIds = $state.raw<readonly string[]>([]);
	lockedCount = $state(0);
	contracts = $state.raw<readonly OfflineContract[] | null>(null);
	progress = $state.raw<Readonly<Record<string, SendProgress | null>>>({});
	acts = $state.raw<DraftActs | null>(null);
	inbox = $state.raw<Inbox | null>(null);
	readonly #database = new OfflineDatabase();
	readonly #channel = new BroadcastChannel(CHANNEL);
	readonly #sender = new Sender(
		async (lead) => {
			const round = await this.#stores?.outbox.drain(lead);
			await this.reload();
			return round ?? { nextMs: null, quietMs: 0 };
		},
		(delayMs) => this.#plan(delayMs)
	);
	readonly copies = new Copies({
		database: this.#database,
		isOnline: () => this.contact === 'online',
		tellChange: async () => {
			this.#channel.postMessage(CHANGED);
			await this.reload();
		}
	});
	#stores: Stores | null = null;
	#timer: ReturnType<typeof setTimeout> | undefined;
	#isLooking = false;
	#hasFreshKit = false;
	#mustSignOut = false;

	/** Opens the room with what the device has, then looks for the Worker. Returns how to leave. */
	enter(): () => void {
		const leaving = new AbortController();
		const { signal } = leaving;
		const lookAgain = () => {
			if (document.visibilityState === 'visible') void this.look(true);
		};
		addEventListener('online', lookAgain, { signal });
		addEventListener('offline', lookAgain, { signal });
		addEventListener('focus', lookAgain, { signal });
		document.addEventListener('visibilitychange', lookAgain, { signal });
		this.#channel.onmessage = (message: MessageEvent<unknown>) => {
			if (isOwnMessage(message, CHANGED)) void this.reload();
		};
		void this.#open();
		return () => {
			leaving.abort();
			clearTimeout(this.#timer);
			this.copies.close();
			this.#channel.close();
			this.#sender.close();
			this.#database.close();
		};
	}

	async #open(): Promise<void> {
		try {
			const vault = await findStoredVault(this.#database);
			if (vault) await this.#useVault(vault);
		} catch {
			this.state = 'broken';
			return;
		}
		await this.look(false);
		if (this.state === 'opening') await this.#showLocked();
	}

	/** Asks the Worker who is signed in, and acts on it: key, contracts, waiting claims. */
	async look(isWoken: boolean): Promise<void> {
		if (this.state === 'broken' || this.#isLooking) return;
		this.#isLooking = true;
		clearTimeout(this.#timer);
		try {
			await this.#noticeSignOut();
			if (this.#mustSignOut) this.#mustSignOut = !(await endSession());
			const session = await wire.session();
			if (session.kind === 'ok') await this.#useSession(session.value, isWoken);
			else this.#useRefusal(isSignedOut(session));
		} finally {
			this.#isLooking = false;
			const delayMs = this.contact === 'online' ? LOOK_AGAIN_ONLINE_MS : LOOK_AGAIN_OFFLINE_MS;
			this.#plan(delayMs);
		}
	}

	async #useSession(session: Session, isWoken: boolean): Promise<void> {
		const isBack = this.contact !== 'online';
		this.contact = 'online';
		if (wasSignedOutHere()) return;
		if (session.accountRef !== this.#stores?.vault.accountRef) {
			if (this.#stores) await this.#showLocked();
			const vault = await fetchVault(this.#database, wire, session);
			if (vault) await this.#useVault(vault);
		}
		if (!this.#hasFreshKit) await this.#refreshKit();
		if (isWoken || isBack) this.#stores?.outbox.hurry();
		void this.#sender.wake();
		void this.copies.run();
	}

	/** What waited for a network now waits for its owner: the sender notes that on each draft. */
	#useRefusal(isWithoutSession: boolean): void {
		const wasSignedOut = this.contact === 'signed-out';
		this.contact = isWithoutSession ? 'signed-out' : 'offline';
		if (!isWithoutSession || wasSignedOut || this.waitingCount === 0) return;
		this.#stores?.outbox.hurry();
		void this.#sender.wake();
	}

	#plan(delayMs: number): void {
		clearTimeout(this.#timer);
		this.#timer = setTimeout(() => void this.look(false), delayMs);
	}

	/** Lists anew what is on the device. */
	async reload(): Promise<void> {
		if (!this.#stores) return;
		const list = await this.#stores.drafts.list();
		this.drafts = list.drafts;
		this.damagedIds = list.damagedIds;
		this.lockedCount = list.lockedCount;
	}

	/** Opens a draft for editing; null while the room is locked. */
	edit(draft: Draft): DraftEditor | null {
		const editor = this.#stores && new DraftEditor(draft, this.#stores.drafts, this.#stores.files);
		this.copies.editor = editor;
		return editor;
	}

	/**
	 * Signs out here: the key leaves the device, the drafts stay sealed. With no network the session
	 * ends at the next contact; script cannot remove its cookie.
	 */
	async signOut(): Promise<void> {
		await forgetKeys(this.#database);
		await this.#showLocked();
		rememberSignOut(true);
		this.#mustSignOut = !(await endSession());
		this.contact = this.#mustSignOut ? 'offline' : 'signed-out';
	}

	/** Opens the drafts again after a sign-out with no network, for whoever is signed in now. */
	async unlock(): Promise<void> {
		rememberSignOut(false);
		this.#mustSignOut = false;
		await this.look(true);
	}

	/** What a receipt proves by what lies on this device; null while it is locked. */
	async proveReceipt(draft: Draft, receipt: SubmissionReceipt): Promise<ReceiptProof | null> {
		if (!this.#stores) return null;
		const { vault, files } = this.#stores;
		const keys = await new OfflineKit(this.#database, vault).readReceiptKeys();
		return proveReceipt(draft, receipt, keys, files);
	}

	/** For what is loaded on demand; null while the room is locked. */
	get stores(): Stores | null {
		return this.#stores;
	}

	/** Saves what is being typed in this window; false where the device does not take it. */
	async saveOpen(): Promise<boolean> {
		const { editor } = this.copies;
		await editor?.flush();
		return !editor?.hasUnsaved || editor.saveState === 'stale';
	}

	get waitingCount(): number {
		return this.drafts.filter(({ state }) => isOutgoing(state)).length;
	}

	async #useVault(vault: Vault): Promise<void> {
		await this.#useInbox(vault);
		const drafts = new DraftStore(this.#database, vault);
		const files = new AttachmentStore(this.#database, vault);
		const outbox = new Outbox({
			accountRef: vault.accountRef,
			drafts,
			files,
			wire,
			upload: uploadFile,
			now: () => performance.now(),
			random: Math.random,
			onChange: (changed) => {
				this.drafts = this.drafts.map((draft) => (draft.id === changed.id ? changed : draft));
				this.#channel.postMessage(CHANGED);
			},
			onProgress: (id, progress) => (this.progress = { ...this.progress, [id]: progress }),
			onContact: (contact) => (this.contact = contact)
		});
		this.#stores = { vault, drafts, files, outbox };
		this.copies.open({ vault, drafts, files });
		this.acts = new DraftActs({
			drafts,
			files,
			wire,
			wakeSender: () => {
				outbox.hurry();
				void this.#sender.wake();
			},
			tellChange: async () => {
				this.#channel.postMessage(CHANGED);
				await this.reload();
			}
		});
		this.displayName = vault.displayName;
		this.isKeyLasting = vault.isLasting;
		this.contracts = await new OfflineKit(this.#database, vault).read();
		await this.reload();
		this.state = 'open';
	}

	async #refreshKit(): Promise<void> {
		if (!this.#stores) return;
		const [answer, keys] = await Promise.all([wire.kit(), wire.receiptKeys()]);
		if (answer.kind !== 'ok' || keys.kind !== 'ok') return;
		this.#hasFreshKit = true;
		this.contracts = answer.value.contracts;
		// A device that is full keeps the older list; what waits is sent all the same.
		await new OfflineKit(this.#database, this.#stores.vault)
			.keep(answer.value.contracts, keys.value.keys)
			.catch(() => undefined);
	}

	// Another page of the portal signs out by emptying the key store; this tab must not go on with its copy.
	async #noticeSignOut(): Promise<void> {
		if (!this.#stores?.vault.isLasting) return;
		const stored = await findStoredVault(this.#database);
		if (stored?.accountRef !== this.#stores.vault.accountRef) await this.#showLocked();
	}

	async #showLocked(): Promise<void> {
		this.#stores = null;
		this.copies.close();
		this.#sender.letGo();
		this.acts = null;
		this.inbox = null;
		this.#hasFreshKit = false;
		this.drafts = [];
		this.damagedIds = [];
		this.contracts = null;
		this.displayName = '';
		this.lockedCount = await this.#database.drafts.count();
		this.state = 'locked';
		this.#channel.postMessage(CHANGED);
	}

	// Loaded apart: most people never share a file to the app. Without it the drafts open all the same.
	async #useInbox(vault: Vault): Promise<void> {
		try {
			const { Inbox } = await import('./inbox.ts');
			const inbox = new Inbox(this.#database, vault);
			await inbox.beTheLast();
			this.inbox = inbox;
		} catch {
			this.inbox = null;
		}
	}
}

function isSignedOut(answer: Answer<unknown>): boolean {
	return answer.kind === 'refused' && (answer.status === 401 || answer.status === 403);
}
