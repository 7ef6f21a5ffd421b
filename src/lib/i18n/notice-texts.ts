import type { Notice } from '#lib/domain/contracts/notice.ts';
import type { Language } from '#lib/domain/messages/mail.ts';
import { formatDate, formatDateTime } from './format.ts';
import { m } from './generated/messages.js';

export type NoticeText = {
	readonly title: string;
	readonly lead: string;
	readonly facts: readonly { readonly label: string; readonly value: string }[];
	/** What the reader can do; null where nothing is left to do. */
	readonly next: string | null;
};

/** A notice about a contract in words. */
export function noticeText(notice: Notice, locale: Language): NoticeText {
	const contract = {
		label: m.contracts_fact_contract(),
		value: `${notice.plan} ${notice.policyNumberMasked}`
	};
	switch (notice.topic) {
		case 'account-changing':
			return {
				title: m.contracts_notice_account_changing_title(),
				lead: m.contracts_notice_account_changing(),
				facts: [
					contract,
					{
						label: m.contracts_notice_asked_at(),
						value: formatDateTime(notice.askedAtMs, locale)
					},
					{ label: m.contracts_account_holder(), value: notice.holder },
					{ label: m.contracts_notice_new_iban(), value: notice.ibanMasked },
					{ label: m.contracts_notice_old_iban(), value: notice.oldIbanMasked },
					{ label: m.contracts_fact_holds_from(), value: formatDate(notice.holdsFrom, locale) }
				],
				next: m.contracts_notice_account_changing_stop()
			};
		case 'account-kept':
			return {
				title: m.contracts_notice_account_kept_title(),
				lead: m.contracts_notice_account_kept(),
				facts: [
					contract,
					{
						label: m.contracts_notice_stopped_at(),
						value: formatDateTime(notice.stoppedAtMs, locale)
					},
					{ label: m.contracts_notice_unused_iban(), value: notice.ibanMasked }
				],
				next: null
			};
		default:
			return notice satisfies never;
	}
}
