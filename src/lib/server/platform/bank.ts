import { electronicFormatIBAN, isValidIBAN } from 'ibantools';

/** A valid IBAN of any country in electronic form, or null (ISO 13616 length and check digits). */
export function normaliseIban(typed: string): string | null {
	const iban = electronicFormatIBAN(typed);
	return iban !== null && isValidIBAN(iban) ? iban : null;
}
