import { reconcileSightings, type Sighting } from '#lib/domain/claims/draft-canary.ts';
import type { SyncWire } from '#lib/offline/sync-wire.ts';
import type { Answer } from '#lib/offline/wire.ts';

type Copy = { rev: number; isDeleted: boolean; sealed: string; parts: Map<string, string> };

/** The Worker's side of the copies in memory: one account, any number of devices. */
export class FakeCopies {
	readonly copies = new Map<string, Copy>();
	readonly requests: string[] = [];
	/** Answers instead of acting: what a broken or hostile server might say. */
	instead: ((request: string) => Answer<never> | null) | null = null;
	/** What is done, and whose answer is lost on the way. */
	isLost: ((request: string) => boolean) | null = null;
	/** What happens on the device while a request is on its way. */
	meanwhile: ((request: string) => Promise<void>) | null = null;
	readonly #seen = new Map<string, readonly Sighting[]>();

	wireOf(device: string): SyncWire {
		return {
			contact: async ({ drafts, acknowledged }) =>
				this.#answer('contact', () => {
					const deletedIds = new Set(
						[...this.copies].filter(([, { isDeleted }]) => isDeleted).map(([id]) => id)
					);
					const { known, missing } = reconcileSightings(this.#seen.get(device) ?? [], {
						...{ drafts, deletedIds, nowMs: 1 },
						acknowledgedIds: new Set(acknowledged)
					});
					this.#seen.set(device, known);
					return {
						drafts: [...this.copies].map(([id, copy]) => entryOf(id, copy)),
						missing: [...missing]
					};
				}),
			find: async (id) =>
				this.#answer(`find ${id}`, () => {
					const copy = this.copies.get(id);
					return (
						copy && { ...entryOf(id, copy), sealed: copy.sealed, parts: [...copy.parts.keys()] }
					);
				}),
			put: async (id, baseRev, { sealed, fileIds }) =>
				this.#answer(`put ${id}`, () => {
					const copy = this.copies.get(id);
					if (copy && (copy.rev !== baseRev || copy.isDeleted)) return 412;
					const parts = new Map(
						[...(copy?.parts ?? [])].filter(([name]) => fileIds.includes(name.slice(0, 36)))
					);
					this.copies.set(id, { rev: baseRev + 1, isDeleted: false, sealed, parts });
					return { rev: baseRev + 1, expiresAtMs: 1 };
				}),
			withdraw: async (id) =>
				this.#answer(`withdraw ${id}`, () => ({
					...{ submissionId: id, state: 'withdrawn' as const, manifestHash: '' },
					...{ uploads: [], receipt: null }
				})),
			remove: async (id, sealed) =>
				this.#answer(`remove ${id}`, () => {
					const rev = (this.copies.get(id)?.rev ?? 0) + 1;
					this.copies.set(id, { rev, isDeleted: true, sealed, parts: new Map() });
					return {};
				}),
			findPart: async (id, name) =>
				this.#answer(`findPart ${id}`, () => {
					const sealed = this.copies.get(id)?.parts.get(name);
					return sealed === undefined ? undefined : { sealed };
				}),
			putPart: async (id, name, sealed) =>
				this.#answer(`putPart ${id}`, () => {
					this.copies.get(id)?.parts.set(name, sealed);
					return {};
				})
		};
	}

	async #answer<T extends object>(
		request: string,
		act: () => T | undefined | 412
	): Promise<Answer<T>> {
		this.requests.push(request);
		await this.meanwhile?.(request);
		const instead = this.instead?.(request);
		if (instead) return instead;
		const value = act();
		if (this.isLost?.(request)) return { kind: 'offline' };
		if (value === 412) return refused(412);
		return value === undefined ? refused(404) : { kind: 'ok', value };
	}
}

export function refused(status: number): Answer<never> {
	return { kind: 'refused', status, code: 'portal/not-found', issues: {}, retryAfterMs: null };
}

function entryOf(id: string, { rev, isDeleted, sealed }: Copy) {
	return { id, rev, isDeleted, sizeBytes: sealed.length, updatedAtMs: 1, expiresAtMs: 1 };
}
