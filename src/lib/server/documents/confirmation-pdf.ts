import type { ProcessingConfirmation } from '#lib/domain/documents/document.ts';
import { OPERATOR } from '#lib/domain/operator.ts';
import { confirmationTexts } from '#lib/i18n/confirmation-texts.ts';
import { m } from '#lib/i18n/generated/messages.js';
import { renderPdf, type PdfFonts } from '#lib/server/platform/pdf.ts';
import { drawFacts, drawLetterhead, drawSection, drawTotal } from './letter-parts.ts';
import { STYLES, Sheet } from './pdf-sheet.ts';

/** Prints processing confirmations, with fonts that are fetched only when one is printed. */
export function createConfirmationPrinter(loadFonts: () => Promise<PdfFonts>) {
	return async (confirmation: ProcessingConfirmation) => {
		const { language: locale, paymentReference } = confirmation;
		const title = m.documents_kind_processing_confirmation({}, { locale }).replaceAll(' ', '-');
		return {
			// A number, nothing about health.
			name: `${title}-${paymentReference}.pdf`,
			bytes: await printConfirmation(await loadFonts(), confirmation)
		};
	};
}

/** The confirmation as a letter in the customer's language: the same bytes whenever it is asked for. */
export function printConfirmation(
	fonts: PdfFonts,
	confirmation: ProcessingConfirmation
): Promise<Uint8Array<ArrayBuffer>> {
	const { language: locale, paymentReference } = confirmation;
	const title = m.documents_kind_processing_confirmation({}, { locale });
	const meta = {
		title: `${title} ${paymentReference}`,
		language: locale,
		author: OPERATOR.insurerName,
		createdAtMs: confirmation.paidAtMs
	};
	return renderPdf(fonts, meta, (doc) => {
		const sheet = new Sheet(doc);
		const texts = confirmationTexts(confirmation, locale);
		drawLetterhead(sheet);
		sheet.write('H1', title, STYLES.title, 8);
		sheet.write('P', texts.lead, STYLES.body, 10);
		drawTotal(sheet, texts);
		drawFacts(sheet, texts.facts);
		sheet.write('P', texts.statement, STYLES.body, 14);
		drawSection(sheet, texts.missingTitle, texts.missing);
		sheet.finish((page, pages) =>
			m.staff_statement_page({ number: `${title} ${paymentReference}`, page, pages }, { locale })
		);
	});
}
