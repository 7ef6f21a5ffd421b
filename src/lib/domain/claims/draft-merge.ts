import type { FieldConflict } from './draft-conflicts.ts';
import type { DraftForm, InvoiceForm } from './draft-form.ts';

/** The part of a draft that two devices can change. */
export type MergeableDraft<File extends { readonly id: string }> = {
	readonly form: DraftForm;
	readonly attachments: readonly File[];
	readonly conflicts: readonly FieldConflict[];
};

type Value = string | boolean;

/**
 * Joins two versions of a draft that began as `base` (offline.md 3.6). A field changed on one side
 * has that side's value; changed on both, it keeps mine and names theirs as a conflict. Invoices and
 * files are sets: what one side adds stays, what one side removes goes unless the other changed it.
 * Neither clocks nor the order of arrival decide anything.
 */
export function mergeDrafts<File extends { readonly id: string }>(
	base: MergeableDraft<File>,
	mine: MergeableDraft<File>,
	theirs: MergeableDraft<File>
): MergeableDraft<File> {
	const fresh: FieldConflict[] = [];
	const { invoices: _invoices, ...mineFields } = mine.form;
	const fields = mergeFields(mineFields, base.form, theirs.form, '', fresh);
	const invoices = mergeInvoices(
		base.form.invoices,
		mine.form.invoices,
		theirs.form.invoices,
		fresh
	);
	const attachments = mergeSet(base.attachments, mine.attachments, theirs.attachments, isEqual);
	return {
		form: { ...mine.form, ...fields, invoices },
		attachments,
		conflicts: joinConflicts(base.conflicts, mine.conflicts, theirs.conflicts, fresh)
	};
}

/** Whether two versions hold the same, apart from the order of what one side added. */
export function isSameDraft<File extends { readonly id: string }>(
	one: MergeableDraft<File>,
	other: MergeableDraft<File>
): boolean {
	return isEqual(
		[one.form, one.attachments, one.conflicts],
		[other.form, other.attachments, other.conflicts]
	);
}

function mergeFields<Fields extends object>(
	mine: Fields,
	base: object,
	theirs: object,
	prefix: string,
	conflicts: FieldConflict[]
): Fields {
	const before = new Map<string, Value>(Object.entries(base));
	const other = new Map<string, Value>(Object.entries(theirs));
	const merged = Object.entries(mine).map(([name, value]: [string, Value]) => {
		const their = other.get(name);
		if (their === undefined || their === value || their === before.get(name)) return [name, value];
		if (value === before.get(name)) return [name, their];
		conflicts.push({ field: prefix + name, theirs: their });
		return [name, value];
	});
	return { ...mine, ...(Object.fromEntries(merged) as Partial<Fields>) };
}

function mergeInvoices(
	base: readonly InvoiceForm[],
	mine: readonly InvoiceForm[],
	theirs: readonly InvoiceForm[],
	conflicts: FieldConflict[]
): InvoiceForm[] {
	const kept = mergeSet(base, mine, theirs, isEqual).map((invoice) => {
		const my = mine.find(({ id }) => id === invoice.id);
		const their = theirs.find(({ id }) => id === invoice.id);
		if (!my || !their) return invoice;
		const before = base.find(({ id }) => id === invoice.id) ?? {};
		return mergeFields(my, before, their, `invoices.${invoice.id}.`, conflicts);
	});
	// A claim has one invoice at least: removed on both sides, each in favour of one it kept, none is left.
	return kept.length > 0 ? kept : [...mine];
}

function mergeSet<Item extends { readonly id: string }>(
	base: readonly Item[],
	mine: readonly Item[],
	theirs: readonly Item[],
	isUnchanged: (one: Item, other: Item) => boolean
): Item[] {
	const before = new Map(base.map((item) => [item.id, item]));
	const other = new Map(theirs.map((item) => [item.id, item]));
	const own = new Set(mine.map(({ id }) => id));
	const stays = (item: Item, isOnOtherSide: boolean): boolean => {
		const known = before.get(item.id);
		return isOnOtherSide || !known || !isUnchanged(item, known);
	};
	return [
		...mine.filter((item) => stays(item, other.has(item.id))),
		...theirs.filter((item) => !own.has(item.id) && stays(item, false))
	];
}

// A conflict that one side has settled is settled; the same field anew is a new one.
function joinConflicts(
	base: readonly FieldConflict[],
	mine: readonly FieldConflict[],
	theirs: readonly FieldConflict[],
	fresh: readonly FieldConflict[]
): readonly FieldConflict[] {
	const has = (list: readonly FieldConflict[], field: string) =>
		list.some((conflict) => conflict.field === field);
	const open = [
		...mine.filter(({ field }) => has(theirs, field) || !has(base, field)),
		...theirs.filter(({ field }) => !has(mine, field) && !has(base, field))
	];
	return [...open.filter(({ field }) => !has(fresh, field)), ...fresh];
}

function isEqual(one: unknown, other: unknown): boolean {
	return JSON.stringify(one) === JSON.stringify(other);
}
