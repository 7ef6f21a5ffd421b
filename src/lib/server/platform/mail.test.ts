import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { sendMail } from './mail.ts';

const servers: Server[] = [];
const mail = { to: 'a@example.org', from: 'b@example.com', subject: 'x', text: 'x' };

function listen(onConnection: (socket: Socket) => void): Promise<number> {
	return new Promise((done) => {
		const server = createServer(onConnection).listen(0, '127.0.0.1', () => {
			const address = server.address();
			done(typeof address === 'object' && address ? address.port : 0);
		});
		servers.push(server);
	});
}

const settings = (port: number) => ({
	...{ host: '127.0.0.1', port },
	...{ secure: 'none' as const, user: '', password: '', timeoutMs: 300 }
});

afterEach(() => servers.splice(0).forEach((server) => server.close()));

describe('sendMail', () => {
	it('fails when nobody listens', async () => {
		const port = await listen(() => undefined);
		servers.splice(0).forEach((server) => server.close());
		await expect(sendMail(settings(port), mail)).rejects.toThrow('not reachable');
	});

	it('fails in time when the server says nothing', async () => {
		const port = await listen((socket) => socket.on('error', () => undefined));
		await expect(sendMail(settings(port), mail)).rejects.toThrow('too long');
	});

	it('fails when the server hangs up in the middle', async () => {
		const port = await listen((socket) => {
			socket.write('220 hi\r\n');
			socket.on('data', () => socket.end('421 closing\r\n'));
		});
		await expect(sendMail(settings(port), mail)).rejects.toThrow('421');
	});

	it('sends no password in clear to another machine', async () => {
		const open = { ...settings(25), host: 'mail.example.org' };
		await expect(sendMail({ ...open, user: 'u', password: 'p' }, mail)).rejects.toThrow('in clear');
	});
});
