/** What a spreadsheet takes for the beginning of a formula (ASVS 1.2.10). */
const FORMULA_START = /^[=+\-@\t\r]/;

/**
 * Lines of RFC 4180 with a byte order mark, so that spreadsheets read the umlauts. Every cell is
 * quoted, and one that a spreadsheet would run as a formula begins with an apostrophe.
 */
export function csvOf(rows: readonly (readonly string[])[]): string {
	return `\uFEFF${rows.map((row) => `${row.map(cell).join(',')}\r\n`).join('')}`;
}

function cell(text: string): string {
	const inert = FORMULA_START.test(text) ? `'${text}` : text;
	return `"${inert.replaceAll('"', '""')}"`;
}
