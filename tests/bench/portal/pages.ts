import { registered } from '../../e2e/support/newcomer.ts';
import type { BenchPortal } from './bench-portal.ts';
import { openRecoveryCase, promoteClerk, register, signIn } from './accounts-road.ts';
import { decideClaim, linkContract, partsOfContract, submitClaim } from './claims-road.ts';
import { askBeforeTreatment, askForProof, askQuestion } from './questions-road.ts';
import { releaseClaim } from './release-road.ts';
import { JUST_TAKE } from './steps.ts';
import { runSql } from './sql.ts';
import { requireMatch, Visitor } from './visitor.ts';

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
	'/sign-in/passkey': 'signed out',
	'/sign-in/unlock': 'signed out',
	'/signed-out': 'signed out',
	'/not-me': 'signed out',
	'/keep-account': 'signed out',
	'/email/confirm': 'signed out',
	'/email/block': 'signed out',
	'/bank-account/stop': 'signed out',
	'/withdraw': 'signed out',
	'/recover': 'signed out',
	'/recover/authenticator': 'signed out',
	'/recover/cancel': 'signed out',
	'/recover/case': 'signed out',
	'/recover/case/answers': 'signed out',
	'/recover/case/check-mail': 'signed out',
	'/recover/case/confirm': 'signed out',
	'/recover/contact': 'signed out',
	'/recover/letter': 'signed out',
	'/recover/password': 'signed out',
	'/recover/password/check-mail': 'signed out',
	'/recover/password/done': 'signed out',
	'/recover/password/new': 'signed out',
	'/recover/phone': 'signed out',
	'/staff/invitation': 'signed out',
	'/staff/invitation/accept': 'signed out',
	'/staff/sign-in': 'signed out',
	'/staff/sign-in/code': 'signed out',
	'/staff/sign-in/passkey': 'signed out',
	'/start': 'signed in',
	'/contracts': 'signed in',
	'/contracts/link': 'signed in',
	'/contracts/[id]': 'signed in',
	'/contracts/[id]/access': 'signed in',
	'/contracts/[id]/bank-account': 'signed in',
	'/contracts/[id]/proofs': 'signed in',
	'/contracts/[id]/released/[person]': 'signed in',
	'/contracts/[id]/released/[person]/claim/[claim]': 'signed in',
	'/contracts/[id]/request': 'signed in',
	'/contracts/[id]/terms/[terms]': 'signed in',
	'/contracts/[id]/ticket/[person]': 'signed in',
	'/claims': 'signed in',
	'/claims/[id]': 'signed in',
	'/claims/[id]/advance': 'signed in',
	'/claims/[id]/objection': 'signed in',
	'/claims/inquiries': 'signed in',
	'/claims/inquiries/[id]': 'signed in',
	'/claims/inquiries/new': 'signed in',
	'/mailbox': 'signed in',
	'/mailbox/[id]': 'signed in',
	'/mailbox/messages/[id]': 'signed in',
	'/mailbox/messages/new': 'signed in',
	'/mailbox/search': 'signed in',
	'/account': 'signed in',
	'/account/activity': 'signed in',
	'/account/authenticator': 'signed in',
	'/account/confirm/[id]': 'signed in',
	'/account/data': 'signed in',
	'/account/data/delete': 'signed in',
	'/account/devices': 'signed in',
	'/account/disown': 'signed in',
	'/account/email': 'signed in',
	'/account/mobile': 'signed in',
	'/account/information': 'signed in',
	'/account/notices': 'signed in',
	'/account/passkeys': 'signed in',
	'/account/password': 'signed in',
	'/account/questions': 'signed in',
	'/account/recovery-codes': 'signed in',
	'/staff': 'signed in',
	'/staff/claims/[id]': 'signed in',
	'/staff/claims/[id]/access': 'signed in',
	'/staff/figures': 'signed in',
	'/staff/information': 'signed in',
	'/staff/inquiries': 'signed in',
	'/staff/inquiries/[id]': 'signed in',
	'/staff/information/new': 'signed in',
	'/staff/messages': 'signed in',
	'/staff/messages/[id]': 'signed in',
	'/staff/messages/[id]/access': 'signed in',
	'/staff/openings': 'signed in',
	'/staff/payouts': 'signed in',
	'/staff/payouts/[id]': 'signed in',
	'/staff/holds': 'signed in',
	'/staff/operations': 'signed in',
	'/staff/operations/import': 'signed in',
	'/staff/post': 'signed in',
	'/staff/post/[id]': 'signed in',
	'/staff/post/[id]/documents': 'signed in',
	'/staff/post/[id]/letter': 'signed in',
	'/staff/rates': 'signed in',
	'/staff/proofs': 'signed in',
	'/staff/proofs/[id]': 'signed in',
	'/staff/proofs/ask/[contract]': 'signed in',
	'/staff/requests': 'signed in',
	'/staff/operations/tokens': 'signed in',
	'/staff/account': 'signed in',
	'/staff/account/confirm/[id]': 'signed in',
	'/staff/customers': 'signed in',
	'/staff/own': 'signed in',
	'/staff/people': 'signed in',
	'/staff/people/[id]': 'signed in',
	'/staff/people/invite': 'signed in',
	'/staff/recoveries': 'signed in',
	'/staff/recoveries/[id]': 'signed in',
	'/drafts': 'offline',
	'/drafts/[id]/[[step]]': 'offline',
	'/drafts/inbox/[id]': 'offline',
	'/drafts/lock': 'offline',
	'/drafts/rescue': 'offline'
};

