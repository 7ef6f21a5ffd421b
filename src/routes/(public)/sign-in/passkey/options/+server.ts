import { offerPasskey } from '#lib/server/edge/passkey.actions.ts';
import type { RequestHandler } from './$types.js';

export const POST: RequestHandler = (event) => offerPasskey(event, 'customer');
