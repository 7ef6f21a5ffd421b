import type { BenchPortal } from './bench-portal.ts';
import { signIn } from './accounts-road.ts';
import { linkContract, submitClaim } from './claims-road.ts';
import { JUST_TAKE } from './steps.ts';
import { Visitor } from './visitor.ts';

export type Room = 'signed out' | 'signed in' | 'offline';

/** Every page of the portal by its route, groups left out; a test compares them with src/routes. */
export const PAGES: Readonly<Record<string, Room>> = {
	'/': 'signed out',
	'/help': 'signed out',
	'/imprint': 'signed out',
	'/privacy': 'signed out',
	'/offline': 'signed out',
	'/register': 'signed out',
	'/register/check-mail': 'signed out',
	'/register/verify': 'signed out',
	'/register/authenticator': 'signed out',
	'/sign-in': 'signed out',
	'/sign-in/code': 'signed out',
	'/signed-out': 'signed out',
	'/staff/sign-in': 'signed out',
	'/staff/sign-in/code': 'signed out',
	'/start': 'signed in',
	'/contracts': 'signed in',
	'/contracts/link': 'signed in',
	'/contracts/[id]': 'signed in',
	'/claims': 'signed in',
	'/claims/[id]': 'signed in',
	'/mailbox': 'signed in',
	'/mailbox/[id]': 'signed in',
	'/account': 'signed in',
	'/staff': 'signed in',
	'/staff/claims/[id]': 'signed in',
	'/drafts': 'offline',
	'/drafts/[id]/[[step]]': 'offline'
};

export type OpenPage = {
	readonly route: string;
	readonly room: Room;
	readonly path: string;
	readonly visitor: Visitor;
};

/** Walks the road as far as there is something to show on every page. */
export async function preparePages(portal: BenchPortal): Promise<readonly OpenPage[]> {
	const nobody = new Visitor(portal.stack.portalUrl);
	const customer = await signIn(portal, 'customer', JUST_TAKE);
	const contractId = await linkContract(portal, customer, JUST_TAKE);
	const { claimId, documentId } = await submitClaim(customer, contractId, JUST_TAKE);
	const clerk = await signIn(portal, 'clerk', JUST_TAKE);
	const ids: Readonly<Record<string, string>> = {
		contracts: contractId,
		claims: claimId,
		mailbox: documentId,
		drafts: crypto.randomUUID()
	};
	const pathOf = (route: string) =>
		route
			.replace('/[[step]]', '')
			.replace(/(\w+)\/\[id\]/, (_whole, noun: string) => `${noun}/${ids[noun] ?? ''}`);
	const visitorOf = (route: string, room: Room) => {
		if (room === 'signed out') return nobody;
		return route.startsWith('/staff') ? clerk : customer;
	};
	return Object.entries(PAGES).map(([route, room]) => ({
		...{ route, room },
		path: pathOf(route),
		visitor: visitorOf(route, room)
	}));
}
