import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';

export type WorkerSettings = {
	/** File name of the bundle's main module. */
	readonly main: string;
	readonly compatibilityDate: string;
	readonly compatibilityFlags: readonly string[];
};

/** The few settings that plain workerd shares with Cloudflare; wrangler's own reader takes a second to load. */
export async function readWranglerToml(projectDir: string): Promise<WorkerSettings> {
	const toml = await readFile(join(projectDir, 'wrangler.toml'), 'utf8');
	return {
		main: basename(valueOf(toml, 'main').replaceAll('"', '')).replace(/\.ts$/, '.js'),
		compatibilityDate: valueOf(toml, 'compatibility_date').replaceAll('"', ''),
		compatibilityFlags: [...valueOf(toml, 'compatibility_flags').matchAll(/"([^"]+)"/g)].flatMap(
			([, flag]) => flag ?? []
		)
	};
}

function valueOf(toml: string, key: string): string {
	const value = new RegExp(`^${key} = (.+)$`, 'm').exec(toml)?.[1];
	if (!value) throw new Error(`wrangler.toml has no ${key}`);
	return value;
}
