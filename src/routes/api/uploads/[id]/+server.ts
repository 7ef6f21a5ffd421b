import type { RequestHandler } from './$types';

/**
 * tus 1.0, one upload. No DELETE: a submission that is withdrawn takes its uploads with it.
 */
const answer: RequestHandler = ({ locals, request }) =>
	locals.services.uploads.answer(locals.actor, request);

export const HEAD = answer;
export const PATCH = answer;
export const OPTIONS = answer;
