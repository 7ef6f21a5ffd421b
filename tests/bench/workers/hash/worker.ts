// The portal's own password hash and nothing else; `/nothing` costs what asking costs.
import { createPasswords } from '#lib/server/platform/passwords.ts';
import { keysSchema } from '#lib/server/platform/keys.ts';
import * as v from 'valibot';

const randomBytes = (length: number) => crypto.getRandomValues(new Uint8Array(length));

export default {
	async fetch(request: Request, env: { readonly KEYS: string }): Promise<Response> {
		if (new URL(request.url).pathname !== '/hash') return new Response('nothing');
		const keys = v.parse(keysSchema, JSON.parse(env.KEYS));
		const passwords = createPasswords(keys, randomBytes);
		return new Response(await passwords.hash('zwölf Monate im Norden'));
	}
};
