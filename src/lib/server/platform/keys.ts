import { decodeBase64, encodeBase64 } from '@oslojs/encoding';
import * as v from 'valibot';

/** Purposes with a root key of their own (security.md 3.8): one leaked root opens one thing. */
export const KEY_PURPOSES = ['data', 'totp', 'blindIndex', 'pepper', 'audit', 'receipt'] as const;
export type KeyPurpose = (typeof KEY_PURPOSES)[number];

const ROOT_KEY_BYTES = 32;

const rootKeySchema = v.pipe(
	v.string(),
	v.base64(),
	v.check(
		(text) => decodeBase64(text).length === ROOT_KEY_BYTES,
		'a root key is 32 bytes in base64'
	)
);

/** One byte of a stored value names the version: at one rotation a month this lasts 21 years. */
const MAX_VERSION = 255;

const versionedKeySchema = v.pipe(
	v.strictObject({
		current: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MAX_VERSION)),
		versions: v.record(
			v.pipe(
				v.string(),
				v.regex(/^[1-9]\d*$/),
				v.check((version) => Number(version) <= MAX_VERSION)
			),
			rootKeySchema
		)
	}),
	v.check((key) => String(key.current) in key.versions, 'the current version is missing')
);

export const keysSchema = v.strictObject({
	data: versionedKeySchema,
	totp: versionedKeySchema,
	blindIndex: versionedKeySchema,
	pepper: versionedKeySchema,
	audit: versionedKeySchema,
	receipt: versionedKeySchema
});

export type Keys = v.InferOutput<typeof keysSchema>;

/** The bytes the documentation shows. Whoever deploys them has copied an example. */
export const EXAMPLE_KEY_MARKER = 'kundenportal-example-key';

/** Faults of a key set for production, each with its mend. Values never appear in the text. */
export function checkKeys(keys: Keys): readonly string[] {
	const faults: string[] = [];
	const seen = new Map<string, string>();
	for (const purpose of KEY_PURPOSES) {
		for (const [version, text] of Object.entries(keys[purpose].versions)) {
			const name = `${purpose} ${version}`;
			const bytes = decodeBase64(text);
			const twin = seen.get(text);
			if (twin) faults.push(`KEYS: ${name} equals ${twin}: run \`npm run keys:generate\`.`);
			seen.set(text, name);
			if (isExampleKey(bytes)) {
				faults.push(`KEYS: ${name} is an example key: run \`npm run keys:generate\`.`);
			}
		}
	}
	return faults;
}

function isExampleKey(bytes: Uint8Array): boolean {
	const text = new TextDecoder().decode(bytes);
	return text.startsWith(EXAMPLE_KEY_MARKER) || new Set(bytes).size < 8;
}

/** A fresh set, version 1 for every purpose. */
export function generateKeys(randomBytes: (length: number) => Uint8Array): Keys {
	const fresh = () => ({
		current: 1,
		versions: { '1': encodeBase64(randomBytes(ROOT_KEY_BYTES)) }
	});
	return {
		...{ data: fresh(), totp: fresh(), blindIndex: fresh() },
		...{ pepper: fresh(), audit: fresh(), receipt: fresh() }
	};
}

/**
 * The set with a fresh, current version of the named purposes; the old versions stay, so that what was
 * sealed under them opens until `npm run keys:rewrap` is through.
 */
export function rotateKeys(
	keys: Keys,
	purposes: readonly KeyPurpose[],
	randomBytes: (length: number) => Uint8Array
): Keys {
	const rotated = purposes.map((purpose) => {
		const { versions } = keys[purpose];
		const known = Object.keys(versions).map(Number);
		// Every look-up tries each version: a second rotation before the first is through costs time.
		if (purpose === 'blindIndex' && known.length > 1) {
			throw new KeySetError('blindIndex has two versions: re-index, then remove the older one.');
		}
		const current = Math.max(...known) + 1;
		if (current > MAX_VERSION) throw new KeySetError(`${purpose} has no version number left.`);
		const fresh = encodeBase64(randomBytes(ROOT_KEY_BYTES));
		return [purpose, { current, versions: { ...versions, [current]: fresh } }] as const;
	});
	return { ...keys, ...Object.fromEntries(rotated) };
}

/** The set without one old version. The version in use cannot go, nor one that is not there. */
export function removeKeyVersion(
	keys: Keys,
	purpose: KeyPurpose,
	version: number,
	log: AuditKeyUse | null = null
): Keys {
	const { current, versions } = keys[purpose];
	if (version === current) throw new KeySetError(`${purpose} ${version} is in use: rotate first.`);
	// Tags of entries and checkpoints are checked with the key of their time.
	if (purpose === 'audit') requireUnusedByLog(version, log);
	// Its public half is all that a customer can check an old receipt with.
	if (purpose === 'receipt') throw new KeySetError('receipt keys stay as long as claims are kept.');
	if (!(String(version) in versions)) throw new KeySetError(`${purpose} ${version} is not there.`);
	const left = Object.entries(versions).filter(([name]) => name !== String(version));
	return { ...keys, [purpose]: { current, versions: Object.fromEntries(left) } };
}

/** How much of the log is checked with a version of the audit key. */
export type AuditKeyUse = { readonly tags: number; readonly checkpoints: number };

function requireUnusedByLog(version: number, log: AuditKeyUse | null): void {
	if (!log) throw new KeySetError('audit keys stay unless the log of the database is asked first.');
	if (log.tags === 0 && log.checkpoints === 0) return;
	throw new KeySetError(
		`audit ${version} is needed: ${log.tags} entries and ${log.checkpoints} checkpoints of the log are checked with it.`
	);
}

/** What an operator asked of a key set and cannot have. Its text names no key's value. */
export class KeySetError extends Error {}

/** The raw root key of a purpose, current or of a given version. Throws when it is not there. */
export function rootKey(keys: Keys, purpose: KeyPurpose, version?: number): Uint8Array {
	const text = keys[purpose].versions[String(version ?? keys[purpose].current)];
	if (text === undefined) throw new Error(`no root key ${purpose} ${version ?? 'current'}`);
	return new Uint8Array(decodeBase64(text));
}
