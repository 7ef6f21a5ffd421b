import type { RequestHandler } from './$types';

/** tus 1.0, creation and what the server can do. */
const answer: RequestHandler = ({ locals, request }) =>
	locals.services.uploads.answer(locals.actor, request);

export const POST = answer;
export const OPTIONS = answer;
