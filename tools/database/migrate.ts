import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createClient, type Client } from '@libsql/client';

const FOLDER = new URL('../../drizzle/', import.meta.url);
const BREAKPOINT = '--> statement-breakpoint';

type Migration = {
	readonly name: string;
	readonly statements: readonly string[];
	readonly hash: string;
};

/** The migrations of `drizzle/` in order. */
export function listMigrations(): readonly Migration[] {
	return readdirSync(FOLDER)
		.filter((name) => name.endsWith('.sql'))
		.toSorted()
		.map((name) => {
			const sql = readFileSync(new URL(name, FOLDER), 'utf8');
			return {
				name,
				statements: sql.split(BREAKPOINT).map((part) => part.trim()),
				hash: createHash('sha256').update(sql).digest('hex')
			};
		});
}

/**
 * Applies what is missing, each migration with its record in one transaction: a migration that fails
 * half-way leaves nothing. Refuses when an applied file was edited. Answers the names applied.
 */
export async function migrateClient(client: Client): Promise<readonly string[]> {
	await client.execute(
		'create table if not exists migrations (name text primary key, hash text not null, applied_at text not null)'
	);
	const { rows } = await client.execute('select name, hash from migrations');
	const applied = new Map(rows.map((row) => [String(row['name']), String(row['hash'])]));
	const names: string[] = [];
	for (const { name, statements, hash } of listMigrations()) {
		const known = applied.get(name);
		if (known === hash) continue;
		if (known !== undefined) {
			throw new Error(
				`drizzle/${name} was changed after it had been applied: add a new migration.`
			);
		}
		await client.migrate([
			...statements,
			{
				sql: 'insert into migrations (name, hash, applied_at) values (?, ?, ?)',
				args: [name, hash, new Date().toISOString()]
			}
		]);
		names.push(name);
	}
	return names;
}

/** Migrates the database at `url`; closes its connection. */
export async function migrate(url: string, token?: string): Promise<readonly string[]> {
	const client = createClient(token ? { url, authToken: token } : { url });
	try {
		return await migrateClient(client);
	} finally {
		client.close();
	}
}

if (import.meta.main) {
	const url = process.env['DATABASE_URL'];
	if (!url) {
		console.error('Set DATABASE_URL (and DATABASE_TOKEN) to the database to migrate.');
		process.exit(1);
	}
	const names = await migrate(url, process.env['DATABASE_TOKEN']);
	console.log(names.length === 0 ? 'Nothing to migrate.' : `Applied: ${names.join(', ')}`);
}
