import { createServer, type Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { chooseFreePort, portFrom, requireFreePort } from './ports.ts';

let server: Server | undefined;

afterEach(() => server?.close());

describe('requireFreePort', () => {
	it('names the port, its purpose and the variable to set when it is in use', async () => {
		const port = await chooseFreePort(0);
		await new Promise<void>((done) => {
			server = createServer().listen(port, '127.0.0.1', done);
		});
		await expect(requireFreePort(port, 'MAIL_PORT', 'the inbox')).rejects.toThrow(
			`Port ${port} (the inbox) is in use. End the program that uses it, or set another one: MAIL_PORT=`
		);
	});

	it('lets a free port pass', async () => {
		const port = await chooseFreePort(0);
		await expect(requireFreePort(port, 'PORT', 'the portal')).resolves.toBeUndefined();
	});
});

describe('portFrom', () => {
	it('takes the variable, else the usual port', () => {
		expect(portFrom('PORT', 8788, { PORT: '9000' })).toBe(9000);
		expect(portFrom('PORT', 8788, {})).toBe(8788);
		expect(portFrom('PORT', 8788, { PORT: '' })).toBe(8788);
	});

	it.each(['0', '-1', '65536', '80a', '8.5'])('refuses %s', (text) => {
		expect(() => portFrom('PORT', 8788, { PORT: text })).toThrow(`PORT=${text} is no port`);
	});
});
