// Cloudflare's `_headers` file: which response headers a static file gets.
// https://developers.cloudflare.com/workers/static-assets/headers/

type HeaderRule = {
	readonly pattern: RegExp;
	readonly unset: readonly string[];
	readonly set: readonly (readonly [name: string, value: string])[];
};

export function parseHeaderRules(text: string): readonly HeaderRule[] {
	const rules: { pattern: RegExp; unset: string[]; set: [string, string][] }[] = [];
	for (const line of text.split('\n')) {
		const content = line.trim();
		if (content === '' || content.startsWith('#')) continue;
		if (content.startsWith('/')) {
			rules.push({ pattern: patternOf(content), unset: [], set: [] });
			continue;
		}
		const rule = rules.at(-1);
		if (!rule) throw new Error(`_headers starts without a path: ${content}`);
		if (content.startsWith('!')) {
			rule.unset.push(content.slice(1).trim().toLowerCase());
			continue;
		}
		const colon = content.indexOf(':');
		if (colon < 1) throw new Error(`_headers has a line without a colon: ${content}`);
		rule.set.push([content.slice(0, colon).trim().toLowerCase(), content.slice(colon + 1).trim()]);
	}
	return rules;
}

/** All rules that match apply in order; a header set twice is joined unless detached in between. */
export function headersFor(
	path: string,
	rules: readonly HeaderRule[]
): Readonly<Record<string, string>> {
	const headers = new Map<string, string>();
	for (const rule of rules) {
		if (!rule.pattern.test(path)) continue;
		for (const name of rule.unset) headers.delete(name);
		for (const [name, value] of rule.set) {
			const present = headers.get(name);
			headers.set(name, present === undefined ? value : `${present}, ${value}`);
		}
	}
	return Object.fromEntries(headers);
}

function patternOf(path: string): RegExp {
	const parts = path.split('*').map((part) => RegExp.escape(part));
	return new RegExp(`^${parts.join('.*')}$`);
}
