import { generateKeys, type Keys } from '#lib/server/platform/keys.ts';

/** A fresh set of root keys. Its JSON is the secret `KEYS` of the Worker. */
export function freshKeys(): Keys {
	return generateKeys((length) => crypto.getRandomValues(new Uint8Array(length)));
}

if (import.meta.main) {
	console.log(JSON.stringify(freshKeys()));
	console.error(
		'Store this line as the secret KEYS (wrangler secret put KEYS) and in your key safe, nowhere else.\n' +
			'Without it nothing personal in the database can ever be read again.'
	);
}
