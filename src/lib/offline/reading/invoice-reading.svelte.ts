// Reading one photo of an invoice, from "may I load this" to suggestions. Nothing leaves the device, nothing is filled in
// by itself.
import { findSuggestions, type Suggestion } from '#lib/domain/claims/suggestions.ts';
import { readCodes } from './codes.ts';
import { areOnDevice, downloadFiles } from './download.ts';
import { CODE_FILES, TEXT_FILES, totalBytes } from './files.ts';
import { readText } from './text.ts';

export type ReadingStep = 'idle' | 'loading' | 'reading' | 'done' | 'offline' | 'failed';

export class InvoiceReading {
	step = $state<ReadingStep>('idle');
	/** How far loading or reading has come, 0 to 1. */
	share = $state(0);
	suggestions = $state.raw<readonly Suggestion[]>([]);
	/** What pressing a button loads; 0 where everything is on the device. */
	codeBytes = $state<number | null>(null);
	textBytes = $state<number | null>(null);
	hasReadText = $state(false);
	#codes: readonly string[] = [];
	#text: string | null = null;

	/** Asks the device what is missing, so that its size can be told before. */
	async look(): Promise<void> {
		this.codeBytes = (await areOnDevice(CODE_FILES)) ? 0 : totalBytes(CODE_FILES);
		this.textBytes = (await areOnDevice(TEXT_FILES)) ? 0 : totalBytes(TEXT_FILES);
	}

	readCodes(bytes: () => Promise<ArrayBuffer>): Promise<void> {
		return this.#run(CODE_FILES, async () => {
			this.#codes = await readCodes(await bytes());
		});
	}

	readText(bytes: () => Promise<ArrayBuffer>): Promise<void> {
		return this.#run(TEXT_FILES, async () => {
			this.#text = await readText(await bytes(), (share) => (this.share = share));
			this.hasReadText = true;
		});
	}

	async #run(files: typeof CODE_FILES, read: () => Promise<void>): Promise<void> {
		this.step = 'loading';
		this.share = 0;
		try {
			await downloadFiles(files, (share) => (this.share = share));
		} catch {
			this.step = 'offline';
			return;
		}
		this.step = 'reading';
		this.share = 0;
		try {
			await read();
			this.suggestions = findSuggestions(this.#codes, this.#text);
			this.step = 'done';
		} catch {
			this.step = 'failed';
		}
		await this.look();
	}
}
