/** `A7, ASVS 6.5.1: a code works once` -> ['A7', '6.5.1']; a title without ids gives none. */
export function idsOfTitle(title: string): readonly string[] {
	const [, list] = TITLE.exec(title) ?? [];
	return list?.split(', ').map((id) => id.replace('ASVS ', '')) ?? [];
}

const ID = String.raw`(?:[A-Z]\d{1,2}|ASVS \d{1,2}\.\d{1,2}\.\d{1,2})`;
const TITLE = new RegExp(`^(${ID}(?:, ${ID})*): `);
/** A text in a test file that begins with ids: how a title is found without running the test. */
const TITLE_IN_SOURCE = new RegExp(`['"\`](${ID}(?:, ${ID})*: )`, 'g');

/** The ids that the titles of a test file begin with. */
export function idsOfSource(source: string): readonly string[] {
	return [...source.matchAll(TITLE_IN_SOURCE)].flatMap(([, start]) => idsOfTitle(start ?? ''));
}
