import { error, fail, type RequestEvent } from '@sveltejs/kit';
import { may, type Actor } from '#lib/domain/actor.ts';
import type { ImportReport } from '#lib/domain/contracts/contract-file.ts';
import type { ErrorCode, Result } from '#lib/domain/result.ts';
import { readFileForm, statusOf } from '#lib/server/http.ts';
import type { Actions, PageServerLoad } from './$types.js';

/** Five hundred lines are a tenth of it. */
const LARGEST_FILE = 2 * 1024 * 1024;

const TOO_LARGE: ImportReport = {
	...{ contracts: 0, persons: 0, problemCount: 1 },
	problems: [{ line: 1, column: null, code: 'csv-too-many' }]
};

export const load: PageServerLoad = ({ locals }) => {
	if (!may(locals.actor.role, 'contract/import')) error(403, 'import');
	return {};
};

type Outcome = {
	readonly report: ImportReport | null;
	readonly isTaken: boolean;
	readonly code: ErrorCode | null;
	readonly isMissing: boolean;
};

async function act(
	{ request, locals }: RequestEvent,
	take: (actor: Actor, bytes: Uint8Array) => Promise<Result<Pick<Outcome, 'report' | 'isTaken'>>>
) {
	const nothing = { report: null, isTaken: false, code: null, isMissing: false };
	const { file, isTooLarge } = await readFileForm(request, LARGEST_FILE);
	if (isTooLarge) return { ...nothing, report: TOO_LARGE } satisfies Outcome;
	if (!file) return fail(400, { ...nothing, isMissing: true } satisfies Outcome);
	const done = await take(locals.actor, file.bytes);
	if (!done.ok) {
		return fail(statusOf(done.error), { ...nothing, code: done.error.code } satisfies Outcome);
	}
	return { ...nothing, ...done.value } satisfies Outcome;
}

export const actions: Actions = {
	check: (event) =>
		act(event, async (actor, bytes) => {
			const report = await event.locals.services.contractImports.checkUpload(actor, bytes);
			return report.ok ? { ok: true, value: { report: report.value, isTaken: false } } : report;
		}),
	take: (event) => act(event, event.locals.services.contractImports.importUpload)
};
