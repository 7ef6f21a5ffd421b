export interface FieldProps {
	name: string;
	label: string;
	hint?: string | undefined;
	/** Already translated; an empty text counts as none. */
	error?: string | undefined;
	/** Optional fields say so in their label; required ones carry no mark. */
	required?: boolean;
	/** Only where two forms on one page share a field name. */
	id?: string | undefined;
}

export interface Choice {
	value: string;
	label: string;
	hint?: string;
}

/** The id a field gets from its name: the error summary links to it. */
export function fieldId(name: string): string {
	return `field-${name}`;
}

export function describedBy(
	id: string,
	hint: string | undefined,
	error: string | undefined
): string | undefined {
	const ids = [hint ? `${id}-hint` : '', error ? `${id}-error` : ''].filter(Boolean);
	return ids.length > 0 ? ids.join(' ') : undefined;
}
