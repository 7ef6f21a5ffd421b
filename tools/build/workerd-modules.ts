import { resolve } from 'node:path';

/** What stands for workerd's own modules where the server runs in Node: development server and tests. */
export const WORKERD_MODULES_IN_NODE = {
	'cloudflare:sockets': resolve(import.meta.dirname, '../start/node-sockets.ts')
};
