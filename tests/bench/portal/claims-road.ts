// The steps of the road from a letter to the settlement, as browser and device send them.
import type { BenchPortal } from './bench-portal.ts';
import { newDemoClaim, PIECE_BYTES, type DemoClaim } from './demo-claim.ts';
import type { Take } from './steps.ts';
import { requireMatch, type Visitor } from './visitor.ts';

const UUID = '[0-9a-f]{8}-[0-9a-f-]{27}';
const TUS = { 'tus-resumable': '1.0.0' };

export type SubmittedClaim = {
	readonly claimId: string;
	readonly documentId: string;
	readonly claim: DemoClaim;
};

/** Answers the id of the contract. */
export async function linkContract(
	{ demo }: BenchPortal,
	customer: Visitor,
	take: Take
): Promise<string> {
	const letter = demo.letters[0];
	if (!letter) throw new Error('The demo has no letter');
	const { policyNumber, dateOfBirth, activationCode } = letter;
	await take('GET /contracts/link', 'read', () => customer.open('/contracts/link'));
	const linked = await take('POST /contracts/link', 'write', () =>
		customer.post('/contracts/link', { policyNumber, dateOfBirth, activationCode })
	);
	return requireMatch(linked.headers.get('location') ?? '', new RegExp(`/contracts/(${UUID})`));
}

/** What the device sends when the customer gives the word. */
export async function submitClaim(
	customer: Visitor,
	contractId: string,
	take: Take,
	amountMinor = 18_450,
	coInsuredId?: string
): Promise<SubmittedClaim> {
	await take('GET /api/session', 'read', () => customer.open('/api/session'));
	await take('POST /api/vault', 'write', () =>
		customer.send('POST', '/api/vault', {
			expected: 200,
			headers: { 'content-type': 'application/json' },
			body: '{}'
		})
	);
	const kit = await take('GET /api/offline-kit', 'read', () => customer.open('/api/offline-kit'));
	const insured = requireMatch(
		kit.text,
		new RegExp(`"insuredPersons":\\s*\\[\\{"id":\\s*"(${UUID})"`)
	);
	const claim = newDemoClaim(contractId, insured, amountMinor, coInsuredId);
	const path = `/api/submissions/${claim.submissionId}`;
	await take('PUT /api/submissions/[id]', 'write', () =>
		customer.send('PUT', path, {
			expected: 200,
			headers: { 'content-type': 'application/json' },
			body: claim.submission
		})
	);
	await upload(customer, claim, take);
	await take('GET /api/submissions/[id]', 'read', () => customer.open(path));
	const receipt = await take('POST /api/submissions/[id]/commit', 'write', () =>
		customer.send('POST', `${path}/commit`, { expected: 200 })
	);
	const mailbox = await take('GET /mailbox', 'read', () => customer.open('/mailbox'));
	return {
		claimId: requireMatch(receipt.text, new RegExp(`"claimId":\\s*"(${UUID})"`)),
		documentId: requireMatch(mailbox.text, new RegExp(`href="/mailbox/(${UUID})"`)),
		claim
	};
}

async function upload(customer: Visitor, claim: DemoClaim, take: Take): Promise<void> {
	const { submissionId, attachmentId, receipt } = claim;
	const base64 = (text: string) => Buffer.from(text).toString('base64');
	const metadata = `submissionId ${base64(submissionId)},attachmentId ${base64(attachmentId)}`;
	const created = await take('POST /api/uploads', 'write', () =>
		customer.send('POST', '/api/uploads', {
			expected: 201,
			headers: {
				...TUS,
				'upload-length': String(receipt.length),
				'upload-metadata': metadata
			}
		})
	);
	const path = new URL(created.headers.get('location') ?? '', 'http://portal').pathname;
	const patch = (at: number) =>
		customer.send('PATCH', path, {
			expected: 204,
			headers: {
				...TUS,
				'upload-offset': String(at),
				'content-type': 'application/offset+octet-stream'
			},
			body: receipt.slice(at, at + PIECE_BYTES)
		});
	await take('PATCH /api/uploads/[id], a piece', 'write', () => patch(0));
	await take('HEAD /api/uploads/[id]', 'read', () =>
		customer.send('HEAD', path, { expected: 200, headers: TUS })
	);
	let at = PIECE_BYTES;
	for (; at + PIECE_BYTES < receipt.length; at += PIECE_BYTES) await patch(at);
	await take('PATCH /api/uploads/[id], the last piece', 'write', () => patch(at));
}

const FULL = { recognised: '184,50', reason: 'none' } as const;

/** Recognises the whole bill, looks at the statement and confirms. */
export async function decideClaim(
	clerk: Visitor,
	{ claimId, claim }: SubmittedClaim,
	take: Take,
	line: { readonly recognised: string; readonly reason: string } = FULL
): Promise<void> {
	const path = `/staff/claims/${claimId}`;
	await take('POST /staff?/take', 'write', () => clerk.post('/staff?/take', { claim: claimId }));
	const page = await take('GET /staff/claims/[id]', 'read', () => clerk.open(path));
	const fields = {
		version: requireMatch(page.text, /name="version" value="(\d+)"/),
		'lines.0.invoiceId': claim.invoiceId,
		'lines.0.recognised': line.recognised,
		'lines.0.deductible': '',
		'lines.0.reason': line.reason,
		'lines.0.rate': '',
		'lines.0.rateDate': '',
		'lines.0.rateSource': ''
	};
	const file = requireMatch(page.text, new RegExp(`"(${path}/files/${UUID})`));
	const { whole } = await take(
		'GET /staff/claims/[id]/files/[fileId], its first bytes',
		'read',
		() => clerk.openFile(file)
	);
	await whole;
	await take('POST /staff/claims/[id]?/preview', 'write', () =>
		clerk.post(`${path}?/preview`, fields, 200)
	);
	await take('POST /staff/claims/[id]?/confirm', 'write', () =>
		clerk.post(`${path}?/confirm`, fields)
	);
}

/** What a contract's page leads to under addresses of their own. */
export function partsOfContract(page: string): { readonly terms: string; readonly ticket: string } {
	return {
		terms: requireMatch(page, /\/terms\/([\w.-]+)"/),
		ticket: requireMatch(page, /\/ticket\/([\w.-]+)"/)
	};
}
