// The virus scanner of this machine: it speaks as clamav-rest does and knows one virus, the test file that every real
// scanner knows too (EICAR). For development and tests; in production a real one stands in its place (decision 0041).
import { createServer } from 'node:http';

/** In two halves, so that no scanner takes this source for the virus. */
export const EICAR = [
	'X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-',
	'ANTIVIRUS-TEST-FILE!$H+H*'
].join('');

export type RunningScanner = {
	readonly url: string;
	readonly port: number;
	/** How many files it was asked about. */
	readonly asked: () => number;
	readonly close: () => Promise<void>;
};

export async function startScanner(options: { readonly port: number }): Promise<RunningScanner> {
	let asked = 0;
	const server = createServer((request, response) => {
		const parts: Buffer[] = [];
		request.on('data', (part: Buffer) => parts.push(part));
		request.on('end', () => {
			asked += 1;
			const isFound = Buffer.concat(parts).includes(EICAR, 0, 'latin1');
			const status = isFound ? 'FOUND' : 'OK';
			response.writeHead(isFound ? 406 : 200, { 'Content-Type': 'application/json' });
			response.end(JSON.stringify([{ Status: status }]));
		});
	});
	await new Promise<void>((done, failed) => {
		server.once('error', failed);
		server.listen(options.port, '127.0.0.1', done);
	});
	const address = server.address();
	const port = typeof address === 'object' && address ? address.port : options.port;
	return {
		url: `http://127.0.0.1:${port}/v2/scan`,
		port,
		asked: () => asked,
		close: () =>
			new Promise((done) => {
				server.close(() => done());
				server.closeAllConnections();
			})
	};
}
