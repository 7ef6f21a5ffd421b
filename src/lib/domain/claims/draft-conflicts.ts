import type { DraftForm } from './draft-form.ts';

/** A field that was changed on two devices: both values are kept until the customer chooses. */
export type FieldConflict = {
	/** `diagnosis`, or `invoices.<id of the invoice>.amount`. */
	readonly field: string;
	readonly theirs: string | boolean;
};

/** The form with the customer's choice in the field of a conflict. */
export function chooseTheirs(form: DraftForm, { field, theirs }: FieldConflict): DraftForm {
	const [first = '', id, name = ''] = field.split('.');
	if (id === undefined) return { ...form, [first]: theirs };
	const invoices = form.invoices.map((invoice) =>
		invoice.id === id ? { ...invoice, [name]: theirs } : invoice
	);
	return { ...form, invoices };
}

/** What stands in the field of a conflict now; null when its invoice is gone. */
export function valueOfConflict(form: DraftForm, field: string): string | boolean | null {
	const [first = '', id, name = ''] = field.split('.');
	const holder = id === undefined ? form : form.invoices.find((invoice) => invoice.id === id);
	const found = Object.entries(holder ?? {}).find(([key]) => key === (name || first));
	return typeof found?.[1] === 'string' || typeof found?.[1] === 'boolean' ? found[1] : null;
}

/** The field as the form's pages name it, `invoices.0.amount`, of a conflict's `invoices.<id>.amount`. */
export function formFieldOf(form: DraftForm, field: string): string {
	const [first = '', id, name] = field.split('.');
	if (id === undefined) return field;
	return `${first}.${form.invoices.findIndex((invoice) => invoice.id === id)}.${name ?? ''}`;
}
