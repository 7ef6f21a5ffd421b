/** People who ask the portal without a browser: fast enough to ask for everything. */
import { randomUUID } from 'node:crypto';
import { signIn } from '../../bench/portal/accounts-road.ts';
import {
	linkContract,
	partsOfContract,
	submitClaim,
	type SubmittedClaim
} from '../../bench/portal/claims-road.ts';
import { askBeforeTreatment, askQuestion, INQUIRY } from '../../bench/portal/questions-road.ts';
import { releaseClaim } from '../../bench/portal/release-road.ts';
import { JUST_TAKE } from '../../bench/portal/steps.ts';
import { requireMatch, type Visitor } from '../../bench/portal/visitor.ts';
import { readDemo } from '../../../tools/start/demo-accounts.ts';
import type { Stack } from '../../../tools/start/stack.ts';
import { registered } from './newcomer.ts';

export type CastStack = Stack & { readonly dataDir: string };

export type Cast = {
	/** Has a contract, a claim with a file, and a document. */
	readonly ada: Visitor;
	readonly adasName: string;
	/** Has an account and nothing in it. */
	readonly ben: Visitor;
	/** Signs Ben in again, who keeps his cookies. */
	readonly benComesIn: () => Promise<void>;
	readonly clerk: Visitor;
	readonly submitted: SubmittedClaim;
	/** An id of Ada's by the word before `[id]` in a route; a new kind of object gets its line here. */
	readonly adasIds: Readonly<Record<string, string>>;
	/** Texts that only Ada and the clerk may ever see. */
	readonly adasMarkers: readonly string[];
	readonly bensMarkers: readonly string[];
};

/** As sealed on her device: nobody but her gets even this. */
const ADAS_SEALED_DRAFT = Buffer.from('ada'.repeat(20)).toString('base64');

const ADAS_QUESTION = 'Zahlen Sie auch für Physiotherapie?';

const BEN = {
	firstName: 'Bénédict',
	lastName: 'Ørsted',
	email: 'benedict.crawl@example.org',
	password: 'vierzehn Möwen am Kai'
};

/**
 * The cast with a session each: one ends when nobody has used it for a while, and Ada's also when tests
 * before have signed her in on five more devices (S7). Whoever is out signs in again.
 */
export async function keepSignedIn(stack: CastStack, cast: Cast): Promise<Cast> {
	const demo = await readDemo(stack.dataDir);
	const isIn = (visitor: Visitor, page: string) =>
		visitor.open(page).then(
			() => true,
			() => false
		);
	const inAgain = async (role: 'customer' | 'clerk', visitor: Visitor, page: string) =>
		(await isIn(visitor, page)) ? visitor : signIn({ stack, demo }, role, JUST_TAKE);
	if (!(await isIn(cast.ben, '/start'))) await cast.benComesIn();
	return {
		...cast,
		ada: await inAgain('customer', cast.ada, '/start'),
		clerk: await inAgain('clerk', cast.clerk, '/staff')
	};
}

export async function signInCast(stack: CastStack): Promise<Cast> {
	const demo = await readDemo(stack.dataDir);
	const portal = { stack, demo };
	const customer = demo.accounts.find(({ role }) => role === 'customer');
	if (!customer) throw new Error('the demo has no customer');
	const ada = await signIn(portal, 'customer', JUST_TAKE);
	const contractId = await linkContract(portal, ada, JUST_TAKE);
	const submitted = await submitClaim(ada, contractId, JUST_TAKE);
	const { claimId, documentId, claim } = submitted;
	const clerk = await signIn(portal, 'clerk', JUST_TAKE);
	// Files are shown once they are out of quarantine.
	await stack.runJobs();
	await clerk.post('/staff?/take', { claim: claimId });
	const desk = await clerk.open(`/staff/claims/${claimId}`);
	const fileId = requireMatch(desk.text, /\/files\/([0-9a-f-]{36})/);
	const contract = await ada.open(`/contracts/${contractId}`);
	const { visitor: insured, signIn: enter } = await registered(stack, 'insured.crawl');
	await enter();
	const ben = await registered(stack, 'benedict.crawl', BEN);
	await ben.signIn();
	const [letter] = demo.letters;
	if (!letter) throw new Error('the demo has no letter');
	const released = await releaseClaim(ada, insured, contractId, letter);
	const draftId = randomUUID();
	const conversationId = await askQuestion(ada, clerk, ADAS_QUESTION);
	const inquiryId = await askBeforeTreatment(ada, clerk);
	await stack.runJobs();
	const asked = await ada.open(`/mailbox/messages/${conversationId}`);
	const attachmentId = requireMatch(asked.text, /\/attachments\/([0-9a-f-]{36})/);
	const inquired = await ada.open(`/claims/inquiries/${inquiryId}`);
	const paperId = requireMatch(inquired.text, /\/papers\/([0-9a-f-]{36})/);
	await ada.send('PUT', `/api/drafts/${draftId}`, {
		expected: 200,
		headers: { 'content-type': 'application/json', 'if-match': '"0"' },
		body: JSON.stringify({ sealed: ADAS_SEALED_DRAFT, fileIds: [draftId] })
	});
	await ada.send('PUT', `/api/drafts/${draftId}/parts/${draftId}.0`, {
		expected: 200,
		headers: { 'content-type': 'application/json' },
		body: JSON.stringify({ sealed: ADAS_SEALED_DRAFT })
	});
	return {
		...{ ada, adasName: customer.name, clerk, submitted },
		ben: ben.visitor,
		benComesIn: ben.signIn,
		adasIds: {
			contracts: contractId,
			...partsOfContract(contract.text),
			post: contractId,
			...{ released: released.person, claim: released.submitted.claimId },
			claims: claimId,
			mailbox: documentId,
			messages: conversationId,
			...{ inquiries: inquiryId, papers: paperId },
			attachments: attachmentId,
			submissions: claim.submissionId,
			// A confirmation belongs to one session: its own tests have a real one.
			confirm: fileId,
			...{ uploads: fileId, files: fileId },
			...{ drafts: draftId, parts: `${draftId}.0` }
		},
		adasMarkers: [
			customer.email,
			customer.name,
			'Legevakten',
			'Angina',
			...[ADAS_QUESTION, INQUIRY.treatment],
			ADAS_SEALED_DRAFT
		],
		bensMarkers: [BEN.email, BEN.lastName]
	};
}
