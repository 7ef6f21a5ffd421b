import * as v from 'valibot';
import { MAX_FILES } from './claim.schema.ts';

/** What an account may leave with us: beyond it drafts stay on the device that has them. */
export const MAX_SNAPSHOTS = 50;
/** A draft with twenty invoices and as many files is a twentieth of it. */
export const MAX_SNAPSHOT_BYTES = 256 * 1024;
/** One sealed part of a file: 256 KiB, nonce and tag. */
export const MAX_PART_BYTES = 256 * 1024 + 64;
/** All sealed parts of all drafts of an account. */
export const MAX_PARTS_BYTES_OF_ACCOUNT = 40 * 1024 * 1024;

const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;
const sealedText = (maxBytes: number) =>
	v.pipe(
		v.string(),
		v.minLength(40, 'invalid'),
		v.maxLength(Math.ceil(maxBytes / 3) * 4, 'too-long'),
		v.regex(BASE64, 'invalid')
	);

export const draftIdSchema = v.pipe(v.string(), v.uuid('invalid'));
export const revSchema = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

/** Sealed on the device: nonce and ciphertext in base64. Nobody but the owner's devices can open it. */
export const snapshotInputSchema = v.strictObject({
	sealed: sealedText(MAX_SNAPSHOT_BYTES),
	/** Ids of its files: sealed parts of any other are not kept. */
	fileIds: v.pipe(v.array(draftIdSchema), v.maxLength(MAX_FILES, 'too-many'))
});
export const tombstoneInputSchema = v.strictObject({ sealed: sealedText(1024) });
export type SnapshotInput = Readonly<v.InferOutput<typeof snapshotInputSchema>>;
export const partInputSchema = v.strictObject({ sealed: sealedText(MAX_PART_BYTES) });

/** `<attachment id>.<part>`; part `t` is the small picture. */
export const partNameSchema = v.pipe(
	v.string(),
	v.regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.(t|\d{1,3})$/, 'invalid')
);

/** What a device has of its owner's drafts, and what it has told its owner to be gone. */
export const contactSchema = v.strictObject({
	drafts: v.pipe(
		v.array(v.strictObject({ id: draftIdSchema, rev: revSchema })),
		v.maxLength(500, 'invalid')
	),
	acknowledged: v.pipe(v.array(draftIdSchema), v.maxLength(500, 'invalid'))
});
export type DeviceContact = Readonly<v.InferOutput<typeof contactSchema>>;

/** A draft as the server knows it: numbers and times, never a word of it. */
export type SnapshotEntry = {
	readonly id: string;
	readonly rev: number;
	readonly isDeleted: boolean;
	readonly sizeBytes: number;
	readonly updatedAtMs: number;
	readonly expiresAtMs: number;
};

export type Snapshot = SnapshotEntry & {
	readonly sealed: string;
	/** Names of the sealed parts of its files that are here. */
	readonly parts: readonly string[];
};
