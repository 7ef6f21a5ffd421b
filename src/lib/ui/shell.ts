/** What the group layouts' loads hand to the shells. */
export type Locale = 'de' | 'en';

export interface ShellData {
	locale: Locale;
	/** Path and query of the page, for the language switch and the current place. */
	path: string;
	operator: { portalName: string; insurerName: string };
	/** Absent in the offline room, which no session of the server opens. */
	timeLeft?: { readonly idleMs: number; readonly absoluteMs: number } | null;
	/** Field names and values of this page's form, typed before an earlier session ended. */
	kept?: Readonly<Record<string, string>> | null;
}

export interface CustomerShellData extends ShellData {
	/** An empty name hides the line (the offline room does not know it). */
	person: { displayName: string };
	/** How portal.js tells apart whose drafts may open here; absent in the offline room itself. */
	ownerRef?: string;
	unreadCount: number;
}

export interface StaffShellData extends ShellData {
	person: { displayName: string };
}

/** Context key: a function that returns the portal's name, for page titles. */
export const PORTAL_NAME = 'portal-name';

/** `'page'` on the place itself, `'true'` below it, for `aria-current`. */
export function currentOf(path: string, href: string): 'page' | 'true' | undefined {
	const pathname = path.split(/[?#]/)[0] ?? '';
	if (pathname === href) return 'page';
	return pathname.startsWith(`${href}/`) ? 'true' : undefined;
}
