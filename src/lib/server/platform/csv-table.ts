import Papa from 'papaparse';

export type CsvRow = {
	/** As an editor counts: the header is line 1, and a cell may hold line breaks. */
	readonly line: number;
	readonly cells: readonly string[];
};

export type CsvTable = { readonly header: readonly string[]; readonly rows: readonly CsvRow[] };

export type CsvFault = 'csv-empty' | 'csv-too-many' | 'csv-quotes' | 'csv-binary';

const LONGEST_CELL = 500;

/**
 * Reads a table as spreadsheets write it: UTF-8, with or without its mark, else Windows-1252; fields
 * between semicolons or commas, whichever the header has more of. Null bytes or cells without end
 * are no table.
 */
export function readCsv(
	bytes: Uint8Array,
	mostRows: number
):
	| { readonly ok: true; readonly table: CsvTable }
	| { readonly ok: false; readonly fault: CsvFault } {
	const text = decode(bytes);
	if (text.includes('\u0000')) return { ok: false, fault: 'csv-binary' };
	const [head = ''] = text.split(/\r?\n/, 1);
	const delimiter = head.split(';').length > head.split(',').length ? ';' : ',';
	const rows: CsvRow[] = [];
	const faults: CsvFault[] = [];
	let line = 1;
	let from = 0;
	Papa.parse<string[]>(text, {
		delimiter,
		step({ data, errors, meta }, parser) {
			const cells = data.map((cell) => cell.trim());
			if (cells.some((cell) => cell !== '')) rows.push({ line, cells });
			// What stands between here and the next row are its line breaks, also those inside quotes.
			line += text.slice(from, meta.cursor).split('\n').length - 1;
			from = meta.cursor;
			if (errors.some(({ type }) => type === 'Quotes')) faults.push('csv-quotes');
			else if (cells.some((cell) => cell.length > LONGEST_CELL)) faults.push('csv-binary');
			else if (rows.length > mostRows + 1) faults.push('csv-too-many');
			if (faults.length > 0) parser.abort();
		}
	});
	const [fault] = faults;
	if (fault) return { ok: false, fault };
	const [header, ...others] = rows;
	if (!header || others.length === 0) return { ok: false, fault: 'csv-empty' };
	return { ok: true, table: { header: header.cells, rows: others } };
}

function decode(bytes: Uint8Array): string {
	try {
		return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
	} catch {
		return new TextDecoder('windows-1252').decode(bytes);
	}
}
