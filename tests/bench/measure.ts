/** One figure of the bench. A ceiling or floor stands where the project has promised one. */
export type Measure = {
	readonly measure: string;
	readonly value: number;
	readonly unit: string;
	readonly ceiling?: number;
	readonly floor?: number;
};

/** A value that is no number is outside: it compares with nothing. */
export function isOutside({ value, ceiling = Infinity, floor = -Infinity }: Measure): boolean {
	return !(value >= floor && value <= ceiling);
}

/** Three significant figures below a thousand, whole numbers above: more would be noise. */
export function rounded(value: number): number {
	return Math.abs(value) >= 1000 ? Math.round(value) : Number(value.toPrecision(3));
}
