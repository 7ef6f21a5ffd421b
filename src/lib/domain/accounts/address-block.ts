const IPV4 = /^\d{1,3}(\.\d{1,3}){3}$/;
const GROUPS = 8;
const BLOCK_GROUPS = 4;

/**
 * The block of addresses one customer of a network has: an IPv4 address, or the /64 of an IPv6 one,
 * of which everybody has 2^64 (A16). Null for anything that is no address: it gets the strict bucket.
 */
export function addressBlockOf(ip: string): string | null {
	if (IPV4.test(ip)) return canonicalHost(ip);
	// The platform's own URL parser checks the address and writes it in one form: no library needed.
	const canonical = /^[0-9a-f:.]+$/i.test(ip) ? canonicalHost(`[${ip}]`)?.slice(1, -1) : undefined;
	if (canonical === undefined) return null;
	const groups = expand(canonical);
	// ::ffff:a.b.c.d is an IPv4 address in other clothes.
	if (groups.slice(0, 5).every((group) => group === '0') && groups[5] === 'ffff') {
		const [high = 0, low = 0] = groups.slice(6).map((group) => Number.parseInt(group, 16));
		return [high >> 8, high & 255, low >> 8, low & 255].join('.');
	}
	return `${groups.slice(0, BLOCK_GROUPS).join(':')}::/64`;
}

function canonicalHost(host: string): string | null {
	return URL.canParse(`http://${host}/`) ? new URL(`http://${host}/`).hostname : null;
}

function expand(canonical: string): readonly string[] {
	const [head = '', tail] = canonical.split('::');
	const left = head === '' ? [] : head.split(':');
	if (tail === undefined) return left;
	const right = tail === '' ? [] : tail.split(':');
	return [...left, ...Array<string>(GROUPS - left.length - right.length).fill('0'), ...right];
}
