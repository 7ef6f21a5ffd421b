import { error, fail, json, type ActionFailure } from '@sveltejs/kit';
import * as v from 'valibot';
import type { DomainError, ErrorCode, ErrorKind, Issues, Result } from '#lib/domain/result.ts';
import { readBody, readStart } from './body.ts';
import { logEvent } from './platform/log.ts';

/** The one table from the kind of a failure to its status. */
const STATUS_OF: Readonly<Record<ErrorKind, number>> = {
	invalid: 400,
	unauthenticated: 401,
	forbidden: 403,
	'not-found': 404,
	conflict: 409,
	'rate-limited': 429
};

/** Refusals that HTTP has a word of its own for. */
const STATUS_OF_CODE: Partial<Record<ErrorCode, number>> = {
	/** A submission id that comes back with other content. */
	'claims/submission-mismatch': 422,
	/** `If-Match` names a revision that is not the last one. */
	'claims/draft-changed': 412,
	'claims/draft-space': 413
};

/** The largest claim with twenty invoices and files is a tenth of it. */
const JSON_LIMIT_BYTES = 512 * 1024;

/** Ten times the longest form, a decision with twenty lines. What comes in goes back into the page. */
const FORM_LIMIT_BYTES = 256 * 1024;

export function statusOf(error: DomainError): number {
	return STATUS_OF_CODE[error.code] ?? STATUS_OF[error.kind];
}

/** What a form page gets back after a failure: everything typed except secrets, and what to mend. */
export type FormFailure = {
	readonly values: Readonly<Record<string, string>>;
	readonly issues: Issues;
	/** The failure of the whole form, when no single field is at fault. */
	readonly code: ErrorCode | 'portal/unavailable' | null;
};

export type FormInput = Readonly<Record<string, string>>;

/**
 * The text fields of a form; files are left out. No form of ours sends a field twice: whoever does
 * wants one part of us to read the first and another the second (ASVS 15.3.7), and is refused.
 */
export async function readForm(request: Request): Promise<FormInput> {
	const form = await readFields(request, FORM_LIMIT_BYTES);
	return form ? form.values : error(413, 'form too large');
}

/** A file of a form, whole: its name as the device gave it, and its bytes. */
export type FormFile = { readonly name: string; readonly bytes: Uint8Array<ArrayBuffer> };

/**
 * A form with one file. `file` is null where none was chosen. A body that is larger than a file may be
 * is not read to its end, and gives no fields: `isTooLarge`.
 */
export async function readFileForm(
	request: Request,
	maxFileBytes: number
): Promise<{
	readonly values: FormInput;
	readonly file: FormFile | null;
	readonly isTooLarge: boolean;
}> {
	const form = await readFields(request, maxFileBytes + FORM_LIMIT_BYTES);
	if (!form) return { values: {}, file: null, isTooLarge: true };
	const [file] = form.files.values();
	// A file field that was left empty still sends a part without a name.
	const isChosen = file !== undefined && (file.size > 0 || file.name !== '');
	const bytes = isChosen ? new Uint8Array(await file.arrayBuffer()) : null;
	return {
		values: form.values,
		file: isChosen && bytes ? { name: file.name, bytes } : null,
		isTooLarge: false
	};
}

/**
 * A form with up to as many files as it has fields for them, `maxBytes` together. Of a larger body the
 * fields before its files are read all the same, so that a text that was typed above them is not lost.
 */
export async function readFilesForm(
	request: Request,
	fields: readonly string[],
	maxBytes: number
): Promise<{
	readonly values: FormInput;
	readonly files: readonly (FormFile & { readonly field: string })[];
	readonly isTooLarge: boolean;
}> {
	const { bytes, isWhole } = await readStart(request, maxBytes + FORM_LIMIT_BYTES).catch(() =>
		error(400, 'malformed form')
	);
	const type = request.headers.get('content-type') ?? '';
	if (!isWhole) {
		const values = await parseFields(closedEarly(bytes, type), type).then(
			(form) => form.values,
			() => ({})
		);
		return { values, files: [], isTooLarge: true };
	}
	const form = await parseFields(bytes, type);
	const files = [];
	for (const [field, file] of form.files)
		if (fields.includes(field) && (file.size > 0 || file.name !== ''))
			files.push({ field, name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) });
	// An empty file field is a text for some readers of forms.
	return { values: withoutSecrets(form.values, fields), files, isTooLarge: false };
}

/** What was typed in a form, however large the files below it: for keeping it. */
export async function readTyped(request: Request): Promise<FormInput> {
	const { values } = await readFilesForm(request, [], 0);
	return values;
}

/** The start of a multipart body with an end of its own: what came whole can be read. */
function closedEarly(bytes: Uint8Array<ArrayBuffer>, contentType: string): Uint8Array<ArrayBuffer> {
	const [, boundary = ''] = /boundary="?([^";]+)/.exec(contentType) ?? [];
	const end = new TextEncoder().encode(`\r\n--${boundary}--\r\n`);
	const closed = new Uint8Array(bytes.length + end.length);
	closed.set(bytes);
	closed.set(end, bytes.length);
	return closed;
}

/** Null for a body above the limit. */
async function readFields(request: Request, limitBytes: number): Promise<Fields | null> {
	const body = await readBody(request, limitBytes).catch(() => error(400, 'malformed form'));
	return body ? parseFields(body, request.headers.get('content-type') ?? '') : null;
}

type Fields = {
	readonly values: FormInput;
	/** By the name of its field. */
	readonly files: ReadonlyMap<string, File>;
};

