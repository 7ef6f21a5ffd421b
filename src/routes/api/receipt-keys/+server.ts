import { json } from '@sveltejs/kit';
import type { RequestHandler } from './$types.js';

/** The public keys that receipts are checked with, all versions: no secret, and nobody's data. */
export const GET: RequestHandler = async ({ locals }) =>
	json({ keys: await locals.services.receiptKeys() });
