// The Worker fetches the fonts of its PDFs as static files: 1.3 MB in its bundle would cost every request.
import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';

export const FONT_SOURCE = 'node_modules/@expo-google-fonts/noto-sans';

export const FONT_FILES = {
	'400Regular/NotoSans_400Regular.ttf': 'noto-sans-regular.ttf',
	'700Bold/NotoSans_700Bold.ttf': 'noto-sans-bold.ttf',
	// The Open Font License travels with every copy.
	LICENSE_FONT: 'noto-sans-license.txt'
};

export async function copyFonts(projectDir: string, assetsDir: string): Promise<void> {
	const target = join(assetsDir, 'fonts');
	await mkdir(target, { recursive: true });
	for (const [from, to] of Object.entries(FONT_FILES)) {
		await cp(join(projectDir, FONT_SOURCE, from), join(target, to));
	}
}
