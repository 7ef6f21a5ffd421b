import Bowser from 'bowser';

const NAME_LENGTH = 40;

/** Browser and system of a request in words, nothing finer; null where the text names none. */
export type BrowserName = { readonly browser: string | null; readonly system: string | null };

/** For agents it does not know the library repeats the header's first word: a stranger's text. */
const PLAIN_NAME = /^[\p{L}\p{N} ._+-]+$/u;

/** Reads the header a browser sends. */
export function browserNameOf(userAgent: string): BrowserName {
	if (userAgent === '') return { browser: null, system: null };
	const { browser, os } = Bowser.parse(userAgent);
	return { browser: nameOf(browser.name), system: nameOf(os.name) };
}

function nameOf(name: string | undefined): string | null {
	return name && PLAIN_NAME.test(name) ? name.slice(0, NAME_LENGTH) : null;
}
