import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Files below a browser's profile that hold one of the texts in clear, in UTF-8 or UTF-16. */
export function findPlaintext(profile: string, texts: readonly string[]): readonly string[] {
	const needles = texts.flatMap((text) => [
		Buffer.from(text, 'utf8'),
		Buffer.from(text, 'utf16le')
	]);
	const found: string[] = [];
	for (const entry of readdirSync(profile, { recursive: true, encoding: 'utf8' })) {
		const path = join(profile, entry);
		if (!statSync(path, { throwIfNoEntry: false })?.isFile()) continue;
		const bytes = readFileSync(path);
		if (needles.some((needle) => bytes.includes(needle))) found.push(entry);
	}
	return found;
}
