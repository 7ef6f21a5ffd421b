// The offline room is kept on the device as a whole, and loaded in a few large files instead of forty small ones: that is
// 8 kB smaller (gzip) and comes with fewer requests. What the first look at the drafts does not need comes in files of
// its own (decision 0050).
import type { Plugin } from 'vite';

/** Pages and layouts alone: a component beside them may be loaded when it is asked for. */
const ROOM_ENTRY =
	/\/src\/routes\/(?:(?:drafts|shell)\/(?!(?:lock|rescue|notices)\/)(?:.*\/)?\+|\+layout|\+error)/;
/** What has files of its own: a draft, its files, its end, what was shared, the lock and its ways, the rescue file, seldom news. */
const LATER_ENTRIES: Readonly<Record<string, RegExp>> = {
	form: /\/src\/routes\/drafts\/.*\/OpenDraft\.svelte$/,
	files: /\/src\/routes\/drafts\/.*\/(?:DocumentsStep|DraftConflicts)\.svelte$/,
	inbox: /\/src\/routes\/drafts\/.*\/SharedFiles\.svelte$/,
	sent: /\/src\/routes\/drafts\/.*\/(?:CheckStep|SendStatus|ReadOnlyDraft)\.svelte$/,
	lock: /\/src\/routes\/drafts\/lock\/(?!(?:LockedRoom|SetUpLock|PinSetting|PasskeySettings)\.)/,
	ways: /\/src\/routes\/drafts\/lock\/(?:LockedRoom|SetUpLock|PinSetting|PasskeySettings)\.svelte$/,
	rescue: /\/src\/routes\/drafts\/rescue\//,
	notices: /\/src\/routes\/drafts\/notices\/(?!DraftConflicts)/
};
/** Copies of drafts are joined at every contact, rescue files seldom: neither brings the other. */
const MERGE = /\/claims\/draft-merge\.ts$/;
const RUNTIME = /\/node_modules\/(svelte|@sveltejs|esm-env|clsx|devalue)\//;
/** Re-exports every text of the portal, so its imports say nothing about who needs them. */
const ALL_MESSAGES = /\/generated\/messages(\/_index)?\.js$/;
const MESSAGE = /\/generated\/messages\/([a-z]\w+)\.js$/;
const MESSAGE_USE = /\bm\.([a-z]\w+)/g;
const LANGUAGE = /\/i18n\/generated\/runtime\.js$/;

type Info = {
	readonly importedIds: readonly string[];
	readonly dynamicallyImportedIds: readonly string[];
	readonly code: string | null;
};
type Graph = { readonly ids: readonly string[]; readonly infoOf: (id: string) => Info | null };
/** The modules that come with some entries, the names of their texts, and what they load when it is asked for. */
type Closure = {
	readonly modules: ReadonlySet<string>;
	readonly texts: ReadonlySet<string>;
	readonly later: readonly string[];
};

/** Groups the modules of the room; those of every other page stay as they are. */
export function roomChunks(): Plugin {
	const room = new Set<string>();
	/** Which of the later parts a module belongs to. */
	const owners = new Map<string, readonly string[]>();
	const isOf = (name: string) => (id: string) => owners.get(id)?.join() === name;
	const isShared = (id: string) => (owners.get(id)?.length ?? 0) > 1;
	// Lock and rescue file share their fields with the form, and are to bring no more of it than these.
	const isField = (id: string) =>
		isShared(id) && ['lock', 'rescue'].some((name) => owners.get(id)?.includes(name));
	const isOther = (id: string) => !room.has(id) && !owners.has(id);
	const names = Object.keys(LATER_ENTRIES);
	const texts = (name: string, has: (id: string) => boolean, priority: number) => ({
		name,
		priority,
		test: (id: string) => MESSAGE.test(id) && has(id)
	});
	// A group also takes what its modules import, in this order. Through the list of all texts that would be every text
	// of the portal: so the others are set aside first, and before them the one module that texts import.
	const groups = [
		{ name: 'language', priority: 9, test: LANGUAGE },
		texts('texts', isOther, 8),
		texts('field-texts', isField, 7),
		texts('shared-texts', isShared, 6),
		...names.map((name) => texts(`${name}-texts`, isOf(name), 6)),
		{ name: 'runtime', priority: 5, test: (id: string) => room.has(id) && RUNTIME.test(id) },
		{ name: 'room', priority: 4, test: (id: string) => room.has(id) },
		{ name: 'merge', priority: 4, test: MERGE },
		// None of the parts may bring another one.
		{ name: 'fields', priority: 3, test: isField },
		{ name: 'shared', priority: 2, test: isShared },
		...names.map((name) => ({ name, priority: 0, test: isOf(name) }))
	];
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
			const graph = {
				ids: [...this.getModuleIds()],
				infoOf: (id: string) => this.getModuleInfo(id)
			};
			for (const id of closureWithTexts(graph, ROOM_ENTRY)) room.add(id);
			for (const [name, entry] of Object.entries(LATER_ENTRIES)) {
				for (const id of closureWithTexts(graph, entry)) {
					const others = owners.get(id) ?? [];
					// What the lock has too stays with it: otherwise the form would bring it.
					const isOfLock = name === 'ways' && others.includes('lock');
					if (!room.has(id) && !isOfLock) owners.set(id, [...others, name]);
				}
			}
		}
	};
}

/** Modules and texts of a part, with the few texts of what it loads when that is asked for. */
function closureWithTexts(graph: Graph, entry: RegExp): ReadonlySet<string> {
	const { modules, texts, later } = gather(graph, (id) => entry.test(id));
	const isLater = (id: string) =>
		later.includes(id) &&
		!id.includes('/node_modules/') &&
		!Object.values(LATER_ENTRIES).some((part) => part.test(id));
	const behind = gather(graph, isLater).texts;
	const own = graph.ids.filter((id) => {
		const name = MESSAGE.exec(id)?.[1] ?? '';
		return texts.has(name) || behind.has(name);
	});
	return new Set([...modules, ...own]);
}

function gather({ ids, infoOf }: Graph, isEntry: (id: string) => boolean): Closure {
	const modules = new Set<string>();
	const texts = new Set<string>();
	const later: string[] = [];
	const waiting = ids.filter(isEntry);
	for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
		if (modules.has(id) || ALL_MESSAGES.test(id)) continue;
		modules.add(id);
		const info = infoOf(id);
		waiting.push(...(info?.importedIds ?? []));
		later.push(...(info?.dynamicallyImportedIds ?? []));
		for (const [, name = ''] of (info?.code ?? '').matchAll(MESSAGE_USE)) texts.add(name);
	}
	return { modules, texts, later };
}
