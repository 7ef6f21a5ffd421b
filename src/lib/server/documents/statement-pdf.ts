import type { BenefitStatement } from '#lib/domain/documents/document.ts';
import { OPERATOR } from '#lib/domain/operator.ts';
import { m } from '#lib/i18n/generated/messages.js';
import { statementFacts, statementTexts } from '#lib/i18n/statement-texts.ts';
import { renderPdf, type PdfFonts } from '#lib/server/platform/pdf.ts';
import {
	drawFacts,
	drawLetterhead,
	drawReckoning,
	drawSection,
	drawTotal
} from './letter-parts.ts';
import { STYLES, Sheet } from './pdf-sheet.ts';
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
		drawFacts(sheet, statementFacts(statement, locale));
		sheet.write('P', texts.intro, STYLES.body, texts.correction.length > 0 ? 6 : 14);
		texts.correction.forEach((text, index) =>
			sheet.write('P', text, STYLES.body, index === texts.correction.length - 1 ? 14 : 6)
		);
		sheet.write('H2', m.staff_statement_table({}, { locale }), STYLES.heading, 4);
		drawStatementTable(sheet, statement);
		drawReckoning(sheet, texts.settled);
		drawTotal(sheet, texts);
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
