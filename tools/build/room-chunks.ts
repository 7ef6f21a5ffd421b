// The offline room is loaded as a whole and kept on the device. In a few large files instead of forty small ones it is
// 8 kB smaller (gzip) and comes with fewer requests.
import type { Plugin } from 'vite';

/** Pages and layouts alone: a component beside them may be loaded when it is asked for. */
const ROOM_ENTRY =
	/\/src\/routes\/(?:(?:drafts|shell)\/(?!(?:lock|rescue|notices)\/)(?:.*\/)?\+|\+layout|\+error)/;
/** Set up once, told seldom, or asked for when the room is locked: chunks of its own, texts too, so that the first look is spared them. */
const LOCK_ENTRY = /\/src\/routes\/drafts\/(?:lock|rescue|notices)\//;
const RUNTIME = /\/node_modules\/(svelte|@sveltejs|esm-env|clsx|devalue)\//;
/** Re-exports every text of the portal, so its imports say nothing about who needs them. */
const ALL_MESSAGES = /\/generated\/messages(\/_index)?\.js$/;
const MESSAGE = /\/generated\/messages\/([a-z]\w+)\.js$/;
const MESSAGE_USE = /\bm\.([a-z]\w+)/g;
const LANGUAGE = /\/i18n\/generated\/runtime\.js$/;

/** Groups the modules of the room; those of every other page stay as they are. */
export function roomChunks(): Plugin {
	const room = new Set<string>();
	const lock = new Set<string>();
	const isOther = (id: string) => !room.has(id) && !lock.has(id);
	// A group also takes what its modules import, in this order. Through the list of all texts that would be every text
	// of the portal: so the others are set aside first, and before them the one module that texts import.
	const groups = [
		{ name: 'language', priority: 5, test: LANGUAGE },
		{ name: 'texts', priority: 4, test: (id: string) => MESSAGE.test(id) && isOther(id) },
		{ name: 'lock-texts', priority: 3, test: (id: string) => MESSAGE.test(id) && lock.has(id) },
		{ name: 'runtime', priority: 2, test: (id: string) => room.has(id) && RUNTIME.test(id) },
		{ name: 'room', priority: 1, test: (id: string) => room.has(id) },
		{ name: 'lock', priority: 0, test: (id: string) => lock.has(id) }
	];
	const gatherLock = (
		ids: readonly string[],
		infoOf: (id: string) => { importedIds: readonly string[]; code: string | null } | null
	) => {
		const texts = new Set<string>();
		const waiting = ids.filter((id) => LOCK_ENTRY.test(id));
		for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
			if (room.has(id) || lock.has(id) || ALL_MESSAGES.test(id)) continue;
			lock.add(id);
			const info = infoOf(id);
			waiting.push(...(info?.importedIds ?? []));
			for (const [, name = ''] of (info?.code ?? '').matchAll(MESSAGE_USE)) texts.add(name);
		}
		for (const id of ids) {
			if (texts.has(MESSAGE.exec(id)?.[1] ?? '') && !room.has(id)) lock.add(id);
		}
	};
	return {
		name: 'room-chunks',
		config: () => ({
			environments: {
				client: {
					build: {
						rolldownOptions: {
							output: { codeSplitting: { groups } }
						}
					}
				}
			}
		}),
		buildEnd() {
			if (this.environment.name !== 'client') return;
			const ids = [...this.getModuleIds()];
			const texts = new Set<string>();
			const later: string[] = [];
			const waiting = ids.filter((id) => ROOM_ENTRY.test(id));
			for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
				if (room.has(id) || ALL_MESSAGES.test(id)) continue;
				room.add(id);
				const info = this.getModuleInfo(id);
				waiting.push(...(info?.importedIds ?? []));
				later.push(...(info?.dynamicallyImportedIds ?? []));
				for (const [, name = ''] of (info?.code ?? '').matchAll(MESSAGE_USE)) texts.add(name);
			}
			// What the room loads when it is asked for is not part of it; the few texts of that are.
			for (const id of later) {
				if (room.has(id) || ALL_MESSAGES.test(id) || id.includes('/node_modules/')) continue;
				if (LOCK_ENTRY.test(id)) continue;
				const info = this.getModuleInfo(id);
				for (const imported of info?.importedIds ?? []) {
					if (!later.includes(imported)) later.push(imported);
				}
				for (const [, name = ''] of (info?.code ?? '').matchAll(MESSAGE_USE)) texts.add(name);
			}
			for (const id of ids) {
				if (texts.has(MESSAGE.exec(id)?.[1] ?? '')) room.add(id);
			}
			gatherLock(ids, (id) => this.getModuleInfo(id));
		}
	};
}
