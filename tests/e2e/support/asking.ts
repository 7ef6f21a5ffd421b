/** One request as it goes over the wire: no redirect is followed, nothing is added but the cookies. */
import { USER_AGENT, type Visitor } from '../../bench/portal/visitor.ts';

export type Asked = {
	readonly method?: string;
	readonly headers?: Readonly<Record<string, string>>;
	readonly body?: string | Uint8Array<ArrayBuffer>;
};

export type Heard = {
	/** For the message of a failing test: who asked for what. */
	readonly what: string;
	readonly status: number;
	readonly headers: Headers;
	readonly text: string;
};

/** `null` asks as nobody. */
export async function ask(
	portalUrl: string,
	visitor: Visitor | null,
	path: string,
	{ method = 'GET', headers = {}, body }: Asked = {}
): Promise<Heard> {
	const answer = await fetch(portalUrl + path, {
		...{ method, redirect: 'manual' },
		headers: {
			accept: 'text/html,*/*',
			// A body that is refused unread costs its connection: the next call must not be on it.
			connection: 'close',
			...(visitor && { cookie: visitor.cookieHeader, 'user-agent': USER_AGENT }),
			...headers
		},
		...(body !== undefined && { body })
	});
	return {
		what: `${method} ${path} (${answer.status})`,
		status: answer.status,
		headers: answer.headers,
		text: await answer.text()
	};
}

export const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

/** The data address of a page: Kit writes it without the slash only for the first page. */
export function dataPathOf(path: string): string {
	return path === '/' ? '/__data.json' : `${path}/__data.json`;
}
