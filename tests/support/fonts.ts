import { readFile } from 'node:fs/promises';
import type { PdfFonts } from '#lib/server/platform/pdf.ts';

const FOLDER = 'node_modules/@expo-google-fonts/noto-sans';

/** The fonts of our PDFs, as the static files have them. */
export async function loadTestFonts(): Promise<PdfFonts> {
	const [regular, bold] = await Promise.all([
		readFile(`${FOLDER}/400Regular/NotoSans_400Regular.ttf`),
		readFile(`${FOLDER}/700Bold/NotoSans_700Bold.ttf`)
	]);
	return { regular, bold };
}
