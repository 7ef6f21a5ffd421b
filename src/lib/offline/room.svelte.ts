// The offline room as its pages see it: who is here, whether the drafts are open, what is on the device, what is being
// sent. One instance a page load; it works the same with and without a network. Over 250 lines: looking for the Worker,
// opening and locking change the same state, and parted they would hand it back and forth.
import { isOutgoing } from '#lib/domain/claims/draft.ts';
import {
	asksOf,
	type DeviceKit,
	type OfflineContract,
	type SubmissionReceipt
} from '#lib/domain/claims/submission.ts';
import { AttachmentStore } from './attachments.ts';
import { Copies } from './copies.svelte.ts';
import { OfflineDatabase } from './database.ts';
import { Door } from './door.svelte.ts';
import { DraftActs } from './draft-acts.ts';
import type { Inbox } from './inbox.ts';
import { DraftEditor } from './draft-editor.svelte.ts';
import type { Draft } from './draft.schema.ts';
import { DraftStore } from './drafts.ts';
import { watchIdle } from './idle.ts';
import { OfflineKit } from './kit.ts';
import { isOwnMessage } from './own-message.ts';
import type { Contact, SendProgress } from './outbox.ts';
import { OutboxOnDemand } from './outbox-on-demand.ts';
import type { ReceiptProof } from './receipt-proof.ts';
import { Sender } from './sender.ts';
import {
	endSession,
	keysGoneWord,
	lockCause,
	mayOpenFor,
	rememberLock,
	rememberOwner,
	rememberSignOut,
	tellKeysGone,
	wasSignedOutHere,
	watchKeys,
	type LockCause
} from './sign-out.ts';
import type { UploadOutcome, UploadTask } from './upload.ts';
import { dropOldKeys, fetchVault, findStoredVault, forgetKeys, type Vault } from './vault.ts';
import { isSessionOf, isSignedOut, wire, type Session } from './wire.ts';

const LOOK_AGAIN_OFFLINE_MS = 20_000;
const LOOK_AGAIN_ONLINE_MS = 5 * 60_000;
/** So long the device waits for the Worker's key before it asks for the passphrase. */
const ASK_FOR_SECRET_MS = 2_500;
const CHANNEL = 'kundenportal-drafts';
const CHANGED = 'changed';

export type RoomState = 'opening' | 'open' | 'locked' | 'broken';

type Stores = {
	readonly vault: Vault;
	readonly drafts: DraftStore;
	readonly files: AttachmentStore;
	readonly outbox: OutboxOnDemand;
};

