import { OPERATOR } from '#lib/domain/operator.ts';

/** What every page's frame shows, whoever looks at it. */
export function shellData(locale: 'de' | 'en', url: URL) {
	return {
		locale,
		path: url.pathname + url.search,
		operator: { portalName: OPERATOR.portalName, insurerName: OPERATOR.insurerName }
	};
}
