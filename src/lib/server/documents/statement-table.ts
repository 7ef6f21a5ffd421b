import type { BenefitStatement, StatementLine } from '#lib/domain/documents/document.ts';
import type { Money } from '#lib/domain/money.ts';
import { formatDate, formatMoney } from '#lib/i18n/format.ts';
import { m } from '#lib/i18n/generated/messages.js';
import { statementLineNotes, statementSums } from '#lib/i18n/statement-texts.ts';
import { INK, STYLES, type Sheet, type Struct, type TextStyle } from './pdf-sheet.ts';

const AMOUNT_WIDTH = 76;
const GAP = 6;
const ROW_PADDING = 6;
const SUM: TextStyle = { ...STYLES.strong, size: 9 };
const HEAD_HEIGHT = 26;

/** The bills as a table; a row never breaks, and every page begins with the heads of the columns. */
export function drawStatementTable(sheet: Sheet, statement: BenefitStatement): void {
	const { doc } = sheet;
	const options = { locale: statement.language };
	const heads = [
		m.staff_statement_billed({}, options),
		m.staff_statement_recognised({}, options),
		m.staff_statement_deductible({}, options),
		m.staff_statement_paid({}, options)
	];
	const table = doc.struct('Table');
	sheet.add(table);
	sheet.makeRoom(HEAD_HEIGHT + 60);
	table.add(drawHead(sheet, m.staff_statement_bill({}, options), heads));
	for (const line of statement.lines) {
		const rows = measureLine(sheet, line, statement);
		if (sheet.makeRoom(rows.height)) {
			repeatHead(sheet, m.staff_statement_bill({}, options), heads);
		}
		table.add(drawLine(sheet, rows));
	}
	for (const { label, totals } of statementSums(statement, statement.language)) {
		const labelHeight = sheet.heightOf(label, SUM, billWidth(sheet));
		const height = Math.max(HEAD_HEIGHT, labelHeight + 2 * ROW_PADDING);
		sheet.makeRoom(height);
		table.add(drawSum(sheet, label, totals, statement.language, height));
	}
	table.end();
}

type MeasuredText = { readonly text: string; readonly style: TextStyle; readonly height: number };

type MeasuredLine = {
	readonly bill: readonly MeasuredText[];
	readonly notes: readonly MeasuredText[];
	readonly amounts: readonly string[];
	readonly billHeight: number;
	readonly height: number;
};

function measureLine(sheet: Sheet, line: StatementLine, statement: BenefitStatement): MeasuredLine {
	const locale = statement.language;
	const measure = (text: string, style: TextStyle, width: number) => ({
		text,
		style,
		height: sheet.heightOf(text, style, width)
	});
	const number = line.invoiceNumber
		? `${m.staff_statement_bill_number({ number: line.invoiceNumber }, { locale })} · `
		: '';
	const bill = [
		measure(line.issuer, STYLES.strong, billWidth(sheet)),
		measure(number + formatDate(line.invoiceDate, locale), STYLES.note, billWidth(sheet))
	];
	const notes = [treatmentText(line, statement), ...statementLineNotes(line, locale)].map((text) =>
		measure(text, STYLES.note, sheet.width)
	);
	const billHeight = sum(bill);
	return {
		bill,
		notes,
		amounts: [line.billedConverted, line.recognised, line.deductible, line.paid].map((amount) =>
			formatMoney(amount, locale)
		),
		billHeight,
		height: ROW_PADDING * 2 + billHeight + sum(notes)
	};
}

function treatmentText(line: StatementLine, { language: locale }: BenefitStatement): string {
	const from = formatDate(line.treatmentFrom, locale);
	return line.treatmentFrom === line.treatmentTo
		? m.staff_statement_treatment({ from }, { locale })
		: m.staff_statement_treatment_span(
				{ from, to: formatDate(line.treatmentTo, locale) },
				{ locale }
			);
}

function drawLine(sheet: Sheet, line: MeasuredLine): Struct {
	const { doc } = sheet;
	const top = sheet.y + ROW_PADDING;
	const stack = (texts: readonly MeasuredText[], from: number, width: number) => {
		let y = from;
		return texts.map((one) => {
			const draw = sheet.draw(one.text, one.style, { x: sheet.left, y, width });
			y += one.height;
			return doc.struct('P', {}, draw);
		});
	};
	const cells = [
		doc.struct('TD', {}, [
			...stack(line.bill, top, billWidth(sheet)),
			...stack(line.notes, top + line.billHeight, sheet.width)
		]),
		...line.amounts.map((text, index) =>
			doc.struct('TD', {}, drawAmount(sheet, text, index, top, amountStyle(index)))
		)
	];
	sheet.y += line.height;
	sheet.rule();
	return doc.struct('TR', {}, cells);
}

function drawHead(sheet: Sheet, bill: string, heads: readonly string[]): Struct {
	const { doc } = sheet;
	const cells = headTexts(sheet, bill, heads).map(({ text, draw }) => {
		// pdfkit writes the scope, its types do not know it yet (0.17.6).
		const options = { title: text, scope: 'Column' };
		return doc.struct('TH', options, draw);
	});
	finishHead(sheet);
	return doc.struct('TR', {}, cells);
}

/** On further pages the heads are for the eye only: the table's own heads still hold. */
function repeatHead(sheet: Sheet, bill: string, heads: readonly string[]): void {
	sheet.decorate(() => headTexts(sheet, bill, heads).forEach(({ draw }) => draw()));
	finishHead(sheet);
}

function headTexts(sheet: Sheet, bill: string, heads: readonly string[]) {
	const y = sheet.y + 6;
	const draw = sheet.draw(bill, STYLES.head, { x: sheet.left, y, width: billWidth(sheet) });
	return [
		{ text: bill, draw },
		...heads.map((text, index) => ({
			text,
			draw: drawAmount(sheet, text, index, y, STYLES.head)
		}))
	];
}

function finishHead(sheet: Sheet): void {
	sheet.y += 22;
	sheet.rule(INK.muted);
}

function drawSum(
	sheet: Sheet,
	label: string,
	totals: BenefitStatement['totals'],
	language: BenefitStatement['language'],
	height: number
): Struct {
	const { doc } = sheet;
	const y = sheet.y + ROW_PADDING;
	const at = { x: sheet.left, y, width: billWidth(sheet) };
	const amounts: readonly Money[] = [
		totals.billed,
		totals.recognised,
		totals.deductible,
		totals.paid
	];
	const options = { title: label, scope: 'Row' };
	const cells = [
		doc.struct('TH', options, sheet.draw(label, SUM, at)),
		...amounts.map((amount, index) =>
			doc.struct('TD', {}, drawAmount(sheet, formatMoney(amount, language), index, y, SUM))
		)
	];
	sheet.y += height;
	return doc.struct('TR', {}, cells);
}

function drawAmount(sheet: Sheet, text: string, column: number, y: number, style: TextStyle) {
	const x = sheet.left + billWidth(sheet) + GAP + column * AMOUNT_WIDTH;
	return sheet.draw(text, { ...style, align: 'right' }, { x, y, width: AMOUNT_WIDTH - GAP });
}

const billWidth = (sheet: Sheet) => sheet.width - 4 * AMOUNT_WIDTH;

/** What is paid stands out; the way there does not. */
const amountStyle = (column: number): TextStyle => ({
	...(column === 3 ? STYLES.strong : STYLES.body),
	size: 9
});

const sum = (texts: readonly MeasuredText[]) => texts.reduce((all, { height }) => all + height, 0);
