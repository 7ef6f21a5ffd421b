import { createServer } from 'node:net';
import { StartError } from './start-error.ts';

const HIGHEST_PORT = 65_535;

/** The port that the variable names, or the usual one. */
export function portFrom(
	variable: string,
	usual: number,
	env: Readonly<Record<string, string | undefined>> = process.env
): number {
	const text = env[variable];
	if (text === undefined || text === '') return usual;
	const port = Number(text);
	if (Number.isInteger(port) && port > 0 && port <= HIGHEST_PORT) return port;
	throw new StartError(`${variable}=${text} is no port. Give a number from 1 to ${HIGHEST_PORT}.`);
}

export async function requireFreePort(
	port: number,
	variable: string,
	purpose: string
): Promise<void> {
	if (await isFree(port)) return;
	throw new StartError(
		`Port ${port} (${purpose}) is in use. End the program that uses it, or set another one: ` +
			`${variable}=${port + 1_000} npm start`
	);
}

/** `0` becomes a port that is free now; any other number stays. */
export async function chooseFreePort(port: number): Promise<number> {
	if (port !== 0) return port;
	return listen(0);
}

async function isFree(port: number): Promise<boolean> {
	return listen(port).then(
		() => true,
		() => false
	);
}

function listen(port: number): Promise<number> {
	return new Promise((done, failed) => {
		const server = createServer();
		server.once('error', failed);
		server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
			const address = server.address();
			const chosen = typeof address === 'object' && address ? address.port : port;
			server.close(() => done(chosen));
		});
	});
}
