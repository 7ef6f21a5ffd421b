import { parsePhoneNumberFromString } from 'libphonenumber-js/min';

/** A number as people type it in E.164 (`+491701234567`), or null. Without `+` it is read as German. */
export function normalisePhone(typed: string): string | null {
	const parsed = parsePhoneNumberFromString(typed, 'DE');
	return parsed?.isValid() === true ? parsed.number : null;
}
