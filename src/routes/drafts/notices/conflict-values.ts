import { m } from '#lib/i18n/generated/messages.js';
import type { OfflineContract } from '#lib/domain/claims/submission.ts';
import { toldText } from '#lib/i18n/circumstance-texts.ts';
import { formatIban } from '#lib/ui/format.ts';
import type { Locale } from '#lib/ui/shell.ts';
import { countryName } from '#lib/ui/claim-choices.ts';

/** One field's value as its owner reads it, beside the one of another device. */
export function valueText(
	field: string,
	value: string | boolean,
	contracts: readonly OfflineContract[] | null,
	locale: Locale
): string {
	if (value === true || value === 'yes') return m.drafts_yes();
	if (value === false || value === 'no') return m.drafts_no();
	if (value.trim() === '') return m.drafts_not_filled_in();
	const contract = contracts?.find(({ id }) => id === value);
	const person = contracts
		?.flatMap(({ insuredPersons }) => insuredPersons)
		.find(({ id }) => id === value);
	// The last part: a bill says whose it is as a claim does.
	const name = field.slice(field.lastIndexOf('.') + 1);
	switch (name) {
		case 'contractId':
			return contract
				? m.drafts_contract_option({ plan: contract.plan, number: contract.policyNumberMasked })
				: value;
		case 'insuredPersonId':
			return person?.name ?? value;
		case 'cause':
			return value === 'illness' ? m.drafts_cause_illness() : m.drafts_cause_accident();
		case 'country':
			return countryName(value, locale);
		case 'payTo':
			return value === 'contract' ? m.drafts_pay_to_contract() : m.drafts_pay_to_other();
		case 'payeeKind':
			return value === 'iban' ? m.drafts_payee_kind_iban() : m.drafts_payee_kind_number();
		case 'payeeIban':
			return formatIban(value);
		default:
			return toldText(name, value, locale);
	}
}
