import { failed } from '#lib/domain/result.ts';
import { readInvitationToken } from '#lib/server/edge/invitation-cookie.ts';
import { answerJson } from '#lib/server/http.ts';
import type { RequestHandler } from './$types.js';

export const POST: RequestHandler = async ({ locals, cookies }) => {
	const token = readInvitationToken(cookies);
	return answerJson(
		token === null
			? failed('invalid', 'accounts/mail-link-invalid')
			: await locals.services.staffInvitations.offer(token)
	);
};
