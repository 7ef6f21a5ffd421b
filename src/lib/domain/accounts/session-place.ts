/** What a session was opened with, as far as it can be told. */
export type SessionPlace = {
	/** ISO 3166 code, or null where the edge does not name it. */
	readonly country: string | null;
	readonly browser: string | null;
	readonly system: string | null;
};

/**
 * Whether a session goes on elsewhere: in another browser or on another system, or in another country
 * (ASVS 8.2.4). Its owner signs in again; a cookie that was copied is worth nothing in another browser.
 * What was not known before is no change, nor is a country that is not known now. Versions are not in it:
 * browsers renew themselves.
 */
export function hasMoved(before: SessionPlace, now: SessionPlace): boolean {
	return (
		(before.browser !== null && before.browser !== now.browser) ||
		(before.system !== null && before.system !== now.system) ||
		(before.country !== null && now.country !== null && before.country !== now.country)
	);
}
