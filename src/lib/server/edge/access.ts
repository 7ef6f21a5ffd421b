import { isStaff, type Role } from '#lib/domain/actor.ts';

/** Who may call a route at all. The services decide again, by record. */
export type RouteAccess = 'everybody' | 'customer' | 'staff' | 'signed-in' | 'service' | 'nobody';

/** Endpoints outside the groups, by route id. Whatever is not named here or grouped is for nobody. */
const NAMED: Readonly<Record<string, RouteAccess>> = {
	'/api/health': 'everybody',
	// The public half: what a receipt is checked with, by anybody.
	'/api/receipt-keys': 'everybody',
	// For sessions that have just ended: it looks at the token itself, and only takes (W6).
	'/api/kept-forms': 'everybody',
	'/csp-report': 'everybody',
	'/shell': 'everybody',
	'/offline': 'everybody',
	'/api/session': 'customer',
	'/api/vault': 'customer',
	// For devices that have no session any more; the name they ask for cannot be guessed.
	'/api/vault/removed': 'everybody',
	'/api/offline-kit': 'customer',
	'/api/push': 'customer',
	'/api/push/end': 'customer',
	'/api/drafts': 'customer',
	'/api/drafts/contact': 'customer',
	'/api/drafts/[id]': 'customer',
	'/api/drafts/[id]/parts/[part]': 'customer',
	'/api/submissions/[id]': 'customer',
	'/api/submissions/[id]/commit': 'customer',
	'/api/uploads': 'customer',
	'/api/uploads/[id]': 'customer'
};

/** Default deny: a route nobody wrote a rule for answers nobody (Z1). */
export function accessOf(routeId: string): RouteAccess {
	if (routeId.startsWith('/(public)')) return 'everybody';
	if (routeId.startsWith('/(customer)')) return 'customer';
	if (routeId.startsWith('/(staff)')) return 'staff';
	if (routeId.startsWith('/(signed-in)')) return 'signed-in';
	// The insurer's own systems: by a token, at a door of their own.
	if (routeId.startsWith('/api/v1/')) return 'service';
	// The offline room is an empty shell: what it shows comes from the device or from /api.
	if (routeId === '/drafts' || routeId.startsWith('/drafts/')) return 'everybody';
	return NAMED[routeId] ?? 'nobody';
}

/** Which host answers a route, where staff have one of their own (ASVS 3.5.4). */
export type RouteHost = 'customers' | 'staff' | 'both';

/** What the frame of every page, the browser itself or the monitoring needs on both hosts. */
const ON_BOTH = [
	'/(public)/language',
	'/(public)/signed-out',
	'/(public)/imprint',
	'/(public)/withdraw',
	'/(public)/privacy',
	'/(public)/help',
	'/(signed-in)',
	'/csp-report',
	'/api/health',
	'/api/kept-forms'
];

export function hostOf(routeId: string): RouteHost {
	const isBelow = (place: string) => routeId === place || routeId.startsWith(`${place}/`);
	if (isBelow('/(staff)') || isBelow('/(public)/staff')) return 'staff';
	return ON_BOTH.some(isBelow) ? 'both' : 'customers';
}

/**
 * The origin this request has reached us at, or null when its host has no such route. With one host
 * for everybody that is always the one; with two, the cookie of one never reaches the other, and
 * neither do its pages (Z8).
 */
export function siteOf(
	origins: { readonly origin: string; readonly staffOrigin: string },
	requested: string,
	routeId: string | null
): string | null {
	const { origin, staffOrigin } = origins;
	if (origin === staffOrigin) return origin;
	if (requested !== origin && requested !== staffOrigin) return null;
	const host = routeId === null ? 'both' : hostOf(routeId);
	if (host === 'both') return requested;
	return requested === (host === 'staff' ? staffOrigin : origin) ? requested : null;
}

/** Pages ask these two by themselves: asking is not using (S4). Pressing "stay signed in" is. */
export function countsAsUse(routeId: string, method: string): boolean {
	// A device that copies its drafts in the background is nobody sitting before it.
	if (routeId.startsWith('/api/drafts')) return false;
	return routeId !== '/api/session' && !(routeId === '/(signed-in)/session' && method === 'GET');
}

/** Endpoints that a script asks: they answer JSON and never lead to a page. */
export function isForScripts(routeId: string): boolean {
	return (
		routeId.startsWith('/api/') ||
		routeId === '/(signed-in)/session' ||
		routeId.startsWith('/(customer)/account/confirm/[id]/') ||
		routeId.startsWith('/(staff)/staff/account/confirm/[id]/')
	);
}

/** What opens while a new password is due: choosing it, proving it, and leaving. */
export function isOpenBeforeNewPassword(routeId: string): boolean {
	return (
		routeId === '/(customer)/account/password' ||
		routeId === '/(customer)/account/confirm/[id]' ||
		routeId === '/(customer)/account/confirm/[id]/passkey' ||
		routeId.startsWith('/(signed-in)')
	);
}

export function isAllowed(access: RouteAccess, role: Role | null): boolean {
	switch (access) {
		case 'everybody':
			return true;
		case 'signed-in':
			return role !== null;
		case 'customer':
			return role === 'customer';
		case 'staff':
			return role !== null && isStaff(role);
		// No session of a person opens it, whatever its role.
		case 'service':
		case 'nobody':
			return false;
		default:
			return access satisfies never;
	}
}
