// What a device asks the Worker about its owner's other devices. Content travels sealed.
import * as v from 'valibot';
import type {
	DeviceContact,
	Snapshot,
	SnapshotEntry,
	SnapshotInput
} from '#lib/domain/claims/draft-snapshot.ts';
import type { Sighting } from '#lib/domain/claims/draft-canary.ts';
import type { Sealed } from './sealing.ts';
import { readAnswer, wire, type Answer } from './wire.ts';

const ANSWER_LIMIT_MS = 30_000;
const IV_BYTES = 12;
/** More arguments at once overflow the stack of some browsers. */
const SLICE_BYTES = 8192;

const entryFields = {
	id: v.string(),
	rev: v.number(),
	isDeleted: v.boolean(),
	sizeBytes: v.number(),
	updatedAtMs: v.number(),
	expiresAtMs: v.number()
};
const contactAnswerSchema: v.GenericSchema<
	unknown,
	{ drafts: SnapshotEntry[]; missing: Sighting[] }
> = v.object({
	drafts: v.array(v.object(entryFields)),
	missing: v.array(v.object({ id: v.string(), rev: v.number(), seenAtMs: v.number() }))
});
const snapshotSchema: v.GenericSchema<unknown, Snapshot> = v.object({
	...entryFields,
	sealed: v.string(),
	parts: v.array(v.string())
});
const keptSchema = v.object({ rev: v.number(), expiresAtMs: v.number() });
const partSchema = v.object({ sealed: v.string() });
const doneSchema = v.object({});

export const syncWire = {
	contact: (contact: DeviceContact) =>
		ask('POST', '/api/drafts/contact', contactAnswerSchema, contact),
	find: (id: string) => ask('GET', pathOf(id), snapshotSchema),
	put: (id: string, baseRev: number, input: SnapshotInput) =>
		ask('PUT', pathOf(id), keptSchema, input, { 'If-Match': `"${baseRev}"` }),
	/** Drops what the insurer has of a submission that never became a claim. */
	withdraw: wire.withdraw,
	remove: (id: string, sealed: string) => ask('DELETE', pathOf(id), doneSchema, { sealed }),
	findPart: (id: string, name: string) => ask('GET', `${pathOf(id)}/parts/${name}`, partSchema),
	putPart: (id: string, name: string, sealed: string) =>
		ask('PUT', `${pathOf(id)}/parts/${name}`, doneSchema, { sealed })
};

export type SyncWire = typeof syncWire;

/** Nonce and ciphertext as one text. */
export function textOfSealed({ iv, sealed }: Sealed): string {
	const bytes = new Uint8Array(iv.byteLength + sealed.byteLength);
	bytes.set(new Uint8Array(iv));
	bytes.set(new Uint8Array(sealed), iv.byteLength);
	let binary = '';
	for (let at = 0; at < bytes.length; at += SLICE_BYTES) {
		binary += String.fromCharCode(...bytes.subarray(at, at + SLICE_BYTES));
	}
	return btoa(binary);
}

export function sealedOfText(text: string): Sealed {
	const bytes = Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
	return { iv: bytes.slice(0, IV_BYTES).buffer, sealed: bytes.slice(IV_BYTES).buffer };
}

const pathOf = (id: string) => `/api/drafts/${encodeURIComponent(id)}`;

async function ask<T>(
	method: string,
	path: string,
	schema: v.GenericSchema<unknown, T>,
	body?: unknown,
	more: Readonly<Record<string, string>> = {}
): Promise<Answer<T>> {
	try {
		const type = body === undefined ? {} : { 'Content-Type': 'application/json' };
		const response = await fetch(path, {
			method,
			headers: { Accept: 'application/json', ...type, ...more },
			...(body !== undefined && { body: JSON.stringify(body) }),
			cache: 'no-store',
			credentials: 'same-origin',
			redirect: 'error',
			signal: AbortSignal.timeout(ANSWER_LIMIT_MS)
		});
		return readAnswer(response.status, response.headers, await response.json(), schema);
	} catch {
		return { kind: 'offline' };
	}
}
