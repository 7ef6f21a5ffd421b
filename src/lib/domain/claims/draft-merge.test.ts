import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emptyDraftForm, emptyInvoice, type DraftForm } from './draft-form.ts';
import { chooseTheirs, valueOfConflict } from './draft-conflicts.ts';
import { isSameDraft, mergeDrafts, type MergeableDraft } from './draft-merge.ts';

type File = { readonly id: string };
type Draft = MergeableDraft<File>;

const BASE: Draft = { form: emptyDraftForm('i1'), attachments: [], conflicts: [] };
const withForm = (changes: Partial<DraftForm>, draft = BASE): Draft => ({
	...draft,
	form: { ...draft.form, ...changes }
});
const withAmount = (amount: string): Draft =>
	withForm({ invoices: [{ ...emptyInvoice('i1'), amount }] });

describe('two devices change one draft', () => {
	it('failure 30: joins changes of different fields, of invoices too', () => {
		const mine = withForm({ diagnosis: 'Angina', invoices: withAmount('12').form.invoices });
		const theirs = withForm({
			note: 'please call',
			invoices: [{ ...emptyInvoice('i1'), issuer: 'Dr. A' }]
		});
		const merged = mergeDrafts(BASE, mine, theirs);
		expect(merged.conflicts).toEqual([]);
		expect(merged.form).toMatchObject({
			diagnosis: 'Angina',
			note: 'please call',
			invoices: [{ id: 'i1', amount: '12', issuer: 'Dr. A' }]
		});
	});

	it('keeps both values of a field that both have changed, and lets the customer choose', () => {
		const merged = mergeDrafts(BASE, withAmount('12'), withAmount('21'));
		expect(merged.form.invoices[0]?.amount).toBe('12');
		expect(merged.conflicts).toEqual([{ field: 'invoices.i1.amount', theirs: '21' }]);
		const [conflict] = merged.conflicts;
		if (!conflict) throw new Error('no conflict');
		expect(valueOfConflict(merged.form, conflict.field)).toBe('12');
		expect(chooseTheirs(merged.form, conflict).invoices[0]?.amount).toBe('21');
		expect(chooseTheirs(BASE.form, { field: 'isDeclaredTrue', theirs: true }).isDeclaredTrue).toBe(
			true
		);
	});

	it('the same value typed on both sides is no conflict', () => {
		expect(mergeDrafts(BASE, withAmount('12'), withAmount('12')).conflicts).toEqual([]);
	});

	it('keeps what one side adds and drops what one side removes, unless the other changed it', () => {
		const two = withForm({ invoices: [emptyInvoice('i1'), emptyInvoice('i2')] });
		const removed = withForm({ invoices: [emptyInvoice('i1')] });
		const changed = withForm({
			invoices: [emptyInvoice('i1'), { ...emptyInvoice('i2'), amount: '5' }, emptyInvoice('i3')]
		});
		expect(mergeDrafts(two, removed, two).form.invoices.map(({ id }) => id)).toEqual(['i1']);
		expect(mergeDrafts(two, removed, changed).form.invoices.map(({ id }) => id)).toEqual([
			'i1',
			'i2',
			'i3'
		]);
		const files = (...ids: string[]): Draft => ({
			...BASE,
			attachments: ids.map((id) => ({ id }))
		});
		expect(mergeDrafts(files('a', 'b'), files('b', 'c'), files('a', 'b', 'd')).attachments).toEqual(
			[{ id: 'b' }, { id: 'c' }, { id: 'd' }]
		);
	});

	it('never leaves a claim without an invoice', () => {
		const two = withForm({ invoices: [emptyInvoice('i1'), emptyInvoice('i2')] });
		const only = (id: string) => withForm({ invoices: [emptyInvoice(id)] });
		expect(mergeDrafts(two, only('i1'), only('i2')).form.invoices).toHaveLength(1);
	});

	it('a conflict settled on one device is settled on the other', () => {
		const conflict = { field: 'diagnosis', theirs: 'Grippe' };
		const open: Draft = { ...BASE, conflicts: [conflict] };
		expect(mergeDrafts(open, open, BASE).conflicts).toEqual([]);
		expect(mergeDrafts(open, BASE, open).conflicts).toEqual([]);
		expect(mergeDrafts(BASE, open, BASE).conflicts).toEqual([conflict]);
		expect(mergeDrafts(open, open, open).conflicts).toEqual([conflict]);
	});
});

const texts = fc.constantFrom('', 'one', 'two');
const invoices = fc
	.uniqueArray(fc.constantFrom('i1', 'i2', 'i3'), { minLength: 1, maxLength: 3 })
	.chain((ids) =>
		fc.tuple(...ids.map((id) => texts.map((amount) => ({ ...emptyInvoice(id), amount }))))
	);
const drafts: fc.Arbitrary<Draft> = fc.record({
	form: fc
		.record({ diagnosis: texts, note: texts, isDeclaredTrue: fc.boolean(), invoices })
		.map((changes): DraftForm => ({ ...emptyDraftForm('i1'), ...changes })),
	attachments: fc
		.uniqueArray(fc.constantFrom('a', 'b', 'c'))
		.map((ids) => ids.map((id) => ({ id }))),
	conflicts: fc.constant([])
});

describe('whatever two devices do', () => {
	it('no value that somebody typed is lost: it stands in the form or among the conflicts', () => {
		fc.assert(
			fc.property(drafts, drafts, drafts, (base, mine, theirs) => {
				const merged = mergeDrafts(base, mine, theirs);
				for (const field of ['diagnosis', 'note'] as const) {
					for (const side of [mine, theirs]) {
						const typed = side.form[field];
						if (typed === base.form[field]) continue;
						const kept = merged.conflicts.find((conflict) => conflict.field === field)?.theirs;
						expect([merged.form[field], kept]).toContain(typed);
					}
				}
				for (const { id, amount } of theirs.form.invoices) {
					const before = base.form.invoices.find((invoice) => invoice.id === id);
					if (amount === (before?.amount ?? '')) continue;
					const now = merged.form.invoices.find((invoice) => invoice.id === id);
					const conflict = merged.conflicts.find(({ field }) => field === `invoices.${id}.amount`);
					expect([now?.amount, conflict?.theirs]).toContain(amount);
				}
			})
		);
	});

	it('a side that changed nothing takes over the other, and merging again changes nothing', () => {
		fc.assert(
			fc.property(drafts, drafts, drafts, (base, mine, theirs) => {
				const taken = mergeDrafts(base, base, theirs);
				expect(taken.conflicts).toEqual([]);
				expect(taken.form.diagnosis).toBe(theirs.form.diagnosis);
				expect(isSameDraft(mergeDrafts(base, mine, base), mine)).toBe(true);
				const merged = mergeDrafts(base, mine, theirs);
				expect(isSameDraft(mergeDrafts(theirs, merged, theirs), merged)).toBe(true);
			})
		);
	});
});
