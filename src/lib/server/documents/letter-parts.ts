// What every printed document of ours has: a head, its facts, the amount, a section of text.
import { OPERATOR } from '#lib/domain/operator.ts';
import { INK, STYLES, type Sheet } from './pdf-sheet.ts';

export function drawLetterhead(sheet: Sheet): void {
	sheet.write('P', OPERATOR.insurerName, STYLES.brand, 1);
	const [, ...lines] = OPERATOR.address;
	const contact = [...lines, OPERATOR.contactMail, OPERATOR.contactPhone].join(' · ');
	sheet.write('P', contact, STYLES.label, 10);
	sheet.rule(INK.accent);
	sheet.y += 22;
}

const FACTS_PER_ROW = 3;
const FACT_HEIGHT = 38;

/** Label above value, three in a row; a row is as high as its longest value. */
export function drawFacts(
	sheet: Sheet,
	facts: readonly { readonly label: string; readonly value: string }[]
): void {
	const columnWidth = sheet.width / FACTS_PER_ROW;
	const width = columnWidth - 12;
	for (let first = 0; first < facts.length; first += FACTS_PER_ROW) {
		const row = facts.slice(first, first + FACTS_PER_ROW);
		const y = sheet.y;
		row.forEach(({ label, value }, index) => {
			const x = sheet.left + index * columnWidth;
			const pair = sheet.doc.struct('P', {}, [
				sheet.doc.struct('Span', {}, sheet.draw(`${label} `, STYLES.label, { x, y, width })),
				sheet.doc.struct('Span', {}, sheet.draw(value, STYLES.strong, { x, y: y + 12, width }))
			]);
			sheet.add(pair);
		});
		const heights = row.map(({ value }) => 12 + sheet.heightOf(value, STYLES.strong, width));
		const isLast = first + FACTS_PER_ROW >= facts.length;
		sheet.y += isLast ? Math.max(...heights) : Math.max(FACT_HEIGHT, ...heights.map((h) => h + 8));
	}
	sheet.y += 16;
}

const TOTAL_PADDING = 12;
const RECKONING_HEIGHT = 18;

/** Sums that lead to the total, one below the other. */
export function drawReckoning(
	sheet: Sheet,
	rows: readonly { readonly label: string; readonly amount: string }[]
): void {
	const width = sheet.width - 2 * TOTAL_PADDING;
	const x = sheet.left + TOTAL_PADDING;
	sheet.makeRoom(rows.length * RECKONING_HEIGHT);
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
		sheet.y = y + RECKONING_HEIGHT;
	}
}

/** The one amount a letter is about, with where it goes. */
export function drawTotal(
	sheet: Sheet,
	texts: {
		readonly total: string;
		/** Both null where nothing is paid: then the sentence stands alone. */
		readonly totalTo: string | null;
		readonly totalAmount: string | null;
	}
): void {
	const width = sheet.width - 2 * TOTAL_PADDING;
	const { total, totalTo, totalAmount } = texts;
	const toHeight = totalTo === null ? 0 : sheet.heightOf(totalTo, STYLES.body, width * 0.6);
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
			draw(`${total} `, STYLES.strong, { x, y: y + TOTAL_PADDING }),
			...(totalAmount === null
				? []
				: [
						draw(
							`${totalAmount} `,
							{ ...STYLES.title, color: INK.accent, align: 'right' },
							{ x: x + width * 0.4, y: y + height / 2 - 14 }
						)
					]),
			...(totalTo === null ? [] : [draw(totalTo, STYLES.body, { x, y: y + TOTAL_PADDING + 16 })])
		])
	);
	sheet.y += height + 12;
}

export function drawSection(sheet: Sheet, title: string, text: string): void {
	// A heading never stays alone at the foot of a page.
	sheet.makeRoom(20 + sheet.heightOf(text, STYLES.body, sheet.width));
	sheet.write('H2', title, STYLES.heading, 3);
	sheet.write('P', text, STYLES.body, 12);
}