export class Room {
	state = $state<RoomState>('opening');
	contact = $state<Contact | null>(null);
	displayName = $state('');
	/** Why the room has locked itself, or its owner has. */
	lockedBy = $state<LockCause | null>(null);
	drafts = $state.raw<readonly Draft[]>([]);
	damagedIds = $state.raw<readonly string[]>([]);
	lockedCount = $state(0);
	kit = $state.raw<DeviceKit | null>(null);
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
	readonly door = new Door({
		database: this.#database,
		wire,
		signedInRef: () => (this.contact === 'online' ? this.#sessionRef : null),
		onOpen: (vault) => this.#openedByHand(vault)
	});
	#stores: Stores | null = null;
	#editor: DraftEditor | null = null;
	#sessionRef: string | null = null;
	#keysGoneWord = '';
	#timer: ReturnType<typeof setTimeout> | undefined;
	#isLooking = false;
	#hasFreshKit = false;
	#askedWhile: Contact | null = null;
	#hasProvenEscrow = false;

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
		addEventListener('storage', () => void this.#noticeKeysGone(), { signal });
		watchIdle(() => void this.#lockWhenIdle(), signal);
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
			await this.door.tryKeys();
			await dropOldKeys(this.#database);
			await this.#openStored();
		} catch {
			this.state = 'broken';
			return;
		}
		const looking = this.look(false);
		const patience = navigator.onLine ? ASK_FOR_SECRET_MS : 0;
		await Promise.race([looking, new Promise((resolve) => setTimeout(resolve, patience))]);
		if (this.state === 'opening') await this.#showLocked();
		await looking;
	}

	/** What its owner has left open here, unless somebody else may be sitting before it now. */
	async #openStored(): Promise<void> {
		const vault = await findStoredVault(this.#database);
		if (vault && mayOpenFor(vault.accountRef)) await this.#useVault(vault);
	}

	/** Asks the Worker who is signed in, and acts on it: key, contracts, waiting claims. */
	async look(isWoken: boolean): Promise<void> {
		if (this.state === 'broken' || this.#isLooking) return;
		this.#isLooking = true;
		clearTimeout(this.#timer);
		try {
			await this.#noticeKeysGone();
			if (wasSignedOutHere()) await endSession();
			const session = await wire.session();
			const isOver = isSignedOut(session);
			// The next session is a new one: whoever has it has just proven who they are.
			if (isOver) {
				rememberSignOut(false);
				rememberLock(null);
			}
			// 403 is somebody of the staff: the drafts are not theirs.
			if (isOver && session.status === 401) {
				rememberOwner(null);
				if (this.state === 'opening') await this.#openStored();
			}
			if (session.kind === 'ok' && !wasSignedOutHere()) {
				await this.#useSession(session.value, isWoken);
			} else {
				this.#useRefusal(isOver);
			}
			if (this.contact !== 'offline') await this.#heedWords();
			if (this.state !== 'opening') await this.door.refresh(this.#stores?.vault ?? null);
		} finally {
			this.#isLooking = false;
			const delayMs = this.contact === 'online' ? LOOK_AGAIN_ONLINE_MS : LOOK_AGAIN_OFFLINE_MS;
			this.#plan(delayMs);
		}
	}

	async #useSession(session: Session, isWoken: boolean): Promise<void> {
		const isBack = this.contact !== 'online';
		this.contact = 'online';
		this.#sessionRef = session.accountRef;
		rememberOwner(session.accountRef);
		if (session.accountRef !== this.#stores?.vault.accountRef) {
			if (this.#stores) await this.#showLocked();
			if (lockCause()) return;
			const fetched = await fetchVault(this.#database, wire, session, watchKeys());
			this.door.isEscrowLost = fetched.kind === 'lost';
			if (fetched.kind !== 'open') return;
			this.door.passkeyIds = fetched.passkeyIds;
			await this.#useVault(fetched.vault);
		} else if (!this.#hasProvenEscrow) await this.#proveStoredKey(session);
		this.#hasProvenEscrow = true;
		if (!this.#hasFreshKit) await this.#refreshKit();
		if (isWoken || isBack) this.#stores?.outbox.hurry();
		void this.#sender.wake();
		void this.copies.run();
	}

	/** What waited for a network now waits for its owner: the sender notes that on each draft. */
	#useRefusal(isWithoutSession: boolean): void {
		this.contact = isWithoutSession ? 'signed-out' : 'offline';
		// Until each says so: a round that was under way may still have called the network the reason.
		const isNoted = ({ state }: Draft) => state.name === 'paused' && state.cause === 'auth';
		if (!isWithoutSession || this.drafts.filter(isWaiting).every(isNoted)) return;
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
		this.#editor = this.#stores && new DraftEditor(draft, this.#stores.drafts, this.#stores.files);
		this.copies.editor = this.#editor;
		return this.#editor;
	}

	/** Drops the key. What is typed is saved first; what the device does not take keeps the room open. */
	async lock(cause: LockCause): Promise<boolean> {
		if (!this.#stores) return true;
		await this.#editor?.flush();
		// What another tab has overtaken is not lost; what the device refuses would be.
		if (this.#editor?.hasUnsaved && this.#editor.saveState !== 'stale') return false;
		rememberLock(cause);
		if (!this.door.safety?.hasPin) await forgetKeys(this.#database);
		await this.#dropKey();
		return true;
	}

	/**
	 * Signs out here: the key leaves the device, the drafts stay sealed. With no network the session
	 * ends at the next contact; script cannot remove its cookie.
	 */
	async signOut(): Promise<void> {
		rememberSignOut(true);
		await this.#editor?.flush();
		await forgetKeys(this.#database);
		await this.#dropKey();
		await this.#endSession();
	}

	/** For the way back in by sign-in: the session that is locked ends, the new one opens everything. */
	async signInAnew(): Promise<void> {
		rememberSignOut(true);
		await this.#endSession();
	}

	// A look may be under way and come back with the old session: it is ended whatever that one says.
	async #endSession(): Promise<void> {
		await endSession();
		await this.look(false);
	}

	/** Deletes all that the open account has here, then signs out. */
	async removeDevice(): Promise<void> {
		const accountRef = this.#stores?.vault.accountRef;
		if (!accountRef) return;
		// Before anything is closed: without it nothing would be wiped.
		const { wipeAccount } = await import('./wipe.ts');
		// What runs or is open must not write again what is wiped.
		this.#stores?.outbox.stop();
		this.copies.close();
		this.#stores = null;
		this.#editor = null;
		await wipeAccount(this.#database, accountRef);
		await this.signOut();
	}

	/** What a receipt proves by what lies on this device; null while it is locked. */
	async proveReceipt(draft: Draft, receipt: SubmissionReceipt): Promise<ReceiptProof | null> {
		if (!this.#stores) return null;
		const { vault, files } = this.#stores;
		const { proveReceipt } = await import('./receipt-proof.ts');
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

	/** Null when this device never had them. */
	get contracts(): readonly OfflineContract[] | null {
		return this.kit?.contracts ?? null;
	}

	get waitingCount(): number {
		return this.drafts.filter(isWaiting).length;
	}

	async #useVault(vault: Vault): Promise<void> {
		await this.#useInbox(vault);
		const drafts = new DraftStore(this.#database, vault);
		const files = new AttachmentStore(this.#database, vault);
		const outbox = new OutboxOnDemand(
			{
				accountRef: vault.accountRef,
				drafts,
				files,
				wire,
				upload: uploadOnDemand,
				now: () => performance.now(),
				random: Math.random,
				onChange: (changed) => {
					this.drafts = this.drafts.map((draft) => (draft.id === changed.id ? changed : draft));
					this.#channel.postMessage(CHANGED);
				},
				onProgress: (id, progress) => (this.progress = { ...this.progress, [id]: progress }),
				onContact: (contact) => (this.contact = contact)
			},
			() => this.waitingCount > 0
		);
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
			passOver: (draft) => this.copies.passOver(draft),
			isOwnSession: () => isSessionOf(wire, vault.accountRef),
			asksOf: (contractId) => asksOf(this.contracts, contractId),
			withdrawLater: (draftId, submissionId) => this.copies.withdrawLater(draftId, submissionId),
			tellChange: async () => {
				this.#channel.postMessage(CHANGED);
				await this.reload();
			}
		});
		this.displayName = vault.displayName;
		void this.#database.vaults.update(vault.accountRef, { openedAtMs: Date.now() });
		this.kit = await new OfflineKit(this.#database, vault).read();
		await this.reload();
		await this.door.refresh(vault);
		// Locked or signed out meanwhile: then it is not open.
		if (this.#stores?.vault !== vault) return;
		this.#keysGoneWord = keysGoneWord();
		this.lockedBy = null;
		this.state = 'open';
	}

	async #openedByHand(vault: Vault): Promise<void> {
		rememberLock(null);
		rememberOwner(vault.accountRef);
		await this.#useVault(vault);
		void this.look(true);
	}

	async #refreshKit(): Promise<void> {
		const stores = this.#stores;
		const [answer, keys] = await Promise.all([wire.kit(), wire.receiptKeys()]);
		// Whoever has left meanwhile leaves no contracts behind in a locked room.
		if (!stores || this.#stores !== stores) return;
		if (answer.kind !== 'ok' || keys.kind !== 'ok') return;
		this.#hasFreshKit = true;
		this.kit = answer.value;
		// A device that is full keeps the older list; what waits is sent all the same.
		await new OfflineKit(this.#database, stores.vault)
			.keep(answer.value, keys.value.keys)
			.catch(() => undefined);
	}

	// A key that lies here since before the sign-in, or one an envelope has opened: is the Worker's the same?
	async #proveStoredKey(session: Session): Promise<void> {
		// A lost copy may be on its way back.
		await this.door.proving;
		const fetched = await fetchVault(this.#database, wire, session, watchKeys());
		this.door.isEscrowLost = fetched.kind === 'lost';
		if (fetched.kind === 'open') this.door.passkeyIds = fetched.passkeyIds;
	}

	/**
	 * Accounts that were removed, and devices that were ended from elsewhere: they learn it here, once a
	 * visit and when their session is over.
	 */
	async #heedWords(): Promise<void> {
		if (this.#askedWhile === this.contact) return;
		// A part that does not come is asked for at the next look.
		const wipe = await import('./wipe.ts').catch(() => null);
		if (!wipe) return;
		this.#askedWhile = this.contact;
		const revoked = await wipe.heedWords(this.#database);
		const accountRef = this.#stores?.vault.accountRef;
		if (!accountRef) return;
		const isRevoked = revoked.includes(accountRef);
		if (isRevoked) await this.#editor?.flush();
		else if (await this.#database.vaults.get(accountRef)) return;
		await this.#dropKey();
		if (isRevoked) this.lockedBy = 'ended';
	}

	// Another page of the portal has signed out, or another tab has locked: this one must not go on with its copy.
	async #noticeKeysGone(): Promise<void> {
		if (!this.#stores || keysGoneWord() === this.#keysGoneWord) return;
		await this.#editor?.flush();
		await this.#showLocked();
	}

	async #lockWhenIdle(): Promise<void> {
		const { safety } = this.door;
		// Its owner has chosen so on a device of their own; sending is use, and stops by itself.
		if (safety?.staysOpen || Object.values(this.progress).some((sent) => sent)) return;
		await this.lock('idle');
	}

	async #dropKey(): Promise<void> {
		tellKeysGone();
		await this.#showLocked();
	}

	async #showLocked(): Promise<void> {
		this.#stores?.outbox.stop();
		this.#stores = null;
		this.copies.close();
		this.#sender.letGo();
		this.#editor = null;
		this.acts = null;
		this.inbox = null;
		this.#hasFreshKit = false;
		this.drafts = [];
		this.damagedIds = [];
		this.kit = null;
		this.displayName = '';
		this.lockedBy = lockCause();
		this.lockedCount = await this.#database.drafts.count();
		await this.door.refresh(null);
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

const isWaiting = ({ state }: Draft) => isOutgoing(state);

/** Most visits send nothing: the upload comes with the first file. Without it there is no network either. */
async function uploadOnDemand(task: UploadTask): Promise<UploadOutcome> {
	const loaded = await import('./upload.ts').catch(() => null);
	return loaded ? loaded.uploadFile(task) : { kind: 'offline' };
}
