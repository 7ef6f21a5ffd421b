import { fieldLabel } from '#lib/i18n/claim-field-texts.ts';
import { m } from '#lib/i18n/generated/messages.js';
import { DRAFT_STEPS, stepOfField, type DraftStep } from '#lib/domain/claims/draft-form.ts';
import type { DraftEditor } from '#lib/offline/draft-editor.svelte.ts';
import { issueText } from '../../field-texts.ts';

/** What every step of the form gets. */
export type StepProps = {
	editor: DraftEditor;
	/** Text beside a field, empty where nothing is wrong or it is too early to say so. */
	errorOf: (field: string) => string | undefined;
};

const TITLES: Readonly<Record<DraftStep, () => string>> = {
	person: m.drafts_step_person,
	invoices: m.drafts_step_invoices,
	documents: m.drafts_step_documents,
	bank: m.drafts_step_bank,
	check: m.drafts_step_check
};

export function stepTitle(step: DraftStep): string {
	return TITLES[step]();
}

export function stepAfter(step: DraftStep): DraftStep {
	return DRAFT_STEPS[DRAFT_STEPS.indexOf(step) + 1] ?? 'check';
}

export function stepBefore(step: DraftStep): DraftStep | null {
	return DRAFT_STEPS[DRAFT_STEPS.indexOf(step) - 1] ?? null;
}

/** The issues of one step, field to "label: text", for the summary on top. */
export function summaryOf(
	issues: Readonly<Record<string, string>>,
	step: DraftStep
): Record<string, string> {
	return Object.fromEntries(
		Object.entries(issues)
			.filter(([field]) => stepOfField(field) === step)
			.map(([field, code]) => [
				field,
				m.drafts_issue_of({ label: fieldLabel(field), issue: issueText(code) })
			])
	);
}
