/** Makes what the checks read and git does not hold: compiled messages and SvelteKit's types. */
import { spawnSync } from 'node:child_process';

for (const [command, ...rest] of [
	[
		'node_modules/.bin/paraglide-js',
		...['compile', '--project', './project.inlang', '--outdir', './src/lib/i18n/generated'],
		'--emit-ts-declarations'
	],
	['node_modules/.bin/svelte-kit', 'sync']
]) {
	const { status } = spawnSync(command ?? '', rest, { stdio: 'inherit' });
	if (status !== 0) process.exit(status ?? 1);
}
