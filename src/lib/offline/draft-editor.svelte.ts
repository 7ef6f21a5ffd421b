// One open draft: what is typed, and whether it is saved. Saving is never in doubt: `saved` means read back from the
// device, anything else is shown as what it is.
import { MAX_FILES } from '#lib/domain/claims/claim.schema.ts';
import type { DraftForm, DraftStep } from '#lib/domain/claims/draft-form.ts';
import type { FieldConflict } from '#lib/domain/claims/draft-conflicts.ts';
import { mayEdit } from '#lib/domain/claims/draft.ts';
import type { AttachmentStore, PreparedFile } from './attachments.ts';
import type { Attachment, Draft } from './draft.schema.ts';
import type { DraftChange } from './sync.ts';
import { StaleDraft, UnsavedDraft, type DraftStore, type FileChange } from './drafts.ts';

const AUTOSAVE_MS = 300;

export type SaveState = 'saved' | 'changed' | 'saving' | 'failed' | 'stale';

export class DraftEditor {
	readonly id: string;
	form: DraftForm;
	attachments = $state.raw<readonly Attachment[]>([]);
	awaitedFiles = $state.raw<readonly string[]>([]);
	/** Fields that were changed on another device too. */
	conflicts = $state.raw<readonly FieldConflict[]>([]);
	saveState = $state<SaveState>('saved');
	savedAtMs = $state<number | null>(null);
	step: DraftStep;
	readonly #drafts: DraftStore;
	readonly #files: AttachmentStore;
	#draft: Draft;
	#savedText: string;
	#savedStep: DraftStep;
	#timer: ReturnType<typeof setTimeout> | undefined;
	#queue: Promise<unknown> = Promise.resolve();

	constructor(draft: Draft, drafts: DraftStore, files: AttachmentStore) {
		this.id = draft.id;
		this.form = $state(structuredClone(draft.form));
		this.attachments = draft.attachments;
		this.awaitedFiles = draft.awaitedFiles;
		this.conflicts = draft.conflicts ?? [];
		this.step = draft.step;
		this.savedAtMs = draft.rev > 0 ? draft.savedAtMs : null;
		this.#drafts = drafts;
		this.#files = files;
		this.#draft = draft;
		this.#savedText = JSON.stringify(draft.form);
		this.#savedStep = draft.step;
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
			const isSame = JSON.stringify(this.form) === this.#savedText;
			// A phone may end this page while its camera is open: it comes back at the same step.
			if (isSame && this.step === this.#savedStep && this.saveState === 'saved') return;
			await this.#save({});
		});
	}

	/**
	 * Writes down which files are about to be prepared. The browser gives them once: after a crash on
	 * the way the customer is told by name which ones to pick again. An empty list: nothing is missing.
	 */
	awaitFiles(names: readonly string[]): Promise<boolean> {
		return this.#inTurn(() => this.#save({}, this.attachments, names));
	}

	/** Adds a file, last or at `index`: it is on the device when this returns true. */
	addFile(
		file: PreparedFile,
		{ index = MAX_FILES, pickedAs = '' }: { index?: number; pickedAs?: string } = {}
	): Promise<boolean> {
		return this.#inTurn(async () => {
			const { attachment, rows } = await this.#files.seal(this.id, crypto.randomUUID(), file);
			const isIntact = () => this.#files.isIntact(this.id, attachment);
			const awaited = without(this.awaitedFiles, pickedAs);
			const all = this.attachments.toSpliced(index, 0, attachment);
			return this.#save({ added: rows, isIntact }, all, awaited);
		});
	}

	/** Puts a file in the place of another, in one write: one of the two is always there. */
	replaceFile(attachmentId: string, file: PreparedFile): Promise<boolean> {
		return this.#inTurn(async () => {
			const { attachment, rows } = await this.#files.seal(this.id, crypto.randomUUID(), file);
			const isIntact = () => this.#files.isIntact(this.id, attachment);
			const change = { added: rows, isIntact, removedAttachmentId: attachmentId };
			return this.#save(
				change,
				this.attachments.map((one) => (one.id === attachmentId ? attachment : one))
			);
		});
	}

	removeFile(attachmentId: string): Promise<boolean> {
		return this.#inTurn(() =>
			this.#save(
				{ removedAttachmentId: attachmentId },
				this.attachments.filter(({ id }) => id !== attachmentId)
			)
		);
	}

	/** The choice between two devices, by the customer alone; without `form` what stands here stays. */
	settle(conflict: FieldConflict, form?: DraftForm): Promise<boolean> {
		if (form) this.form = form;
		this.conflicts = this.conflicts.filter(({ field }) => field !== conflict.field);
		return this.#inTurn(() => this.#save({}));
	}

	/**
	 * Takes over what another device has changed, between two saves; what is being typed meanwhile is
	 * joined with it. Null when nothing was changed, or what is here cannot be saved.
	 */
	change(make: (draft: Draft) => Promise<DraftChange | null>): Promise<Draft | null> {
		clearTimeout(this.#timer);
		return this.#inTurn(async () => {
			if (this.hasUnsaved && !(await this.#save({}))) return null;
			const change = await make(this.#draft);
			if (!change) return null;
			const { id, rev, form } = this.#draft;
			this.#draft = await this.#drafts.save(id, rev, change.content, change.files);
			const { attachments, conflicts = [] } = change.content;
			this.form = change.join(form, $state.snapshot(this.form));
			this.attachments = attachments;
			this.conflicts = conflicts;
			this.#savedText = JSON.stringify(change.content.form);
			this.savedAtMs = this.#draft.savedAtMs;
			return this.#draft;
		});
	}

	/** The draft as it lies on the device; call `flush` first. */
	get draft(): Draft {
		return this.#draft;
	}

	readThumbnail(attachment: Attachment): Promise<ArrayBuffer | null> {
		return this.#files.readThumbnail(this.id, attachment);
	}

	/** A file of this draft as it was added. Throws `DamagedRecord` where that is not so any more. */
	async readFile(attachment: Attachment): Promise<PreparedFile> {
		const { name, type, looksEmpty, looksBlurred, sizeBytes } = attachment;
		const bytes = await this.#files.read(this.id, attachment, 0, sizeBytes);
		const thumbnail = await this.readThumbnail(attachment);
		return { name, type, looksEmpty, looksBlurred, bytes: bytes.buffer, thumbnail };
	}

	/** False where the file is still on another device only. */
	isFileHere(attachment: Attachment): Promise<boolean> {
		return this.#files.isHere(attachment);
	}

	async #save(
		change: FileChange,
		attachments = this.attachments,
		awaitedFiles = this.awaitedFiles
	): Promise<boolean> {
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
				awaitedFiles,
				...(this.conflicts.length > 0 || before.conflicts ? { conflicts: this.conflicts } : {}),
				state: { name: 'editing' } as const,
				step: this.step,
				savedAtMs: Date.now()
			};
			this.#draft = await this.#drafts.save(id, rev, content, change);
			this.attachments = attachments;
			this.awaitedFiles = awaitedFiles;
			this.#savedText = JSON.stringify(form);
			this.#savedStep = content.step;
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

/** The list without the first entry of that name: two files may have the same. */
function without(names: readonly string[], name: string): readonly string[] {
	const at = names.indexOf(name);
	return at < 0 ? names : names.toSpliced(at, 1);
}
