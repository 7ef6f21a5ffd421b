import { calendarDateOf } from '#lib/domain/calendar.ts';
import type { BenefitStatement } from '#lib/domain/documents/document.ts';
import { OPERATOR } from '#lib/domain/operator.ts';
import { formatDate } from '#lib/i18n/format.ts';
import { m } from '#lib/i18n/generated/messages.js';
import { statementTexts } from '#lib/i18n/statement-texts.ts';
import { renderPdf, type PdfFonts } from '#lib/server/platform/pdf.ts';
import { INK, STYLES, Sheet } from './pdf-sheet.ts';
import { drawStatementTable } from './statement-table.ts';

/** Prints statements with fonts that are fetched only when one is printed. */
export function createStatementPrinter(loadFonts: () => Promise<PdfFonts>) {
	return async (statement: BenefitStatement) => ({
		name: statementFileName(statement),
		bytes: await printStatement(await loadFonts(), statement)
	});
}

/** What the file is called where the customer saves it: a number, nothing about health. */
function statementFileName({ statementNumber, language }: BenefitStatement): string {
	const title = m.staff_statement_title({}, { locale: language }).replaceAll(' ', '-');
	return `${title}-${statementNumber}.pdf`;
}

/** The statement as a letter in the customer's language: tagged, with both fonts inside. */
export function printStatement(
	fonts: PdfFonts,
	statement: BenefitStatement
): Promise<Uint8Array<ArrayBuffer>> {
	const locale = statement.language;
	const title = m.staff_statement_title({}, { locale });
	const meta = {
		title: `${title} ${statement.statementNumber}`,
		language: locale,
		author: OPERATOR.insurerName,
		createdAtMs: statement.decidedAtMs
	};
	return renderPdf(fonts, meta, (doc) => {
		const sheet = new Sheet(doc);
		const texts = statementTexts(statement, locale);
		drawLetterhead(sheet);
		sheet.write('H1', title, STYLES.title, 8);
		drawFacts(sheet, statement, texts);
		sheet.write('P', texts.intro, STYLES.body, texts.correction.length > 0 ? 6 : 14);
		texts.correction.forEach((text, index) =>
			sheet.write('P', text, STYLES.body, index === texts.correction.length - 1 ? 14 : 6)
		);
		sheet.write('H2', m.staff_statement_table({}, { locale }), STYLES.heading, 4);
		drawStatementTable(sheet, statement);
		drawSettled(sheet, texts.settled);
		drawTotal(sheet, texts, texts.totalAmount);
		if (texts.overpaid) sheet.write('P', texts.overpaid, STYLES.body, 14);
		if (texts.deductible) sheet.write('P', texts.deductible, STYLES.body, 14);
		drawSection(sheet, texts.objectTitle, texts.objectText);
		drawSection(sheet, texts.complainTitle, texts.complainText);
		sheet.finish((page, pages) =>
			m.staff_statement_page(
				{ number: `${title} ${statement.statementNumber}`, page, pages },
				{ locale }
			)
		);
	});
}

function drawLetterhead(sheet: Sheet): void {
	sheet.write('P', OPERATOR.insurerName, STYLES.brand, 1);
	const [, ...lines] = OPERATOR.address;
	const contact = [...lines, OPERATOR.contactMail, OPERATOR.contactPhone].join(' · ');
	sheet.write('P', contact, STYLES.label, 10);
	sheet.rule(INK.accent);
	sheet.y += 22;
}

type StatementTexts = ReturnType<typeof statementTexts>;

const FACTS_PER_ROW = 3;
const FACT_HEIGHT = 38;

