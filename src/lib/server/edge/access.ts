import { isStaff, type Role } from '#lib/domain/actor.ts';

/** Who may call a route at all. The services decide again, by record. */
export type RouteAccess = 'everybody' | 'customer' | 'staff' | 'signed-in' | 'nobody';

/** Endpoints outside the groups, by route id. Whatever is not named here or grouped is for nobody. */
const NAMED: Readonly<Record<string, RouteAccess>> = {
	'/api/health': 'everybody',
	// For sessions that have just ended: it looks at the token itself, and only takes (W6).
	'/api/kept-forms': 'everybody',
	'/csp-report': 'everybody',
	'/shell': 'everybody',
	'/offline': 'everybody',
	'/api/session': 'customer',
	'/api/vault': 'customer',
	'/api/offline-kit': 'customer',
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
	// The offline room is an empty shell: what it shows comes from the device or from /api.
	if (routeId === '/drafts' || routeId.startsWith('/drafts/')) return 'everybody';
	return NAMED[routeId] ?? 'nobody';
}

/** Pages ask these two by themselves: asking is not using (S4). Pressing "stay signed in" is. */
export function countsAsUse(routeId: string, method: string): boolean {
	return routeId !== '/api/session' && !(routeId === '/(signed-in)/session' && method === 'GET');
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
		case 'nobody':
			return false;
		default:
			return access satisfies never;
	}
}
