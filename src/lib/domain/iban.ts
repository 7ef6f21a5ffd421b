/**
 * Whether a text, spaces and case aside, can be an IBAN: form and check digits by ISO 13616, and the
 * length for Germany. Small enough for the device; the server also knows the form of every country.
 */
export function isPlausibleIban(text: string): boolean {
	const iban = text.replace(/\s/g, '').toUpperCase();
	if (!/^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/.test(iban)) return false;
	if (iban.startsWith('DE') && !/^DE\d{20}$/.test(iban)) return false;
	let remainder = 0;
	for (const character of iban.slice(4) + iban.slice(0, 4)) {
		// Letters count as 10 to 35, so they shift the number by two places.
		const value = Number.parseInt(character, 36);
		remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97;
	}
	return remainder === 1;
}
