import * as v from 'valibot';

/** In code points of the composed form: an emoji counts one, and so does an umlaut (ASVS 6.2.1, 6.2.9). */
export const PASSWORD_MIN = 12;
export const PASSWORD_MAX = 128;

const codePoints = (text: string) => [...text.normalize('NFC')].length;

/**
 * A password that somebody chooses: at registration, change and reset. No composition rules, nothing
 * trimmed: the whole password counts (ASVS 6.2.5, 6.2.8). Whether it is a bad choice is the password
 * policy's question. Issues: `required`, `password-short`, `password-long`.
 */
export const newPasswordSchema = v.pipe(
	v.string('required'),
	v.minLength(1, 'required'),
	v.check((text) => codePoints(text) >= PASSWORD_MIN, 'password-short'),
	v.check((text) => codePoints(text) <= PASSWORD_MAX, 'password-long')
);
