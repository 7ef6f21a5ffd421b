import { electronicFormatIBAN, extractIBAN, isValidIBAN } from 'ibantools';

/** A valid IBAN of any country in electronic form, or null (ISO 13616 length and check digits). */
export function normaliseIban(typed: string): string | null {
	const iban = electronicFormatIBAN(typed);
	return iban !== null && isValidIBAN(iban) ? iban : null;
}

/** Name and BIC of a German bank from the Bundesbank's list; null for other countries. */
export async function findGermanBank(
	iban: string
): Promise<{ readonly name: string; readonly bic: string | null } | null> {
	const { countryCode, bankIdentifier } = extractIBAN(iban);
	if (countryCode !== 'DE' || !bankIdentifier) return null;
	// Half a megabyte of data, so only where a bank is really looked up.
	const { bankDataByBLZ } = await import('bankdata-germany');
	const bank = bankDataByBLZ(bankIdentifier);
	return bank ? { name: bank.bankName, bic: bank.bic || null } : null;
}
