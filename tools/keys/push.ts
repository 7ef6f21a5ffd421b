/** The key that signs for notices to devices (RFC 8292). Its JSON is the secret `PUSH_KEY` of the Worker. */
export async function freshPushKey(): Promise<string> {
	const { privateKey } = await crypto.subtle.generateKey(
		{ name: 'ECDSA', namedCurve: 'P-256' },
		true,
		['sign', 'verify']
	);
	const { kty, crv, x, y, d } = await crypto.subtle.exportKey('jwk', privateKey);
	return JSON.stringify({ kty, crv, x, y, d });
}

if (import.meta.main) {
	console.log(await freshPushKey());
	console.error(
		'Store this line as the secret PUSH_KEY (wrangler secret put PUSH_KEY).\n' +
			'With another key later, everybody has to switch their notices on again.'
	);
}
