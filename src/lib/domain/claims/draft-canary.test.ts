import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reconcileSightings, type Sighting } from './draft-canary.ts';

const NOW = { deletedIds: new Set<string>(), acknowledgedIds: new Set<string>(), nowMs: 9 };
const seen = (id: string): Sighting => ({ id, rev: 1, seenAtMs: 5 });

describe('drafts that vanish from a device', () => {
	it('names exactly what was here and is not, until its owner knows', () => {
		const before = [seen('a'), seen('b'), seen('c')];
		const drafts = [{ id: 'a', rev: 2 }];
		const first = reconcileSightings(before, { ...NOW, drafts, deletedIds: new Set(['c']) });
		expect(first.missing).toEqual([seen('b')]);
		expect(first.known).toEqual([{ id: 'a', rev: 2, seenAtMs: 9 }, seen('b')]);
		const again = reconcileSightings(first.known, { ...NOW, drafts });
		expect(again.missing).toEqual([seen('b')]);
		const told = reconcileSightings(again.known, {
			...NOW,
			drafts,
			acknowledgedIds: new Set(['b'])
		});
		expect(told).toMatchObject({ missing: [], known: [{ id: 'a' }] });
	});

	it('says nothing any more of a draft that is back', () => {
		const drafts = [{ id: 'b', rev: 1 }];
		expect(reconcileSightings([seen('b')], { ...NOW, drafts }).missing).toEqual([]);
	});

	it('raises no false alarm in 1,000 normal lives of a device', () => {
		const step = fc.record({
			act: fc.constantFrom('begin', 'edit', 'delete', 'contact', 'lost-answer'),
			which: fc.nat(5)
		});
		fc.assert(
			fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
				const device = new Map<string, number>();
				const deleted = new Set<string>();
				let known: readonly Sighting[] = [];
				for (const [index, { act, which }] of steps.entries()) {
					const id = [...device.keys()][which];
					if (act === 'begin') device.set(`draft-${index}`, 1);
					if (act === 'edit' && id) device.set(id, (device.get(id) ?? 0) + 1);
					if (act === 'delete' && id) {
						device.delete(id);
						// The device tells its deletions before it says what it has.
						deleted.add(id);
					}
					if (act !== 'contact' && act !== 'lost-answer') continue;
					const drafts = [...device].map(([draftId, rev]) => ({ id: draftId, rev }));
					const found = reconcileSightings(known, { ...NOW, drafts, deletedIds: deleted });
					expect(found.missing).toEqual([]);
					known = found.known;
				}
			}),
			{ numRuns: 1000 }
		);
	});

	it('lists exactly what a wipe took, whatever came before', () => {
		fc.assert(
			fc.property(fc.uniqueArray(fc.uuid(), { maxLength: 20 }), fc.nat(20), (ids, count) => {
				const drafts = ids.map((id) => ({ id, rev: 1 }));
				const { known } = reconcileSightings([], { ...NOW, drafts });
				const left = drafts.slice(count);
				const { missing } = reconcileSightings(known, { ...NOW, drafts: left });
				expect(missing.map(({ id }) => id)).toEqual(ids.slice(0, count));
			})
		);
	});
});
