/** Fails when the tables say something that no migration says yet. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = mkdtempSync(join(tmpdir(), 'kp-drift-'));
try {
	cpSync('drizzle', folder, { recursive: true });
	const before = readdirSync(folder).length;
	const generate = spawnSync(
		'node_modules/.bin/drizzle-kit',
		['generate', '--dialect=turso', '--schema=./src/lib/server/db/tables/*.ts', `--out=${folder}`],
		{ encoding: 'utf8' }
	);
	if (generate.status !== 0) {
		console.error(generate.stdout + generate.stderr);
		process.exitCode = 1;
	} else if (readdirSync(folder).length !== before) {
		console.error('The tables have changed: run `npm run db:generate`, read the SQL, commit both.');
		process.exitCode = 1;
	} else {
		console.log('Tables and migrations say the same.');
	}
} finally {
	rmSync(folder, { recursive: true, force: true });
}
