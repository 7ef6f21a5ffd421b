// What happens between picking files and seeing them in the list: one after the other, each saved before the next, and
// what goes wrong is told by name. The names are written down first, so that a crash on the way loses no file unnoticed.
import { MAX_FILES } from '#lib/domain/claims/claim.schema.ts';
import type { PreparedFile } from './attachments.ts';
import type { Attachment } from './draft.schema.ts';
import type { DraftEditor } from './draft-editor.svelte.ts';
import { DamagedRecord } from './sealing.ts';

export type IntakeProblem = { readonly name: string; readonly code: string };

export class FileIntake {
	/** The file at work, and what became of the last one. */
	current = $state('');
	saved = $state('');
	problems = $state.raw<readonly IntakeProblem[]>([]);
	/** Files beyond the limit: one line for all of them. */
	leftOutCount = $state(0);
	isBusy = $state(false);
	/** The last file taken out, for as long as the page is open. */
	removed = $state.raw<{ readonly file: PreparedFile; readonly index: number } | null>(null);
	readonly #editor: DraftEditor;

	constructor(editor: DraftEditor) {
		this.#editor = editor;
	}

	/** Takes what was picked, as far as there is room. */
	async add(picked: readonly File[]): Promise<void> {
		if (picked.length === 0) return;
		await this.#busy(async () => {
			const room = Math.max(0, MAX_FILES - this.#editor.attachments.length);
			const taken = picked.slice(0, room);
			this.leftOutCount = picked.length - taken.length;
			await this.#editor.awaitFiles(taken.map(({ name }) => name));
			// Loaded with the first file: whoever only reads their drafts does not need it.
			const { prepareFile } = await import('./prepare-file.ts');
			const { readStorage } = await import('./storage.ts');
			for (const file of taken) {
				this.current = file.name;
				// Refused while there is still room for text, and said what frees some (F31).
				if ((await readStorage()).isNearlyFull) {
					this.#tell(file.name, 'storage-full');
					continue;
				}
				const prepared = await prepareFile(file);
				if (!prepared.ok) this.#tell(file.name, prepared.problem);
				else if (await this.#editor.addFile(prepared.file, { pickedAs: file.name }))
					this.saved = prepared.file.name;
				else this.#tell(file.name, 'file-not-saved');
			}
			// What is not on the device now was told above.
			if (this.#editor.awaitedFiles.length > 0) await this.#editor.awaitFiles([]);
		});
	}

	/** Turns a photo by a quarter to the right. */
	async turn(attachment: Attachment): Promise<void> {
		await this.#busy(async () => {
			this.current = attachment.name;
			const { turnPhoto } = await import('./prepare-file.ts');
			const { name, bytes } = await this.#editor.readFile(attachment);
			const turned = await turnPhoto(name, new Uint8Array(bytes));
			if (!(await this.#editor.replaceFile(attachment.id, turned)))
				this.#tell(name, 'file-not-saved');
		}, attachment.name);
	}

	/** Takes a file out of the draft. It can be put back until the page is left. */
	async remove(attachment: Attachment): Promise<void> {
		const index = this.#editor.attachments.findIndex(({ id }) => id === attachment.id);
		// A damaged one cannot be kept for putting back: taking it out is what its owner wants.
		const file = await this.#editor.readFile(attachment).catch((error: unknown) => {
			if (error instanceof DamagedRecord) return null;
			throw error;
		});
		if (!(await this.#editor.removeFile(attachment.id))) return;
		this.removed = file && { file, index };
	}

	/** Puts the last file taken out back to its place. */
	async putBack(): Promise<void> {
		const { removed } = this;
		if (!removed || !(await this.#editor.addFile(removed.file, { index: removed.index }))) return;
		this.removed = null;
	}

	async #busy(work: () => Promise<void>, name = ''): Promise<void> {
		if (this.isBusy) return;
		this.isBusy = true;
		this.problems = [];
		this.leftOutCount = 0;
		this.saved = '';
		this.removed = null;
		try {
			await work();
		} catch {
			this.#tell(name || this.current, 'file-unreadable');
		} finally {
			this.current = '';
			this.isBusy = false;
		}
	}

	#tell(name: string, code: string): void {
		this.problems = [...this.problems, { name, code }];
	}
}
