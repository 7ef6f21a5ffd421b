// Built as /clean-file.js (tools/build/clean-entry.ts). portal.js loads it when somebody sends a file by a plain form:
// what their device can clean is cleaned there, as in the offline room (decision 0052). The server judges all the same.
import { prepareFile } from './prepare-file.ts';

/** Puts the cleaned file in the place of the chosen one. What cannot be cleaned stays, for the server to say why. */
export async function cleanChosen(input: HTMLInputElement): Promise<void> {
	const [picked] = input.files ?? [];
	if (!picked) return;
	const prepared = await prepareFile(picked);
	if (!prepared.ok) return;
	const { bytes, name, type } = prepared.file;
	const chosen = new DataTransfer();
	chosen.items.add(new File([bytes], name, { type }));
	input.files = chosen.files;
}
