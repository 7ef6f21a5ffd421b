import type { PayeeView } from '#lib/domain/claims/payee-view.ts';
import { m } from './generated/messages.js';

/** The account a payment goes to, as a list of facts: the number masked, the bank where it is part of it. */
export function payeeItems({ holder, numberMasked, bank }: PayeeView) {
	const items = [{ label: m.payouts_holder(), value: holder }];
	if (bank === null) return [...items, { label: m.payouts_iban(), value: numberMasked }];
	return [
		...items,
		{ label: m.payouts_number(), value: numberMasked },
		{ label: m.payouts_bank(), value: bank.name },
		{ label: m.payouts_bic(), value: bank.bic }
	];
}