async function parseFields(body: Uint8Array<ArrayBuffer>, contentType: string): Promise<Fields> {
	const malformed = () => error(400, 'malformed form');
	const headers = { 'Content-Type': contentType };
	const form = await new Response(body, { headers }).formData().catch(malformed);
	const values = new Map<string, string>();
	const files = new Map<string, File>();
	const names = new Set<string>();
	for (const [name, value] of form) {
		// A page cannot be given `__proto__` back: its serializer would throw, and the answer be a 500.
		if (names.has(name) || name === '__proto__') malformed();
		names.add(name);
		if (typeof value === 'string') values.set(name, value);
		else files.set(name, value);
	}
	return { values: Object.fromEntries(values), files };
}

/** The values that may travel back to the page. */
export function withoutSecrets(input: FormInput, secrets: readonly string[]): FormInput {
	return Object.fromEntries(Object.entries(input).filter(([name]) => !secrets.includes(name)));
}

/**
 * Field path to the first issue code of that field. Messages of our schemas are codes; a field that was
 * not sent at all, as a group of radio buttons without a choice, never gets to its own schema's.
 */
export function issuesOf(issues: readonly v.BaseIssue<unknown>[]): Issues {
	const found: Record<string, string> = {};
	for (const issue of issues) {
		const path = issue.path?.map((step) => String(step.key)).join('.') ?? 'form';
		const other = issue.received === 'undefined' ? 'required' : 'invalid';
		found[path] ??= /^[a-z-]+$/.test(issue.message) ? issue.message : other;
	}
	return found;
}

/**
 * One form action: parse, act, and on any failure give the page back what was typed.
 * A dead database becomes a message on the same page with 503, so that nothing typed is lost.
 */
export async function runForm<Schema extends v.GenericSchema, T>(
	input: FormInput,
	form: { readonly schema: Schema; readonly secrets: readonly string[] },
	act: (parsed: v.InferOutput<Schema>) => Promise<Result<T>>
): Promise<{ ok: true; value: T } | { ok: false; failure: ActionFailure<FormFailure> }> {
	const values = withoutSecrets(input, form.secrets);
	const parsed = v.safeParse(form.schema, input);
	if (!parsed.success) {
		const issues = issuesOf(parsed.issues);
		return { ok: false, failure: fail(400, { values, issues, code: null }) };
	}
	let result: Result<T>;
	try {
		result = await act(parsed.output);
	} catch (cause) {
		if (!isUnavailable(cause)) throw cause;
		logEvent('error', unavailableEvent(cause), { error: String(cause) });
		return {
			ok: false,
			failure: fail(503, { values, issues: {}, code: 'portal/unavailable' })
		};
	}
	if (result.ok) return result;
	const issues = result.error.issues ?? {};
	const code = Object.keys(issues).length > 0 ? null : result.error.code;
	return { ok: false, failure: fail(statusOf(result.error), { values, issues, code }) };
}

/** The JSON body of a request, parsed by `schema`; unknown keys and broken JSON are refused. */
export async function readJson<Schema extends v.GenericSchema>(
	request: Request,
	schema: Schema
): Promise<Result<v.InferOutput<Schema>>> {
	const invalid = (issues: Issues): Result<never> => ({
		ok: false,
		error: { kind: 'invalid', code: 'portal/invalid-input', issues }
	});
	let body: unknown;
	try {
		const bytes = await readBody(request, JSON_LIMIT_BYTES);
		if (!bytes) return invalid({ body: 'invalid' });
		// Fatal: bytes that are no UTF-8 would become other letters than another reader sees (ASVS 1.5.3).
		body = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
	} catch {
		return invalid({ body: 'invalid' });
	}
	const parsed = v.safeParse(schema, body);
	return parsed.success ? { ok: true, value: parsed.output } : invalid(issuesOf(parsed.issues));
}

/** Answers an API call with a result: its value as JSON, or code and issues with the status. */
export function answerJson<T>(result: Result<T>): Response {
	if (result.ok) return json(result.value);
	const { code, issues } = result.error;
	return json(issues ? { code, issues } : { code }, { status: statusOf(result.error) });
}

const LAST_PAGE = 10_000;

/** `?page=`, counted from 1; anything that is no page number is the first page. */
export function pageNumberOf(url: URL): number {
	const page = Number(url.searchParams.get('page') ?? 1);
	return Number.isInteger(page) && page >= 1 && page <= LAST_PAGE ? page : 1;
}

/** A word of the address, when it is one of those a page knows; anything else says nothing. */
export function wordOf<const Word extends string>(
	url: URL,
	name: string,
	words: readonly Word[]
): Word | null {
	const said = url.searchParams.get(name);
	return words.find((word) => word === said) ?? null;
}

function unavailableEvent(cause: unknown): string {
	return isListUnavailable(cause) ? 'password-list-unavailable' : 'database-unavailable';
}

/** Without the list of common passwords no new one is accepted (password-policy.ts). */
function isListUnavailable(error: unknown): boolean {
	return error instanceof Error && 'code' in error && error.code === 'PASSWORD_LIST_UNAVAILABLE';
}

/** Whether an error means that something we need cannot be reached, rather than that we are wrong. */
export function isUnavailable(error: unknown): boolean {
	if (!(error instanceof Error)) return false;
	if (isListUnavailable(error)) return true;
	const code = 'code' in error ? String(error.code) : '';
	if (code === 'SERVER_ERROR' || code === 'HRANA_WEBSOCKET_ERROR' || code === 'SQLITE_BUSY')
		return true;
	if (/fetch failed|network|connection|ECONNREFUSED|SERVER_ERROR/i.test(error.message)) return true;
	return isUnavailable(error.cause);
}
