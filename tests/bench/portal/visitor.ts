export type Answer = {
	readonly status: number;
	readonly headers: Headers;
	readonly text: string;
};

export type Sent = {
	readonly expected: number;
	readonly headers?: Readonly<Record<string, string>>;
	readonly body?: string | URLSearchParams | FormData | Uint8Array<ArrayBuffer>;
};

/**
 * What Chromium says here too, but for its version: pages opened with a visitor's cookies are the same browser, and a
 * session that goes on in another one ends (ASVS 8.2.4).
 */
export const USER_AGENT =
	'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36';

/** Somebody with a browser, as far as the portal can tell: cookies and an origin. */
export class Visitor {
	readonly #portalUrl: string;
	readonly #cookies = new Map<string, string>();

	constructor(portalUrl: string) {
		this.#portalUrl = portalUrl;
	}

	get cookies(): readonly { readonly name: string; readonly value: string }[] {
		return [...this.#cookies].map(([name, value]) => ({ name, value }));
	}

	get cookieHeader(): string {
		return this.cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
	}

	open(path: string): Promise<Answer> {
		return this.send('GET', path, { expected: 200 });
	}

	/** Comes back with the first bytes; the rest of the file keeps flowing until `whole`. */
	async openFile(path: string): Promise<{ readonly whole: Promise<unknown> }> {
		const response = await fetch(this.#portalUrl + path, {
			headers: { cookie: this.cookieHeader, 'user-agent': USER_AGENT }
		});
		const reader = response.body?.getReader();
		const first = await reader?.read();
		if (response.status !== 200 || !reader || !first?.value) {
			throw new Error(`GET ${path}: ${response.status} without a file`);
		}
		return { whole: readToEnd(reader) };
	}

	/** Sends a form; by default it must lead on to another page. */
	post(path: string, fields: Readonly<Record<string, string>>, expected = 303): Promise<Answer> {
		return this.send('POST', path, { expected, body: new URLSearchParams(fields) });
	}

	/** Any other status than the expected one ends the bench: a refusal would be measured as an act. */
	async send(method: string, path: string, { expected, headers, body }: Sent): Promise<Answer> {
		const response = await fetch(this.#portalUrl + path, {
			method,
			redirect: 'manual',
			headers: {
				// Without it Kit takes a form for one that a script has sent.
				accept: 'text/html,*/*',
				'accept-language': 'de',
				'user-agent': USER_AGENT,
				...(method === 'GET' || method === 'HEAD' ? {} : { origin: this.#portalUrl }),
				...(this.#cookies.size > 0 && { cookie: this.cookieHeader }),
				...headers
			},
			...(body !== undefined && { body })
		});
		const text = await response.text();
		if (response.status !== expected) {
			const shown = text.slice(0, 400);
			throw new Error(`${method} ${path}: ${response.status} instead of ${expected}\n${shown}`);
		}
		response.headers.getSetCookie().forEach((cookie) => this.#keep(cookie));
		return { status: response.status, headers: response.headers, text };
	}

	#keep(setCookie: string): void {
		const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(setCookie) ?? [];
		if (value === '' || /;\s*max-age=0/i.test(setCookie)) this.#cookies.delete(name);
		else this.#cookies.set(name, value);
	}
}

async function readToEnd(reader: ReadableStreamDefaultReader): Promise<void> {
	while (!(await reader.read()).done);
}

/** The first group of `pattern` in `text`; what is not there ends the bench. */
export function requireMatch(text: string, pattern: RegExp): string {
	const found = pattern.exec(text)?.[1];
	if (found === undefined) throw new Error(`${String(pattern)} is not in:\n${text.slice(0, 400)}`);
	return found;
}
