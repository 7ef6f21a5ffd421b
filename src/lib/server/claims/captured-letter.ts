// A letter as the rules for claims read it: the same content, submission and faults as of one sent here.
import type { CalendarDate } from '#lib/domain/calendar.ts';
import { arrivalIssue, type Capture } from '#lib/domain/claims/capture.ts';
import type { ClaimContent, Submission } from '#lib/domain/claims/claim.schema.ts';
import { fieldOfIssue, parseDraftForm } from '#lib/domain/claims/draft-form.ts';
import { claimFieldsOf } from '#lib/domain/operator.ts';
import { failed, ok, type Result } from '#lib/domain/result.ts';
import type { ReceivedFile } from '#lib/server/documents/received-files.ts';

/**
 * What the letter says, judged as the form of a customer is, but for what it leaves out of its
 * circumstances. Fails with `portal/invalid-input` and every field at fault.
 */
export function contentOfLetter(
	{ accountId, arrivedOn, form }: Capture,
	letter: {
		readonly contract: { readonly id: string; readonly plan: string };
		/** Scans that came with it. */
		readonly fileCount: number;
		readonly today: CalendarDate;
		readonly newId: () => string;
	}
): Result<ClaimContent> {
	const { contract, fileCount, today, newId } = letter;
	const arrival = arrivalIssue(arrivedOn, today);
	const invoices = form.invoices.map((invoice) => ({ ...invoice, id: newId() }));
	const parsed = parseDraftForm(
		{ ...form, contractId: contract.id, invoices },
		{
			...{ today: arrival === null ? arrivedOn : today, fileCount },
			...{ asks: claimFieldsOf(contract.plan), isLetter: true }
		}
	);
	const { files, isDeclaredTrue, ...issues } = parsed.issues;
	// In the order of the page.
	const all: Record<string, string> = {
		...(arrival !== null && { arrivedOn: arrival }),
		...(accountId === '' && { account: 'required' }),
		...(isDeclaredTrue !== undefined && { isDeclaredTrue: 'unsigned' }),
		...(arrival === null ? namedAsInForm(issues) : issues),
		...(files !== undefined && { scan1: files })
	};
	if (Object.keys(all).length > 0 || !parsed.content) {
		return failed('invalid', 'portal/invalid-input', all);
	}
	return ok(parsed.content);
}

export function submissionOfLetter(
	{ submissionId }: Capture,
	content: ClaimContent,
	files: readonly ReceivedFile[]
): Submission {
	return {
		// No draft was before it.
		draftId: submissionId,
		content,
		files: files.map(({ id, listed }) => ({ id, ...listed }))
	};
}

/**
 * What the rules for claims find, as the page of a letter says it: with its names of fields, and what
 * lies in the future of the day of its arrival is later than that.
 */
export function namedAsInForm(
	issues: Readonly<Record<string, string>> = {}
): Readonly<Record<string, string>> {
	return Object.fromEntries(
		Object.entries(issues).map(([path, issue]): readonly [string, string] => [
			fieldOfIssue(path).replace(/^files$/, 'scan1'),
			issue === 'date-in-future' ? 'date-after-arrival' : issue
		])
	);
}
