import { may, type Action, type Role } from '#lib/domain/actor.ts';
import type { LayoutServerLoad } from './$types.js';
import { sessionData, shellData } from '#lib/server/edge/shell-data.ts';

/** What a role may not do is not offered; the services refuse it anyway. */
const PLACES = [
	['/staff', 'claim/read-queue'],
	['/staff/post', 'claim/capture'],
	['/staff/messages', 'message/answer'],
	['/staff/information', 'information/write'],
	['/staff/figures', 'claim/read-figures'],
	['/staff/inquiries', 'claim/answer-inquiries'],
	['/staff/proofs', 'contract/check-proofs'],
	['/staff/requests', 'contract/answer-requests'],
	['/staff/payouts', 'payout/read'],
	['/staff/rates', 'rate/read'],
	['/staff/openings', 'claim/review-openings'],
	['/staff/recoveries', 'recovery/check'],
	['/staff/customers', 'customer/end-sessions'],
	['/staff/people', 'staff/read'],
	['/staff/holds', 'hold/read'],
	['/staff/operations', 'operations/read'],
	['/staff/own', 'staff/name-own-contracts'],
	['/staff/account', 'staff/manage-own-passkeys']
] as const satisfies readonly (readonly [string, Action])[];

export type StaffPlace = (typeof PLACES)[number][0];

const placesOf = (role: Role): readonly StaffPlace[] =>
	PLACES.filter(([, action]) => may(role, action)).map(([href]) => href);

export const load: LayoutServerLoad = ({ locals, url, request }) => {
	return {
		...shellData(locals.locale, url),
		...sessionData(locals.signedIn, request.method),
		person: { displayName: locals.signedIn?.displayName ?? '' },
		unreadCount: locals.signedIn?.unreadCount ?? 0,
		places: placesOf(locals.actor.role)
	};
};
