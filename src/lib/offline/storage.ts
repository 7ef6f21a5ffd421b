// What the browser says about the room it gives us, in the words of its owner: will the drafts stay, and is there space?
import { DAY_MS } from '#lib/domain/calendar.ts';
import { hasRoomFor } from './storage-room.ts';

const NEARLY_FULL_SHARE = 0.8;
const LEAST_FREE_BYTES = 200 * 1024 * 1024;
/** WebKit clears a page's storage when nobody has opened it for so long; an installed app is exempt. */
const WEBKIT_CLEARS_AFTER_MS = 7 * DAY_MS;

export type StorageFacts = {
	readonly usageBytes: number | null;
	readonly quotaBytes: number | null;
	/** Whether the least that must be free was refused; null where the browser cannot be asked. */
	readonly hasRoom: boolean | null;
	readonly isPersisted: boolean;
	readonly isInstalled: boolean;
	readonly userAgent: string;
	readonly nowMs: number;
};

export type StorageView = {
	/** Told before it is full, while there is still something to be done about it. */
	readonly isNearlyFull: boolean;
	readonly freeBytes: number | null;
	readonly stay:
		| { readonly kind: 'always' }
		| { readonly kind: 'while-space' }
		| { readonly kind: 'until'; readonly atMs: number };
};

/** What follows from what the browser says; exported for its tests. */
export function judgeStorage(facts: StorageFacts): StorageView {
	const { usageBytes, quotaBytes, hasRoom } = facts;
	const freeBytes = usageBytes === null || quotaBytes === null ? null : quotaBytes - usageBytes;
	const isTold =
		freeBytes !== null &&
		(freeBytes < LEAST_FREE_BYTES || (usageBytes ?? 0) >= NEARLY_FULL_SHARE * (quotaBytes ?? 0));
	return { isNearlyFull: isTold || hasRoom === false, freeBytes, stay: stayOf(facts) };
}

export async function readStorage(): Promise<StorageView> {
	const storage = 'storage' in navigator ? navigator.storage : null;
	const [estimate, isPersisted, hasRoom] = await Promise.all([
		storage?.estimate().catch(() => null),
		storage?.persisted().catch(() => false),
		hasRoomFor(LEAST_FREE_BYTES)
	]);
	return judgeStorage({
		usageBytes: estimate?.usage ?? null,
		quotaBytes: estimate?.quota ?? null,
		hasRoom,
		isPersisted: isPersisted ?? false,
		isInstalled: matchMedia('(display-mode: standalone)').matches,
		userAgent: navigator.userAgent,
		nowMs: Date.now()
	});
}

function stayOf({ isPersisted, isInstalled, userAgent, nowMs }: StorageFacts): StorageView['stay'] {
	if (isWebKit(userAgent) && !isInstalled) {
		return { kind: 'until', atMs: nowMs + WEBKIT_CLEARS_AFTER_MS };
	}
	return { kind: isPersisted ? 'always' : 'while-space' };
}

// Every browser on an iPhone is WebKit inside; elsewhere only Safari is.
function isWebKit(userAgent: string): boolean {
	const isApplePhone = /iPhone|iPad|iPod/.test(userAgent);
	const isSafari = /AppleWebKit/.test(userAgent) && !/Chrom|Android|Edg/.test(userAgent);
	return isApplePhone || isSafari;
}
