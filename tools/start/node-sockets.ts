// Stands in for `cloudflare:sockets` where the server runs in Node: the development server and the tests
// (vite.config.ts). Knows plain and TLS connections; STARTTLS exists only in workerd.
import { connect as connectTcp } from 'node:net';
import { Readable, Writable } from 'node:stream';
import { connect as connectTls } from 'node:tls';

type Address = { readonly hostname: string; readonly port: number };
type Options = { readonly secureTransport: 'on' | 'off' | 'starttls' };

export function connect({ hostname, port }: Address, { secureTransport }: Options) {
	const isTls = secureTransport === 'on';
	const socket = isTls
		? connectTls({ host: hostname, port, servername: hostname })
		: connectTcp({ host: hostname, port });
	const opened = new Promise<void>((done, failed) => {
		socket.once(isTls ? 'secureConnect' : 'connect', () => done());
		socket.once('error', failed);
	});
	return {
		opened,
		readable: Readable.toWeb(socket),
		writable: Writable.toWeb(socket),
		startTls(): never {
			throw new Error(
				'STARTTLS is not available in the development server: use SMTP_SECURE=none or tls'
			);
		},
		close: () => {
			socket.destroy();
			return Promise.resolve();
		}
	};
}
