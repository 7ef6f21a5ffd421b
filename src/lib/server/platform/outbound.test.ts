import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { fetchOutbound } from './outbound.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
	await Promise.all(closing.splice(0).map((close) => close()));
});

async function serve(listener: RequestListener): Promise<string> {
	const server = createServer(listener);
	await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
	closing.push(
		() =>
			new Promise((done) => {
				server.close(() => done());
				server.closeAllConnections();
			})
	);
	return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function neverCalled(): Promise<Response> {
	throw new Error('a request left');
}

test('B3: an allowed host is asked, with method and body', async () => {
	const host = await serve((request, response) => response.end(request.method));
	const answer = await fetchOutbound(`http://${host}/x`, { method: 'PUT', body: 'text' }, [host]);
	expect(await answer.text()).toBe('PUT');
});

test.each([
	['another host', 'https://evil.example/'],
	['a host that only ends like an allowed one', 'https://evil-sink.example/'],
	['a host below an allowed one', 'https://a.sink.example/'],
	['another port', 'https://sink.example:8443/'],
	['an allowed name before the @', 'https://sink.example@evil.example/'],
	['a name and password', 'https://user:secret@sink.example/'],
	['an unencrypted address', 'http://sink.example/'],
	['the metadata service', 'http://169.254.169.254/latest'],
	['another protocol', 'ftp://sink.example/']
])('B3: %s is refused before anything leaves', async (_, url) => {
	const attempt = fetchOutbound(url, {}, ['sink.example'], { fetch: neverCalled });
	await expect(attempt).rejects.toThrow(/^outbound: /);
});

test.each([301, 302, 303, 307, 308])('B3: a redirect with %i is not followed', async (status) => {
	let asked = 0;
	const target = await serve((_, response) => {
		asked += 1;
		response.end('secret');
	});
	const host = await serve((_, response) => {
		response.writeHead(status, { location: `http://${target}/` }).end();
	});
	await expect(fetchOutbound(`http://${host}/`, {}, [host, target])).rejects.toThrow(/redirect/);
	expect(asked).toBe(0);
});

test('B3: a host that never answers ends in time', async () => {
	const host = await serve(() => {});
	await expect(fetchOutbound(`http://${host}/`, {}, [host], { timeoutMs: 50 })).rejects.toThrow();
});

test('ASVS 4.2.5: an address or a head that is too long is refused before anything leaves', async () => {
	const attempt = (path: string, headers: Record<string, string>) =>
		fetchOutbound(`https://sink.example/${path}`, { headers }, ['sink.example'], {
			fetch: () => Promise.resolve(new Response('sent'))
		}).then((answer) => answer.text());
	const token = (length: number) => ({ Authorization: 'x'.repeat(length) });
	expect(await attempt('a'.repeat(1900), token(8000))).toBe('sent');
	await expect(attempt('a'.repeat(2100), {})).rejects.toThrow(/^outbound: too long/);
	// What looks short may be long once it is written as an address.
	await expect(attempt('ü'.repeat(400), {})).rejects.toThrow(/^outbound: too long/);
	await expect(attempt('a', token(8200))).rejects.toThrow(/^outbound: too long/);
});
