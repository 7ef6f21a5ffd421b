/** A draft that a device had at its last contact. */
export type Sighting = { readonly id: string; readonly rev: number; readonly seenAtMs: number };

export type Reconciled = {
	/** What the device is known to have from now on, the missing ones with it until their owner knows. */
	readonly known: readonly Sighting[];
	/** Gone from the device although nobody deleted them. */
	readonly missing: readonly Sighting[];
};

/**
 * Which drafts have vanished from a device (offline.md section 4, idea 3): it had them at its last
 * contact, it has them no more, and no deletion was ever told. What is missing is said again at each
 * contact until its owner has acknowledged it, so that no crash can swallow the news.
 */
export function reconcileSightings(
	before: readonly Sighting[],
	now: {
		readonly drafts: readonly { readonly id: string; readonly rev: number }[];
		readonly deletedIds: ReadonlySet<string>;
		readonly acknowledgedIds: ReadonlySet<string>;
		readonly nowMs: number;
	}
): Reconciled {
	const present = new Set(now.drafts.map(({ id }) => id));
	const missing = before.filter(
		({ id }) => !present.has(id) && !now.deletedIds.has(id) && !now.acknowledgedIds.has(id)
	);
	const seen = now.drafts
		.filter(({ id }) => !now.deletedIds.has(id))
		.map(({ id, rev }) => ({ id, rev, seenAtMs: now.nowMs }));
	return { known: [...seen, ...missing], missing };
}
