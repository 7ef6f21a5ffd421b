import { formatDate, formatDateTime } from '#lib/i18n/format.ts';
import { m } from '#lib/i18n/generated/messages.js';
import type { Locale } from '#lib/ui/shell.ts';
import type { PageData } from './$types.js';

export type RequestRow = PageData['open'][number];

/** What a clerk compares before the answer: who declared what, and the contract behind the number. */
export function factsOf(request: RequestRow, locale: Locale) {
	const { receivedAtMs, wishedOn, content, contract } = request;
	const day = (date: string | null) =>
		date ? formatDate(date, locale) : m.contracts_staff_no_end();
	return [
		{ label: m.contracts_request_received_at(), value: formatDateTime(receivedAtMs, locale) },
		{ label: m.contracts_withdraw_name(), value: content.name },
		{ label: m.contracts_withdraw_email(), value: content.email },
		{ label: m.contracts_policy_number(), value: content.policyNumber },
		{
			label: m.contracts_cover(),
			value: contract
				? `${day(contract.startsOn)} – ${day(contract.endsOn)}`
				: m.contracts_staff_no_contract()
		},
		...(contract ? [{ label: m.contracts_policyholder(), value: contract.policyholderName }] : []),
		...(wishedOn ? [{ label: m.contracts_staff_wished_on(), value: day(wishedOn) }] : []),
		...(content.note ? [{ label: m.contracts_request_note(), value: content.note }] : [])
	];
}
