import { calendarDateOf } from '#lib/domain/calendar.ts';
import { LETTER_LIFETIME_MS } from '#lib/domain/accounts/recovery.ts';
import { OPERATOR } from '#lib/domain/operator.ts';
import { formatDate } from '#lib/i18n/format.ts';
import { m } from '#lib/i18n/generated/messages.js';
import { INK, Sheet, STYLES } from '#lib/server/documents/pdf-sheet.ts';
import { renderPdf, type PdfFonts } from '#lib/server/platform/pdf.ts';
import type { RecoveryLetter } from './recovery-desk.service.ts';

/** Room for the address, which the mail room adds from the contract system (DIN 5008, form B). */
const ADDRESS_HEIGHT = 110;

/** Prints recovery letters with fonts that are fetched only when one is printed. */
export function createRecoveryLetterPrinter(loadFonts: () => Promise<PdfFonts>) {
	return async (letter: RecoveryLetter) => ({
		name: `${m.recovery_pdf_file({}, { locale: letter.language })}.pdf`,
		bytes: await printRecoveryLetter(await loadFonts(), letter)
	});
}

/** The letter with the code, in the customer's language: tagged, with both fonts inside. */
export function printRecoveryLetter(
	fonts: PdfFonts,
	letter: RecoveryLetter
): Promise<Uint8Array<ArrayBuffer>> {
	const locale = letter.language;
	const options = { locale };
	const title = m.recovery_pdf_title({}, options);
	const meta = {
		title,
		language: locale,
		author: OPERATOR.insurerName,
		createdAtMs: letter.printedAtMs
	};
	const until = calendarDateOf(letter.printedAtMs + LETTER_LIFETIME_MS);
	const phone = OPERATOR.contactPhone;
	return renderPdf(fonts, meta, (doc) => {
		const sheet = new Sheet(doc);
		sheet.write('P', OPERATOR.insurerName, STYLES.brand, 1);
		sheet.write('P', OPERATOR.address.slice(1).join(' · '), STYLES.label, 10);
		sheet.rule(INK.accent);
		sheet.y += ADDRESS_HEIGHT;
		sheet.write('P', formatDate(calendarDateOf(letter.printedAtMs), locale), STYLES.label, 10);
		sheet.write('H1', title, STYLES.title, 8);
		if (letter.policyNumbers.length > 0) {
			const numbers = letter.policyNumbers.join(', ');
			sheet.write('P', m.recovery_pdf_contracts({ numbers }, options), STYLES.label, 14);
		}
		sheet.write('P', m.recovery_pdf_hello({ name: letter.name }, options), STYLES.body, 8);
		sheet.write('P', m.recovery_pdf_text({}, options), STYLES.body, 14);
		sheet.write('P', letter.code, { ...STYLES.title, color: INK.accent }, 14);
		sheet.write(
			'P',
			m.recovery_pdf_until({ date: formatDate(until, locale) }, options),
			STYLES.strong,
			14
		);
		sheet.write('H2', m.recovery_pdf_how({}, options), STYLES.heading, 3);
		sheet.write('P', m.recovery_pdf_steps({}, options), STYLES.body, 12);
		sheet.write('P', m.recovery_pdf_not_you({ phone }, options), STYLES.body, 12);
		sheet.finish((page, pages) => m.recovery_pdf_page({ page, pages }, options));
	});
}
