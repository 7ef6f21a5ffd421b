import { isStaff, type Role } from '#lib/domain/actor.ts';
import { newInvitationPage } from './plain-page.ts';

/**
 * The answer while a new password is due: whoever said "this was not me" may have an intruder in
 * their account. A script gets the code; a person is led to the page where they choose it, and staff,
 * who have none, are told how they come back.
 */
export function newPasswordFirst(
	asks: 'page' | 'data',
	role: Role | null,
	lang: 'de' | 'en'
): Response {
	if (asks === 'data')
		return Response.json({ code: 'portal/must-change-password' }, { status: 403 });
	if (role !== null && isStaff(role)) return newInvitationPage(lang);
	return new Response(null, { status: 303, headers: { Location: '/account/password' } });
}
