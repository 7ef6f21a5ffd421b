// One open draft: what is typed, and whether it is saved. Saving is never in doubt: `saved` means read back from the
// device, anything else is shown as what it is.
import type { DraftForm, DraftStep } from '#lib/domain/claims/draft-form.ts';
import { mayEdit } from '#lib/domain/claims/draft.ts';
import type { AttachmentStore, PreparedFile } from './attachments.ts';
import type { Attachment, Draft } from './draft.schema.ts';
import { StaleDraft, UnsavedDraft, type DraftStore, type FileChange } from './drafts.ts';

const AUTOSAVE_MS = 300;

export type SaveState = 'saved' | 'changed' | 'saving' | 'failed' | 'stale';

export class DraftEditor {
	readonly id: string;
	form: DraftForm;
	attachments = $state.raw<readonly Attachment[]>([]);
	saveState = $state<SaveState>('saved');
	savedAtMs = $state<number | null>(null);
	step: DraftStep;
	readonly #drafts: DraftStore;
	readonly #files: AttachmentStore;
	#draft: Draft;
	#savedText: string;
	#timer: ReturnType<typeof setTimeout> | undefined;
	#queue: Promise<unknown> = Promise.resolve();

	constructor(draft: Draft, drafts: DraftStore, files: AttachmentStore) {
		this.id = draft.id;
		this.form = $state(structuredClone(draft.form));
		this.attachments = draft.attachments;
		this.step = draft.step;
		this.savedAtMs = draft.rev > 0 ? draft.savedAtMs : null;
		this.#drafts = drafts;
		this.#files = files;
		this.#draft = draft;
		this.#savedText = JSON.stringify(draft.form);
	}

	/** Call after every change of the form: an effect that has read all of it. */
	touch(): void {
		if (JSON.stringify(this.form) === this.#savedText) return;
		if (this.saveState === 'saved') this.saveState = 'changed';
		clearTimeout(this.#timer);
		this.#timer = setTimeout(() => void this.flush(), AUTOSAVE_MS);
	}

	get hasUnsaved(): boolean {
		return this.saveState !== 'saved' || JSON.stringify(this.form) !== this.#savedText;
	}

	/** Saves now what is not saved yet. Never throws: the outcome is `saveState`. */
	flush(): Promise<void> {
		clearTimeout(this.#timer);
		return this.#inTurn(async () => {
			if (JSON.stringify(this.form) === this.#savedText && this.saveState === 'saved') return;
			await this.#save({});
		});
	}

	/** Adds a file: it is on the device when this returns true. */
	addFile(file: PreparedFile): Promise<boolean> {
		return this.#inTurn(async () => {
			const { attachment, rows } = await this.#files.seal(this.id, crypto.randomUUID(), file);
			const isIntact = () => this.#files.isIntact(this.id, attachment);
			return this.#save({ added: rows, isIntact }, [...this.attachments, attachment]);
		});
	}

	removeFile(attachmentId: string): Promise<boolean> {
		const rest = this.attachments.filter(({ id }) => id !== attachmentId);
		return this.#inTurn(() => this.#save({ removedAttachmentId: attachmentId }, rest));
	}

	/** The draft as it lies on the device; call `flush` first. */
	get draft(): Draft {
		return this.#draft;
	}

	readThumbnail(attachment: Attachment): Promise<ArrayBuffer | null> {
		return this.#files.readThumbnail(this.id, attachment);
	}

	async #save(change: FileChange, attachments = this.attachments): Promise<boolean> {
		const form = $state.snapshot(this.form);
		this.saveState = 'saving';
		try {
			const { id, rev, order: _order, ...before } = this.#draft;
			// A draft that was sent meanwhile is not touched any more.
			if (!mayEdit(before.state)) throw new StaleDraft('sent in another tab');
			const content = {
				...before,
				form,
				attachments,
				state: { name: 'editing' } as const,
				step: this.step,
				savedAtMs: Date.now()
			};
			this.#draft = await this.#drafts.save(id, rev, content, change);
			this.attachments = attachments;
			this.#savedText = JSON.stringify(form);
			this.savedAtMs = this.#draft.savedAtMs;
			this.saveState = JSON.stringify(this.form) === this.#savedText ? 'saved' : 'changed';
			return true;
		} catch (error) {
			if (error instanceof UnsavedDraft) this.#draft = { ...this.#draft, rev: error.rev };
			this.saveState = error instanceof StaleDraft ? 'stale' : 'failed';
			return false;
		}
	}

	#inTurn<T>(work: () => Promise<T>): Promise<T> {
		const turn = this.#queue.then(work);
		this.#queue = turn.catch(() => undefined);
		return turn;
	}
}
