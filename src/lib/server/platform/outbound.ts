const TIMEOUT_MS = 10_000;
/** What every server takes; longer ones are refused there, or cut, and then mean something else. */
const LONGEST_ADDRESS = 2048;
const LONGEST_HEADERS = 8192;
const LOOPBACK = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/;

/**
 * The one way out for HTTP (B3, ASVS 1.3.6): to named hosts only, encrypted, and never where an
 * answer points to. Throws on any other host, a redirect, after ten seconds, and before an address or
 * head leaves that is too long to be taken (ASVS 4.2.5). Whoever calls brings the hosts from the
 * configuration, never from what somebody typed.
 */
export async function fetchOutbound(
	address: string | URL,
	init: Omit<RequestInit, 'redirect' | 'signal'>,
	allowedHosts: readonly string[],
	options: { readonly fetch?: typeof fetch; readonly timeoutMs?: number } = {}
): Promise<Response> {
	const url = new URL(address);
	// The text of a refusal names no address: it may hold a token or what somebody typed.
	if (!allowedHosts.includes(url.host)) throw new Error('outbound: this host is not allowed');
	if (url.username !== '' || url.password !== '')
		throw new Error('outbound: no names in addresses');
	if (url.protocol !== 'https:' && !(url.protocol === 'http:' && LOOPBACK.test(url.host))) {
		throw new Error('outbound: only https, or http on this machine');
	}
	const headers = new Headers(init.headers);
	const headLength = [...headers].reduce(
		(sum, [name, value]) => sum + name.length + value.length,
		0
	);
	if (url.href.length > LONGEST_ADDRESS || headLength > LONGEST_HEADERS) {
		throw new Error('outbound: too long to be sent');
	}
	const send = options.fetch ?? fetch;
	const answer = await send(url, {
		...init,
		redirect: 'manual',
		signal: AbortSignal.timeout(options.timeoutMs ?? TIMEOUT_MS)
	});
	// A browser's fetch hides a redirect as status 0, the Worker's and Node's show it.
	if (answer.status === 0 || (answer.status >= 300 && answer.status < 400)) {
		await answer.body?.cancel();
		throw new Error('outbound: a redirect is not followed');
	}
	return answer;
}
