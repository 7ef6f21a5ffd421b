import { isPlausibleIban } from '../iban.ts';
import { parseAmountMinor, type Money } from '../money.ts';

/** What the QR code of a bill says about how to pay it. */
export type PaymentCode = {
	readonly payee: string;
	/** Without spaces. */
	readonly iban: string;
	/** Null where the payer is to fill it in. */
	readonly amount: Money | null;
	/** What the payee wants to read on the statement, often with the number of the invoice. */
	readonly reference: string;
};

const NAME_LENGTH = 70;
const REFERENCE_LENGTH = 140;

/** The code on a bill from the euro area (GiroCode, EPC069-12) or from Switzerland (QR-bill); else null. */
export function parsePaymentCode(text: string): PaymentCode | null {
	const lines = text.split(/\r\n|\n|\r/).map((line) => line.trim());
	if (lines[0] === 'BCD') return parseGiroCode(lines);
	return lines[0] === 'SPC' ? parseSwissCode(lines) : null;
}

function parseGiroCode(lines: readonly string[]): PaymentCode | null {
	const [, version, charset, way, bic = '', payee = '', account = '', sum = ''] = lines;
	const isKnown = (version === '001' || version === '002') && /^[1-8]$/.test(charset ?? '');
	if (!isKnown || way !== 'SCT') return null;
	// Only version 2 may leave out the bank's code.
	if (bic === '' ? version === '001' : !/^[A-Z0-9]{8}(?:[A-Z0-9]{3})?$/.test(bic)) return null;
	if (sum !== '' && !/^EUR\d{1,9}(?:\.\d{1,2})?$/.test(sum)) return null;
	const [, , , , , , , , , structured = '', free = ''] = lines;
	return codeOf(payee, account, sum.slice(3), 'EUR', structured || free);
}

function parseSwissCode(lines: readonly string[]): PaymentCode | null {
	const [, version = '', charset, account = '', , payee = ''] = lines;
	if (!/^02\d\d$/.test(version) || charset !== '1') return null;
	const [sum = '', currency = ''] = lines.slice(18, 20);
	if (!['CHF', 'EUR'].includes(currency)) return null;
	return codeOf(payee, account, sum, currency, lines[29] || lines[28] || '');
}

function codeOf(
	payee: string,
	account: string,
	sum: string,
	currency: string,
	reference: string
): PaymentCode | null {
	const iban = account.replace(/\s/g, '').toUpperCase();
	if (payee === '' || payee.length > NAME_LENGTH || !isPlausibleIban(iban)) return null;
	const amountMinor = sum === '' ? null : parseAmountMinor(sum, currency);
	if (sum !== '' && !amountMinor) return null;
	return {
		payee,
		iban,
		amount: amountMinor === null ? null : { amountMinor, currency },
		reference: reference.slice(0, REFERENCE_LENGTH)
	};
}
