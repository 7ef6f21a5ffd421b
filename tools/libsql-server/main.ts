// Starts the development database: DATABASE_FILE, DATABASE_PORT (8080), DATABASE_TOKEN (none).
import { startLibsqlServer } from './server.ts';

const DEFAULT_PORT = 8080;

function stop(reason: string): never {
	process.stderr.write(`libsql-server: ${reason}\n`);
	process.exit(1);
}

function readPort(text: string | undefined): number {
	if (text === undefined || text === '') return DEFAULT_PORT;
	const port = Number(text);
	if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
	return stop(`DATABASE_PORT must be a number from 0 to 65535, not "${text}"`);
}

function explain(error: unknown): string {
	const code = error instanceof Error && 'code' in error ? error.code : undefined;
	if (code === 'EADDRINUSE') return `port ${port} is already in use; set DATABASE_PORT to another`;
	return error instanceof Error ? error.message : String(error);
}

const { DATABASE_FILE: file, DATABASE_TOKEN: authToken } = process.env;
const port = readPort(process.env.DATABASE_PORT);
if (file === undefined || file === '') stop('DATABASE_FILE must name the database file');

const server = await startLibsqlServer({
	file,
	port,
	...(authToken === undefined || authToken === '' ? {} : { authToken })
}).catch((error: unknown) => stop(explain(error)));
process.stdout.write(`libsql-server (development tool): ${server.url} serves ${file}\n`);

const closeServer = () => void server.close();
process.once('SIGINT', closeServer);
process.once('SIGTERM', closeServer);
