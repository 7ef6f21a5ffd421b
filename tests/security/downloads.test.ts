/** Every way a stored file or a PDF leaves the portal, asked at its own handler. */
import ts from 'typescript';
import { expect, test } from 'vitest';
import { GET as ownLog } from '../../src/routes/(customer)/account/log/+server.ts';
import { GET as ownInquiryFile } from '../../src/routes/(customer)/claims/inquiries/[id]/papers/[fileId]/+server.ts';
import { GET as documentPdf } from '../../src/routes/(customer)/mailbox/[id]/pdf/+server.ts';
import { GET as ownAttachment } from '../../src/routes/(customer)/mailbox/messages/[id]/attachments/[fileId]/+server.ts';
import { GET as deskFile } from '../../src/routes/(staff)/staff/claims/[id]/files/[fileId]/+server.ts';
import { GET as deskInquiryFile } from '../../src/routes/(staff)/staff/inquiries/[id]/papers/[fileId]/+server.ts';
import { GET as proofFile } from '../../src/routes/(staff)/staff/proofs/[id]/papers/[fileId]/+server.ts';
import { GET as deskAttachment } from '../../src/routes/(staff)/staff/messages/[id]/attachments/[fileId]/+server.ts';
import { POST as letter } from '../../src/routes/(staff)/staff/recoveries/[id]/letter/+server.ts';
import { callsOf, readSourceTree } from '../support/source-tree.ts';

const HOSTILE = '../../a"; filename="b.html\r\nSet-Cookie: x=1\u202e.pdf';
const bytes = Uint8Array.of(1, 2, 3);
const stream = () => new Blob([bytes]).stream();
const stored = { name: HOSTILE, type: 'application/pdf', sizeBytes: 3, bytes: stream() };
const ok = (value: unknown) => () => Promise.resolve({ ok: true, value });

const event = {
	params: { id: HOSTILE, fileId: HOSTILE },
	url: new URL('https://portal.example/account/log?format=csv'),
	locals: {
		actor: { accountId: 'a', personId: 'p', role: 'customer' },
		services: {
			documents: { openPdf: ok(stored) },
			conversations: { openFile: ok({ ...stored, bytes: stream() }) },
			inbox: { openFile: ok({ ...stored, bytes: stream() }) },
			inquiries: { openFile: ok({ ...stored, bytes: stream() }) },
			inquiryDesk: { openFile: ok({ ...stored, bytes: stream() }) },
			proofDesk: { openFile: ok({ ...stored, bytes: stream() }) },
			desk: { openFile: ok({ type: 'image/png', sizeBytes: 3, stream: stream() }) },
			recoveryDesk: { printLetter: ok({ name: HOSTILE, bytes }) },
			ownLog: { collect: ok({ keys: [], checkpoint: null, entries: [] }) }
		}
	}
};

test.each([
	['a document', documentPdf, 'application/pdf'],
	['a receipt at the desk', deskFile, 'image/png'],
	['an own attachment', ownAttachment, 'application/pdf'],
	['an attachment at the desk', deskAttachment, 'application/pdf'],
	['a file of an own inquiry', ownInquiryFile, 'application/pdf'],
	['a file of an inquiry at the desk', deskInquiryFile, 'application/pdf'],
	['a proof of insurability', proofFile, 'application/pdf'],
	['a letter', letter, 'application/pdf'],
	['the own log', ownLog, 'text/csv; charset=utf-8']
] as const)(
	'F6: %s is an attachment that may do nothing, whatever it is called',
	async (_, handler, type) => {
		const answer = await (handler as (asked: unknown) => Promise<Response>)(event);
		const headers = Object.fromEntries(answer.headers);
		expect(headers).toMatchObject({
			'content-type': type,
			'content-security-policy': expect.stringMatching(/^sandbox; default-src 'none'/),
			'cross-origin-resource-policy': 'same-origin',
			'x-content-type-options': 'nosniff'
		});
		expect(headers['content-disposition']).toMatch(
			/^attachment; filename="[^"\\/\r\n]+"; filename\*=UTF-8''[\w.%()-]+$/
		);
		expect(headers['set-cookie']).toBeUndefined();
	}
);

test('F6: an endpoint answers with a file, with JSON or with nothing, and makes no other body', () => {
	const endpoints = readSourceTree('src/routes').filter(({ path }) => path.endsWith('+server.ts'));
	expect(endpoints.length).toBeGreaterThan(10);
	const bodies = callsOf(endpoints, 'Response').filter(
		({ node }) => ts.isNewExpression(node) && node.arguments?.[0]?.getText() !== 'null'
	);
	expect(bodies.map(({ at }) => at)).toEqual([]);
});
