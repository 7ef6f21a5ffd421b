/** `npm run sbom`: every package of the lock file with version and hash, as CycloneDX, in dist/sbom.json. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as v from 'valibot';

const ROOT = resolve(import.meta.dirname, '../..');
const LARGEST_BYTES = 64 * 1024 * 1024;

const sbomSchema = v.looseObject({
	bomFormat: v.literal('CycloneDX'),
	metadata: v.looseObject({ component: v.looseObject({ name: v.string() }) }),
	components: v.array(
		v.looseObject({ name: v.string(), version: v.string(), hashes: v.array(v.unknown()) })
	)
});
export type Sbom = v.InferOutput<typeof sbomSchema>;

/** Read from the lock file alone: what is installed on this machine changes nothing. */
export function listComponents(root = ROOT): Sbom {
	const text = execFileSync('npm', ['sbom', '--sbom-format=cyclonedx', '--package-lock-only'], {
		cwd: root,
		encoding: 'utf8',
		maxBuffer: LARGEST_BYTES
	});
	const sbom = v.parse(sbomSchema, JSON.parse(text));
	// npm takes the name of the folder.
	sbom.metadata.component.name = 'kundenportal';
	return sbom;
}

function main(): void {
	const sbom = listComponents();
	mkdirSync(join(ROOT, 'dist'), { recursive: true });
	writeFileSync(join(ROOT, 'dist/sbom.json'), `${JSON.stringify(sbom, null, '\t')}\n`);
	console.log(`dist/sbom.json: ${sbom.components.length} components`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) main();
