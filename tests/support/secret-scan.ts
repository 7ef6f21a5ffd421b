import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Every file below a folder. */
export function filesBelow(folder: string): readonly string[] {
	if (!existsSync(folder)) return [];
	return readdirSync(folder, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map((entry) => join(entry.parentPath, entry.name));
}

/** `file: what` for every text that stands in a file below the folder, as it is or in base64. */
export function findTexts(
	folder: string,
	texts: Readonly<Record<string, string>>
): readonly string[] {
	return filesBelow(folder).flatMap((file) => {
		const content = readFileSync(file);
		return Object.entries(texts)
			.filter(
				([, text]) =>
					content.includes(text) || content.includes(Buffer.from(text).toString('base64'))
			)
			.map(([name]) => `${file}: ${name}`);
	});
}