function drawFacts(sheet: Sheet, statement: BenefitStatement, texts: StatementTexts): void {
	const locale = statement.language;
	const options = { locale };
	const facts: readonly (readonly [string, string])[] = [
		[m.staff_statement_number({}, options), statement.statementNumber],
		[
			m.staff_statement_date({}, options),
			formatDate(calendarDateOf(statement.decidedAtMs), locale)
		],
		[m.staff_statement_claim({}, options), statement.claimNumber],
		[m.staff_statement_person({}, options), statement.insuredPersonName],
		[m.staff_statement_policy({}, options), statement.policyNumberMasked],
		[m.staff_statement_decided_by({}, options), texts.decidedBy]
	];
	const columnWidth = sheet.width / FACTS_PER_ROW;
	const top = sheet.y;
	let bottom = top;
	facts.forEach(([label, value], index) => {
		const x = sheet.left + (index % FACTS_PER_ROW) * columnWidth;
		const y = top + Math.floor(index / FACTS_PER_ROW) * FACT_HEIGHT;
		const width = columnWidth - 12;
		const pair = sheet.doc.struct('P', {}, [
			sheet.doc.struct('Span', {}, sheet.draw(`${label} `, STYLES.label, { x, y, width })),
			sheet.doc.struct('Span', {}, sheet.draw(value, STYLES.strong, { x, y: y + 12, width }))
		]);
		sheet.add(pair);
		bottom = Math.max(bottom, y + 12 + sheet.heightOf(value, STYLES.strong, width));
	});
	sheet.y = bottom + 16;
}

const TOTAL_PADDING = 12;
const SETTLED_HEIGHT = 18;

/** What was granted and what of it was paid in advance: the reckoning that the total is the end of. */
function drawSettled(sheet: Sheet, rows: StatementTexts['settled']): void {
	const width = sheet.width - 2 * TOTAL_PADDING;
	const x = sheet.left + TOTAL_PADDING;
	sheet.makeRoom(rows.length * SETTLED_HEIGHT);
	for (const { label, amount } of rows) {
		const { y } = sheet;
		const labelAt = { x, y, width: width * 0.7 };
		const amountAt = { x: x + width * 0.7, y, width: width * 0.3 };
		sheet.add(
			sheet.doc.struct('P', {}, [
				sheet.doc.struct('Span', {}, sheet.draw(`${label} `, STYLES.body, labelAt)),
				sheet.doc.struct(
					'Span',
					{},
					sheet.draw(`${amount} `, { ...STYLES.strong, align: 'right' }, amountAt)
				)
			])
		);
		sheet.y = y + SETTLED_HEIGHT;
	}
}

function drawTotal(sheet: Sheet, texts: StatementTexts, amount: string): void {
	const width = sheet.width - 2 * TOTAL_PADDING;
	const toHeight = sheet.heightOf(texts.totalTo, STYLES.body, width * 0.6);
	const height = 2 * TOTAL_PADDING + 16 + toHeight;
	sheet.y += 4;
	sheet.makeRoom(height);
	const { y } = sheet;
	const x = sheet.left + TOTAL_PADDING;
	sheet.decorate((doc) => doc.roundedRect(sheet.left, y, sheet.width, height, 6).fill(INK.soft));
	const draw = (text: string, style: Parameters<Sheet['draw']>[1], at: { x: number; y: number }) =>
		sheet.doc.struct('Span', {}, sheet.draw(text, style, { ...at, width: width * 0.6 }));
	sheet.add(
		sheet.doc.struct('P', {}, [
			draw(`${texts.total} `, STYLES.strong, { x, y: y + TOTAL_PADDING }),
			draw(
				`${amount} `,
				{ ...STYLES.title, color: INK.accent, align: 'right' },
				{ x: x + width * 0.4, y: y + height / 2 - 14 }
			),
			draw(texts.totalTo, STYLES.body, { x, y: y + TOTAL_PADDING + 16 })
		])
	);
	sheet.y += height + 12;
}

function drawSection(sheet: Sheet, title: string, text: string): void {
	// A heading never stays alone at the foot of a page.
	sheet.makeRoom(20 + sheet.heightOf(text, STYLES.body, sheet.width));
	sheet.write('H2', title, STYLES.heading, 3);
	sheet.write('P', text, STYLES.body, 12);
}