export type OpenPage = {
	readonly route: string;
	readonly room: Room;
	readonly path: string;
	readonly visitor: Visitor;
};

/** A second claim, decided, so that there is a payment to show; answers its id. */
async function decideAnother(
	portal: BenchPortal,
	{
		customer,
		clerk,
		contractId
	}: {
		readonly customer: Visitor;
		readonly clerk: Visitor;
		readonly contractId: string;
	}
): Promise<string> {
	const submitted = await submitClaim(customer, contractId, JUST_TAKE);
	// Files are shown once they are out of quarantine.
	await portal.stack.runJobs();
	await decideClaim(clerk, submitted, JUST_TAKE);
	const [payout] = await runSql(portal, 'select id from payouts');
	return String(payout?.['id']);
}

/** A decided claim of the insured person, which the customer reads as the policyholder. */
async function releaseAnother(
	{ stack, demo }: BenchPortal,
	{ customer, clerk, contractId }: Parameters<typeof decideAnother>[1]
): Promise<{ readonly released: string; readonly claim: string }> {
	const { visitor: insured, signIn: enter } = await registered(stack, 'insured');
	await enter();
	const [letter] = demo.letters;
	if (!letter) throw new Error('The demo has no letter');
	const { person, submitted } = await releaseClaim(customer, insured, contractId, letter);
	await stack.runJobs();
	await decideClaim(clerk, submitted, JUST_TAKE);
	return { released: person, claim: submitted.claimId };
}

/** Walks the road as far as there is something to show on every page. */
export async function preparePages(portal: BenchPortal): Promise<readonly OpenPage[]> {
	const nobody = new Visitor(portal.stack.portalUrl);
	const customer = await signIn(portal, 'customer', JUST_TAKE);
	const contractId = await linkContract(portal, customer, JUST_TAKE);
	const contract = await customer.open(`/contracts/${contractId}`);
	const { claimId, documentId } = await submitClaim(customer, contractId, JUST_TAKE);
	await register(portal, JUST_TAKE);
	await openRecoveryCase(portal);
	const clerk = await signIn(portal, 'clerk', JUST_TAKE);
	await clerk.post('/staff?/take', { claim: claimId });
	const conversationId = await askQuestion(customer, clerk, 'Zahlen Sie die Brille?');
	const lead = await signIn(portal, 'seniorClerk', JUST_TAKE);
	const officer = await signIn(portal, 'dpo', JUST_TAKE);
	const clerkId = await promoteClerk(portal);
	const { text } = await clerk.open('/staff/recoveries');
	const payoutId = await decideAnother(portal, { customer, clerk, contractId });
	const released = await releaseAnother(portal, { customer, clerk, contractId });
	const ids: Readonly<Record<string, string>> = {
		contracts: contractId,
		...partsOfContract(contract.text),
		post: contractId,
		...released,
		claims: claimId,
		mailbox: documentId,
		messages: conversationId,
		inquiries: await askBeforeTreatment(customer, clerk),
		proofs: await askForProof(clerk, contractId),
		ask: contractId,
		people: clerkId,
		payouts: payoutId,
		recoveries: requireMatch(text, /href="\/staff\/recoveries\/([0-9a-f-]{36})"/),
		// Nobody has asked for an act: the page says so, with all that it is made of.
		confirm: crypto.randomUUID(),
		drafts: crypto.randomUUID(),
		inbox: crypto.randomUUID()
	};
	const pathOf = (route: string) =>
		route
			.replace('/[[step]]', '')
			.replace(/(\w+)\/\[\w+\]/g, (_whole, noun: string) => `${noun}/${ids[noun] ?? ''}`);
	const visitorOf = (route: string, room: Room) => {
		if (room === 'signed out') return nobody;
		if (route === '/staff/openings' || route === '/staff/holds') return officer;
		if (route.startsWith('/staff/information')) return lead;
		return route.startsWith('/staff') ? clerk : customer;
	};
	return Object.entries(PAGES).map(([route, room]) => ({
		...{ route, room },
		path: pathOf(route),
		visitor: visitorOf(route, room)
	}));
}
