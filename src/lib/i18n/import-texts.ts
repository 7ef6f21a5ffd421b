import type { Language } from '#lib/domain/messages/mail.ts';
import { m } from './generated/messages.js';

const TEXTS: Readonly<Record<string, typeof m.import_problem_invalid>> = {
	'csv-empty': m.import_problem_csv_empty,
	'csv-too-many': m.import_problem_csv_too_many,
	'csv-quotes': m.import_problem_csv_quotes,
	'csv-binary': m.import_problem_csv_binary,
	'column-missing': m.import_problem_column_missing,
	'column-twice': m.import_problem_column_twice,
	'cells-count': m.import_problem_cells_count,
	'differs-in-contract': m.import_problem_differs_in_contract,
	'policy-number-taken': m.import_problem_policy_number_taken,
	'policy-number-shape': m.import_problem_policy_number_shape,
	required: m.import_problem_required,
	'too-long': m.import_problem_too_long,
	'too-many': m.import_problem_too_many,
	'name-invalid': m.import_problem_name_invalid,
	'date-invalid': m.import_problem_date_invalid,
	'birthday-impossible': m.import_problem_birthday_impossible,
	'ends-before-start': m.import_problem_ends_before_start,
	'plan-unknown': m.import_problem_plan_unknown,
	'currency-unknown': m.import_problem_currency_unknown,
	'amount-invalid': m.import_problem_amount_invalid,
	'amount-too-large': m.import_problem_amount_too_large,
	'iban-invalid': m.import_problem_iban_invalid,
	'code-shape': m.import_problem_code_shape
};

/** What is wrong in plain words; where it is stands beside it. */
export function faultText(code: string, locale: Language): string {
	return (TEXTS[code] ?? m.import_problem_invalid)({}, { locale });
}
