import type { CalendarDate } from '../calendar.ts';
import { isNameOfType } from '../documents/file-type.ts';
import { failed, type Issues, type Result } from '../result.ts';
import { claimFieldsOf } from '../operator.ts';
import { circumstanceIssues } from './circumstances.ts';
import type { ClaimContent, Submission } from './claim.schema.ts';
import { checkSubmittable } from './claim.ts';
import { bicIssue } from './payee-account.ts';

/** What has to be known of a customer's contracts to take a claim. */
export type LinkedContract = {
	readonly id: string;
	readonly plan: string;
};
export type InsuredUnder = { readonly contractId: string; readonly personId: string };

/**
 * Whether the insurer takes this submission from this customer today.
 * Fails with `portal/invalid-input` (a contract that is not linked to the account, an IBAN that is
 * none, an account without one where every account has one, a circumstance that is missing, a file whose name belies its type, two files or two invoices with one id) and
 * with what `checkSubmittable` says.
 */
export function checkSubmission(
	{ content, files }: Submission,
	known: {
		readonly contracts: readonly LinkedContract[];
		readonly insured: readonly InsuredUnder[];
		readonly today: CalendarDate;
		readonly isIban: (text: string) => boolean;
		/** It came on paper: what it leaves out of its circumstances is asked for later. */
		readonly isLetter?: boolean;
	}
): Result<void> {
	const issues: Record<string, string> = {
		...duplicateIssues('invoices', content.invoices),
		...fileIssues(files)
	};
	const contract = known.contracts.find((one) => one.id === content.contractId);
	if (!contract) issues['contractId'] = 'contract-unknown';
	else Object.assign(issues, toldIssues(content, contract.plan, known));
	Object.assign(issues, accountIssues(content, known.isIban));
	if (!contract || Object.keys(issues).length > 0) {
		return failed('invalid', 'portal/invalid-input', issues);
	}
	const insuredPersonIds = known.insured
		.filter((person) => person.contractId === contract.id)
		.map((person) => person.personId);
	return checkSubmittable(content, insuredPersonIds, known.today);
}

/** A letter, and a device of a release before, may tell no circumstances: what is missing is asked for. */
function toldIssues(
	content: ClaimContent,
	plan: string,
	{ today, isLetter = false }: { readonly today: CalendarDate; readonly isLetter?: boolean }
): Issues {
	const { cause, hasOtherInsurance, circumstances } = content;
	if (!circumstances) return {};
	const facts = { cause, hasOtherInsurance, asks: claimFieldsOf(plan), isLetter };
	const found = Object.entries(circumstanceIssues(circumstances, facts, today));
	return Object.fromEntries(found.map(([field, code]) => [`circumstances.${field}`, code]));
}

function accountIssues(
	{ payeeAccount: account }: ClaimContent,
	isIban: (text: string) => boolean
): Issues {
	if (account === null) return {};
	if ('iban' in account) {
		return isIban(account.iban) ? {} : { 'payeeAccount.iban': 'iban-invalid' };
	}
	const issue = bicIssue(account.bic);
	return issue ? { 'payeeAccount.bic': issue } : {};
}

function fileIssues(files: Submission['files']): Issues {
	const issues: Record<string, string> = { ...duplicateIssues('files', files) };
	files.forEach((file, index) => {
		if (!isNameOfType(file.name, file.type)) issues[`files.${index}.name`] = 'file-type';
	});
	return issues;
}

/** Two with one id: a decision about the one would count for the other. */
function duplicateIssues(field: string, entries: readonly { readonly id: string }[]): Issues {
	const issues: Record<string, string> = {};
	const seen = new Set<string>();
	entries.forEach(({ id }, index) => {
		if (seen.has(id)) issues[`${field}.${index}.id`] = 'duplicate';
		seen.add(id);
	});
	return issues;
}
