/**
 * The shortest passphrase, in characters. Nothing but it stands between a stolen device and the
 * drafts: NIST SP 800-63B-4, 3.1.1.2 asks for 15 where a password is the only factor.
 */
export const PASSPHRASE_MIN_LENGTH = 15;
/** "aaaaaaaaaaaaaaa" and "121212121212121" are long and no secret. */
const MIN_DIFFERENT = 6;

const PIN_PATTERN = /^\d{6}$/;
/** From digit to digit, over the end of the keypad too: the same one, the next one, the one before. */
const GUESSABLE_STEPS = [0, 1, 9];

/** The same sentence from every keyboard: one Unicode form, single spaces, none around it. */
export function normalisePassphrase(text: string): string {
	return text.normalize('NFKC').replace(/\s+/gu, ' ').trim();
}

/** What is wrong with a passphrase, or null. */
export function faultOfPassphrase(text: string): 'too-short' | 'too-simple' | null {
	const characters = [...normalisePassphrase(text)];
	if (characters.length < PASSPHRASE_MIN_LENGTH) return 'too-short';
	return new Set(characters).size < MIN_DIFFERENT ? 'too-simple' : null;
}

/**
 * What is wrong with a PIN, or null. `too-simple` is one digit repeated or a row up or down, which
 * five guesses would find (NIST SP 800-63B-4, 3.1.1.2: repetitive or sequential characters).
 */
export function faultOfPin(pin: string): 'not-six-digits' | 'too-simple' | null {
	if (!PIN_PATTERN.test(pin)) return 'not-six-digits';
	const digits = [...pin].map(Number);
	const steps = digits.slice(1).map((digit, index) => (digit - (digits[index] ?? 0) + 10) % 10);
	const [first = 0] = steps;
	const isEven = steps.every((step) => step === first);
	return isEven && GUESSABLE_STEPS.includes(first) ? 'too-simple' : null;
}

const FREE_GUESSES = 4;
const FIRST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 300_000;

/**
 * How long to wait after the given number of wrong guesses in a row, in milliseconds: none after
 * four, then 5 s, doubled each time, five minutes at most. It slows down somebody at the keyboard
 * and never deletes anything (offline.md, fault 42).
 */
export function pauseAfterGuesses(wrongCount: number): number {
	if (wrongCount <= FREE_GUESSES) return 0;
	return Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (wrongCount - FREE_GUESSES - 1));
}
