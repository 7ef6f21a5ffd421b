// What the room asks the Worker. An answer that is not the JSON we expect (a hotel's sign-in page, a dead proxy) counts
// as no network at all.
import * as v from 'valibot';
import type { VaultRequest } from '#lib/domain/accounts/vault.schema.ts';
import { PLAN_FIELDS } from '#lib/domain/claims/circumstances.ts';
import type { Submission } from '#lib/domain/claims/claim.schema.ts';
import type { ReceiptKey } from '#lib/domain/claims/receipt-text.ts';
import type { DeviceKit, SubmissionState } from '#lib/domain/claims/submission.ts';
import type { Issues } from '#lib/domain/result.ts';
import { readRetryAfterMs } from './retry.ts';

const ANSWER_LIMIT_MS = 30_000;
const BUSY_STATUSES = [429, 503];

export type Answer<T> =
	| { readonly kind: 'ok'; readonly value: T }
	| { readonly kind: 'offline' }
	| {
			readonly kind: 'refused';
			readonly status: number;
			readonly code: string;
			readonly issues: Issues;
			readonly retryAfterMs: number | null;
	  };

export type Session = { readonly accountRef: string; readonly displayName: string };

const sessionSchema = v.object({
	accountRef: v.pipe(v.string(), v.minLength(1)),
	displayName: v.string()
});
const vaultSchema = v.object({
	accountRef: v.string(),
	vaultKey: v.string(),
	removalHash: v.string(),
	// A Worker of the release before says neither.
	revokeHash: v.optional(v.nullable(v.string()), null),
	keysLastMs: v.optional(v.number(), Infinity),
	passkeyIds: v.array(v.string())
});
const contractSchema = v.object({
	id: v.string(),
	policyNumberMasked: v.string(),
	plan: v.string(),
	startsOn: v.string(),
	endsOn: v.nullable(v.string()),
	currency: v.string(),
	insuredPersons: v.array(v.object({ id: v.string(), name: v.string() })),
	bankAccountMasked: v.string(),
	// Kept by a release before, or of a later one that asks for more.
	asks: v.fallback(v.array(v.picklist(PLAN_FIELDS)), [])
});
const billSchema = v.object({
	claimId: v.string(),
	claimNumber: v.string(),
	number: v.string(),
	invoiceDate: v.string(),
	amountMinor: v.number(),
	currency: v.string()
});
export const kitSchema: v.GenericSchema<unknown, DeviceKit> = v.object({
	contracts: v.array(contractSchema),
	// Kept by a release before, which knew of none.
	bills: v.fallback(v.array(billSchema), [])
});
export const receiptKeysSchema: v.GenericSchema<unknown, { keys: ReceiptKey[] }> = v.object({
	keys: v.array(v.object({ version: v.number(), publicKey: v.string() }))
});
const receiptSchema = v.object({
	claimId: v.string(),
	claimNumber: v.string(),
	receivedAtMs: v.number(),
	manifestHash: v.string(),
	files: v.array(
		v.object({ id: v.string(), name: v.string(), sizeBytes: v.number(), sha256: v.string() })
	),
	// A receipt that an older release has put on the device has none.
	signature: v.optional(v.nullable(v.object({ keyVersion: v.number(), value: v.string() })), null)
});
const submissionStateSchema: v.GenericSchema<unknown, SubmissionState> = v.object({
	submissionId: v.string(),
	state: v.picklist(['open', 'committed', 'withdrawn']),
	manifestHash: v.string(),
	uploads: v.array(
		v.object({
			attachmentId: v.string(),
			state: v.picklist(['missing', 'open', 'complete', 'refused']),
			uploadPath: v.nullable(v.string()),
			receivedBytes: v.number()
		})
	),
	receipt: v.nullable(receiptSchema)
});
const refusalSchema = v.object({
	code: v.string(),
	issues: v.optional(v.record(v.string(), v.string()), {})
});

export const wire = {
	session: () => ask('GET', '/api/session', sessionSchema),
	vault: (request: VaultRequest) => ask('POST', '/api/vault', vaultSchema, request),
	kit: () => ask('GET', '/api/offline-kit', kitSchema),
	receiptKeys: () => ask('GET', '/api/receipt-keys', receiptKeysSchema),
	submission: (id: string) => ask('GET', pathOf(id), submissionStateSchema),
	submit: (id: string, submission: Submission) =>
		ask('PUT', pathOf(id), submissionStateSchema, submission),
	commit: (id: string) => ask('POST', `${pathOf(id)}/commit`, submissionStateSchema, {}),
	withdraw: (id: string) => ask('DELETE', pathOf(id), submissionStateSchema)
};

export type Wire = typeof wire;

function pathOf(submissionId: string): string {
	return `/api/submissions/${encodeURIComponent(submissionId)}`;
}

async function ask<T>(
	method: string,
	path: string,
	schema: v.GenericSchema<unknown, T>,
	body?: unknown
): Promise<Answer<T>> {
	try {
		const response = await send(method, path, body);
		const json: unknown = await response.json().catch(() => null);
		return readAnswer(response.status, response.headers, json, schema);
	} catch {
		return { kind: 'offline' };
	}
}

/** One request, whatever its answer. */
export function send(method: string, path: string, body: unknown): Promise<Response> {
	const headers = { Accept: 'application/json' };
	return fetch(path, {
		method,
		...(body === undefined
			? { headers }
			: {
					headers: { ...headers, 'Content-Type': 'application/json' },
					body: JSON.stringify(body)
				}),
		cache: 'no-store',
		credentials: 'same-origin',
		redirect: 'error',
		signal: AbortSignal.timeout(ANSWER_LIMIT_MS)
	});
}

/** Whether the session belongs to the owner of these drafts: for nobody else anything is sent or asked (F17). */
export async function isSessionOf({ session }: Pick<Wire, 'session'>, accountRef: string) {
	const answer = await session();
	return answer.kind === 'ok' && answer.value.accountRef === accountRef;
}

/** Nobody is signed in, or nobody who has drafts: 403 is somebody of the staff. */
export function isSignedOut<T>(
	answer: Answer<T>
): answer is Extract<Answer<T>, { kind: 'refused' }> {
	return answer.kind === 'refused' && (answer.status === 401 || answer.status === 403);
}

/** Reads one answer; exported for its tests. */
export function readAnswer<T>(
	status: number,
	headers: Headers,
	json: unknown,
	schema: v.GenericSchema<unknown, T>
): Answer<T> {
	if (status >= 200 && status < 300) {
		const parsed = v.safeParse(schema, json);
		return parsed.success ? { kind: 'ok', value: parsed.output } : { kind: 'offline' };
	}
	const retryAfterMs = readRetryAfterMs((name) => headers.get(name));
	const refusal = v.safeParse(refusalSchema, json);
	if (refusal.success) return { kind: 'refused', status, ...refusal.output, retryAfterMs };
	// Something before the Worker is busy: its pause counts, whatever it wrote below it.
	if (BUSY_STATUSES.includes(status) && retryAfterMs !== null) {
		return { kind: 'refused', status, code: 'portal/unavailable', issues: {}, retryAfterMs };
	}
	return { kind: 'offline' };
}
