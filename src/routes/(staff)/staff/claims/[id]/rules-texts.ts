import type { PersonReason } from '#lib/domain/claims/automatic.ts';
import { m } from '#lib/i18n/generated/messages.js';

export const PERSON_REASON_TEXTS = {
	'not-new': m.desk_rules_not_new,
	taken: m.desk_rules_taken,
	'too-soon': m.desk_rules_too_soon,
	'by-post': m.desk_rules_by_post,
	'of-staff': m.desk_rules_of_staff,
	sample: m.desk_rules_sample,
	accident: m.desk_rules_accident,
	'other-insurance': m.desk_rules_other_insurance,
	note: m.desk_rules_note,
	'in-hand': m.desk_rules_in_hand,
	receipts: m.desk_rules_receipts,
	'receipt-known': m.desk_rules_receipt_known,
	'several-people': m.desk_rules_several_people,
	'number-missing': m.desk_rules_number_missing,
	finding: m.desk_rules_finding,
	'before-cover': m.desk_rules_before_cover,
	'waiting-period': m.desk_rules_waiting_period,
	currency: m.desk_rules_currency,
	'above-limit': m.desk_rules_above_limit,
	'too-often': m.desk_rules_too_often,
	'second-look': m.desk_rules_second_look,
	'not-in-full': m.desk_rules_not_in_full
} satisfies Record<PersonReason, unknown>;
