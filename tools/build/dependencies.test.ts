import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { listComponents } from './sbom.ts';

const manifestSchema = v.object({
	dependencies: v.record(v.string(), v.string()),
	devDependencies: v.record(v.string(), v.string()),
	overrides: v.record(v.string(), v.string())
});
const lockSchema = v.object({
	packages: v.record(
		v.string(),
		v.object({
			version: v.optional(v.string()),
			integrity: v.optional(v.string()),
			resolved: v.optional(v.string()),
			link: v.optional(v.boolean()),
			dependencies: v.optional(v.record(v.string(), v.string())),
			devDependencies: v.optional(v.record(v.string(), v.string()))
		})
	)
});
const read = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));
const manifest = v.parse(manifestSchema, read('package.json'));
const { '': root, ...packages } = v.parse(lockSchema, read('package-lock.json')).packages;

test('O3: every dependency is pinned to one version, and the lock file agrees', () => {
	const pinned = { ...manifest.dependencies, ...manifest.devDependencies };
	for (const [name, version] of Object.entries({ ...pinned, ...manifest.overrides })) {
		expect(version, name).toMatch(/^\d+\.\d+\.\d+(-[\w.]+)?$/);
	}
	expect({ ...root?.dependencies, ...root?.devDependencies }).toEqual(pinned);
	for (const [name, version] of Object.entries(pinned)) {
		expect(packages[`node_modules/${name}`]?.version, name).toBe(version);
	}
});

test('O3: every package is checked by its SHA-512 and comes from the one configured registry', () => {
	expect(Object.keys(packages).length).toBeGreaterThan(100);
	for (const [path, { integrity, resolved, link }] of Object.entries(packages)) {
		expect(integrity, path).toMatch(/^sha512-[\w+/]{86}==$/);
		// No address of its own: neither a git repository, nor a folder, nor another host.
		expect(resolved, path).toBeUndefined();
		expect(link, path).toBeUndefined();
	}
});

test('O3: the list of components names every package of the lock file with its hash', () => {
	const { components, metadata } = listComponents();
	expect(metadata.component.name).toBe('kundenportal');
	const listed = new Set(components.map(({ name, version }) => `${name}@${version}`));
	for (const [path, { version }] of Object.entries(packages)) {
		const name = path.split('node_modules/').at(-1) ?? path;
		expect(listed, path).toContain(`${name}@${version}`);
	}
	for (const { name, hashes } of components) expect(hashes, name).not.toEqual([]);
});
