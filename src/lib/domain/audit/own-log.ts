import * as v from 'valibot';

/** How many entries of the own log a page shows. */
export const OWN_LOG_PAGE = 50;

/** Where a page of the own log ends: the next one holds what is older. */
export type LogCursor = { readonly atMs: number; readonly id: string };

const CURSOR = /^(\d{1,15})\.([0-9a-f-]{36})$/;

/** The cursor as it stands in an address. */
export function cursorText({ atMs, id }: LogCursor): string {
	return `${atMs}.${id}`;
}

/** Null for anything that is no cursor: then the page shows the newest entries. */
export function parseCursor(text: string | null): LogCursor | null {
	const [, atMs, id] = CURSOR.exec(text ?? '') ?? [];
	return atMs && id ? { atMs: Number(atMs), id } : null;
}

export const OWN_LOG_FORMAT = 'kundenportal-log/1';

const base64Schema = v.pipe(v.string(), v.base64());

const entrySchema = v.strictObject({
	at: v.pipe(v.string(), v.isoTimestamp()),
	what: v.string(),
	/** The leaf as it was hashed: RFC 6962, SHA-256 over 0x00 and this text. */
	leaf: v.string(),
	/** What the leaf commits to, SHA-256 over salt and text; null when somebody else acted. */
	personal: v.nullable(v.strictObject({ text: v.string(), salt: base64Schema })),
	/** Its place in the sealed tree and the way to the root; null until its minute is over. */
	proof: v.nullable(
		v.strictObject({
			index: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
			hashes: v.array(base64Schema)
		})
	)
});

/** A customer's own log as a file that proves itself (decision 0023). Also what its checker accepts. */
export const ownLogSchema = v.strictObject({
	format: v.literal(OWN_LOG_FORMAT),
	howToCheck: v.array(v.string()),
	accountId: v.string(),
	/** Public keys of the log, as a verifier takes them (c2sp.org/signed-note). */
	keys: v.array(v.string()),
	/** The signed checkpoint that the proofs lead to; null before the first. */
	checkpoint: v.nullable(v.string()),
	entries: v.array(entrySchema)
});

export type OwnLogFile = v.InferOutput<typeof ownLogSchema>;
