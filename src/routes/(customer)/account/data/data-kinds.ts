import { RETENTION_RULES } from '#lib/domain/privacy/retention.ts';
import { m } from '#lib/i18n/generated/messages.js';

export type DataKind = {
	readonly name: string;
	readonly what: string;
	readonly why: string;
	readonly until: string;
};

/** What is stored, in plain words; the periods are those of the job that deletes. */
export function dataKinds(): readonly DataKind[] {
	const rules = RETENTION_RULES;
	return [
		{
			name: m.privacy_kind_account(),
			what: m.privacy_kind_account_what(),
			why: m.privacy_kind_account_why(),
			until: m.privacy_kind_account_until()
		},
		{
			name: m.privacy_kind_devices(),
			what: m.privacy_kind_devices_what(),
			why: m.privacy_kind_devices_why(),
			until: m.privacy_kind_devices_until()
		},
		{
			name: m.push_title(),
			what: m.push_kind_what(),
			why: m.push_kind_why(),
			until: m.push_kind_until()
		},
		{
			name: m.privacy_kind_contract(),
			what: m.privacy_kind_contract_what(),
			why: m.privacy_kind_contract_why(),
			until: m.privacy_kind_contract_until({ years: rules.contract.years })
		},
		{
			name: m.privacy_kind_paid(),
			what: m.privacy_kind_paid_what(),
			why: m.privacy_kind_paid_why(),
			until: m.privacy_kind_paid_until({ years: rules.voucher.years })
		},
		{
			name: m.privacy_kind_refused(),
			what: m.privacy_kind_refused_what(),
			why: m.privacy_kind_refused_why(),
			until: m.privacy_kind_refused_until({
				years: rules.letter.years,
				receiptYears: rules['refused-receipt'].years
			})
		},
		{
			name: m.privacy_kind_unsent(),
			what: m.privacy_kind_unsent_what(),
			why: m.privacy_kind_unsent_why(),
			until: m.privacy_kind_unsent_until({ days: rules['unsent-upload'].days })
		},
		{
			name: m.privacy_kind_messages(),
			what: m.privacy_kind_messages_what(),
			why: m.privacy_kind_messages_why(),
			until: m.privacy_kind_messages_until({
				days: rules['general-question'].days,
				years: rules.letter.years
			})
		},
		{
			name: m.privacy_kind_mails(),
			what: m.privacy_kind_mails_what(),
			why: m.privacy_kind_mails_why(),
			until: m.privacy_kind_mails_until({ days: rules['mail-log'].days })
		}
	];
}
