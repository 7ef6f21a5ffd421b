/** A push service on this machine, and browsers that open what it was given by node's own cryptography. */
import {
	createDecipheriv,
	createECDH,
	createPublicKey,
	hkdfSync,
	randomBytes,
	verify
} from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as v from 'valibot';
import type { PushSubscription } from '#lib/domain/messages/push.ts';

export type Posted = {
	readonly url: string;
	readonly headers: IncomingHttpHeaders;
	readonly body: Buffer;
};

export type PushServiceStub = Awaited<ReturnType<typeof startPushService>>;

/** Answers what `answer` says; `fetch` leads to it instead of to the service that an endpoint names. */
export async function startPushService() {
	const posted: Posted[] = [];
	let answer: { status: number; headers?: Record<string, string> } = { status: 201 };
	const server = createServer((request, response) => {
		const pieces: Buffer[] = [];
		request.on('data', (piece: Buffer) => pieces.push(piece));
		request.on('end', () => {
			const { url = '', headers } = request;
			posted.push({ url, headers, body: Buffer.concat(pieces) });
			response.writeHead(answer.status, answer.headers).end();
		});
	});
	await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
	const { port } = server.address() as AddressInfo;
	const lead: typeof fetch = (input, init) => {
		const { pathname } = new URL(input instanceof Request ? input.url : input);
		return fetch(`http://127.0.0.1:${port}${pathname}`, init);
	};
	return {
		posted,
		fetch: lead,
		answerWith: (status: number, headers: Record<string, string> = {}) => {
			answer = { status, headers };
		},
		close: () =>
			new Promise<void>((closed) => {
				server.closeAllConnections();
				server.close(() => closed());
			})
	};
}

/** A browser that has subscribed: what it hands out, and how it reads what comes. */
export function newBrowser(name: string) {
	const pair = createECDH('prime256v1');
	const own = pair.generateKeys();
	const auth = randomBytes(16);
	const subscription: PushSubscription = {
		endpoint: `https://fcm.googleapis.com/fcm/send/${name}`,
		p256dh: own.toString('base64url'),
		auth: auth.toString('base64url')
	};
	return {
		subscription,
		/** RFC 8188 and RFC 8291, from the other side. */
		open: (body: Buffer): string => {
			const salt = body.subarray(0, 16);
			const keyLength = body.readUInt8(20);
			const sender = body.subarray(21, 21 + keyLength);
			const sealed = body.subarray(21 + keyLength);
			const info = Buffer.concat([Buffer.from('WebPush: info\0'), own, sender]);
			const agreed = pair.computeSecret(sender);
			const secret = new Uint8Array(hkdfSync('sha256', agreed, auth, info, 32));
			const bits = (label: string, length: number) =>
				Buffer.from(hkdfSync('sha256', secret, salt, `Content-Encoding: ${label}\0`, length));
			const opening = createDecipheriv('aes-128-gcm', bits('aes128gcm', 16), bits('nonce', 12));
			opening.setAuthTag(sealed.subarray(-16));
			const plain = Buffer.concat([opening.update(sealed.subarray(0, -16)), opening.final()]);
			const end = plain.lastIndexOf(2);
			if (plain.subarray(end + 1).some((byte) => byte !== 0)) throw new Error('no last record');
			return plain.subarray(0, end).toString();
		}
	};
}

const claimsSchema = v.strictObject({ aud: v.string(), exp: v.number(), sub: v.string() });

/** What the token of a post says, after its signature has been checked with the key beside it. */
export function checkedClaims({ headers }: Posted) {
	const value = headers.authorization ?? '';
	const [, token = '', point = ''] = /^vapid t=([\w.-]+), k=([\w-]+)$/.exec(value) ?? [];
	const [head = '', claims = '', signature = ''] = token.split('.');
	const half = (from: number) =>
		Buffer.from(point, 'base64url')
			.subarray(from, from + 32)
			.toString('base64url');
	const key = { kty: 'EC', crv: 'P-256', x: half(1), y: half(33) };
	const isGood = verify(
		'sha256',
		Buffer.from(`${head}.${claims}`),
		{ key: createPublicKey({ key, format: 'jwk' }), dsaEncoding: 'ieee-p1363' },
		Buffer.from(signature, 'base64url')
	);
	if (!isGood) throw new Error('the token is not signed by its key');
	const said = v.parse(claimsSchema, JSON.parse(Buffer.from(claims, 'base64url').toString()));
	return { ...said, publicKey: point };
}
