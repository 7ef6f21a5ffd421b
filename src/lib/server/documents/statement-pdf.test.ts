import { mkdir, writeFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import type { BenefitStatement } from '#lib/domain/documents/document.ts';
import { statementTexts } from '#lib/i18n/statement-texts.ts';
import type { PdfFonts } from '#lib/server/platform/pdf.ts';
import { loadTestFonts } from '../../../../tests/support/fonts.ts';
import { eur, foreignLine, lineOf, statementOf } from '../../../../tests/support/statements.ts';
import { printStatement } from './statement-pdf.ts';

let fonts: PdfFonts;

beforeAll(async () => {
	fonts = await loadTestFonts();
});

const render = async (statement: BenefitStatement) =>
	Buffer.from(await printStatement(fonts, statement)).toString('latin1');

/** For looking at: `STATEMENT_OUT=/some/folder npx vitest run statement-pdf`. */
async function keep(name: string, statement: BenefitStatement): Promise<void> {
	const folder = process.env['STATEMENT_OUT'];
	if (!folder) return;
	await mkdir(folder, { recursive: true });
	await writeFile(`${folder}/${name}.pdf`, await printStatement(fonts, statement));
}

describe('printStatement', () => {
	it('is one page for a usual claim, tagged, in German', async () => {
		const statement = statementOf([lineOf(), foreignLine()]);
		await keep('de', statement);
		const text = await render(statement);
		expect(text.match(/\/Type \/Page\b/g)).toHaveLength(1);
		expect(text).toContain('/Lang (de)');
		for (const tag of ['H1', 'H2', 'Table', 'TR', 'TH', 'TD']) {
			expect(text).toContain(`/S /${tag}`);
		}
		expect(text).toContain('/Scope /Column');
	});

	it('speaks English where the customer does', async () => {
		const statement = statementOf([lineOf(), foreignLine()], { language: 'en' });
		expect(await render(statement)).toContain('/Lang (en)');
		await keep('en', statement);
	});

	it('breaks a long table over pages, between rows', async () => {
		const statement = statementOf(Array.from({ length: 20 }, () => lineOf()));
		const text = await render(statement);
		expect(text.match(/\/Type \/Page\b/g)?.length).toBeGreaterThan(1);
		expect(text.match(/\/S \/TR/g)).toHaveLength(22);
		expect(text.match(/\/S \/TH\b/g)).toHaveLength(6);
		await keep('long', statement);
	});

	it('gives the same bytes for the same statement', async () => {
		const statement = statementOf([lineOf()]);
		expect(await render(statement)).toBe(await render(statement));
	});

	it('announces of a corrected statement only what is still to be paid', () => {
		const correction = {
			previousNumber: 'K-2026-000123-1',
			why: 'objection' as const,
			outcome: 'changed' as const,
			answer: 'Ihr Tarif zahlt das.',
			paidBefore: eur(1_000),
			toPay: eur(8_450)
		};
		const texts = statementTexts(statementOf([lineOf({})], { correction }), 'de');
		expect(texts.totalAmount?.replace(/\s/g, ' ')).toBe('84,50 €');
		expect(texts.correction.join(' ')).toContain('ersetzt die Abrechnung K-2026-000123-1');
		expect(statementTexts(statementOf([lineOf({})]), 'de').correction).toEqual([]);
	});

	it('says of a decision by rules that a person checks it, hears the customer and answers (§ 37 BDSG)', async () => {
		const byRules = (language: 'de' | 'en') =>
			statementOf([lineOf()], { decidedBy: 'rules', outcome: 'approved', language });
		const de = statementTexts(byRules('de'), 'de');
		expect(de.decidedBy).toBe('automatisch durch Regeln, nicht durch eine Person');
		for (const right of ['Person die Entscheidung prüft', 'was Sie davon halten', 'anfechten']) {
			expect(de.objectText).toContain(right);
		}
		expect(statementTexts(byRules('en'), 'en').objectText).toContain('a person to check');
		expect(statementTexts(statementOf([lineOf()]), 'de').objectText).not.toContain('Regeln');
		const text = await render(byRules('de'));
		expect(text.match(/\/Type \/Page\b/g)).toHaveLength(1);
		await keep('rules', byRules('de'));
	});

	it('takes off what was paid in advance, and says how much it was too much (§ 14 VVG)', async () => {
		const after = (amountMinor: number, paidOn: string | null) =>
			statementOf([lineOf()], { advance: { amount: eur(amountMinor), paidOn } });
		const plain = (text: string) => text.replace(/\s/g, ' ');
		const texts = statementTexts(after(3_000, '2026-11-02'), 'de');
		expect(texts.settled.map(({ label, amount }) => plain(`${label}: ${amount}`))).toEqual([
			'Erstattung insgesamt: 110,00 €',
			'Bereits als Abschlag gezahlt am 2. November 2026: − 30,00 €'
		]);
		expect(plain(texts.totalAmount ?? '')).toBe('80,00 €');
		expect(texts.overpaid).toBeNull();
		const more = statementTexts(after(12_000, null), 'en');
		expect(more.settled[1]?.label).toBe('Already on its way in advance');
		expect([more.total, more.totalAmount, more.totalTo]).toEqual([
			'Nothing will be transferred.',
			null,
			null
		]);
		expect(plain(more.overpaid ?? '')).toContain('€10.00 more than what we pay');
		expect(statementTexts(statementOf([lineOf()]), 'de').settled).toEqual([]);
		const text = await render(after(3_000, '2026-11-02'));
		expect(text.match(/\/Type \/Page\b/g)).toHaveLength(1);
		await keep('advance', after(3_000, '2026-11-02'));
		await keep('advance-more', after(12_000, '2026-11-02'));
	});

	it('prints a refusal that pays nothing', async () => {
		const refused = lineOf({
			recognised: eur(0),
			deductible: eur(0),
			paid: eur(0),
			reason: 'not-covered',
			clause: 'AVB-AK § 5 (1)'
		});
		const statement = statementOf([refused], { outcome: 'rejected', deductibleLeftMinor: 0 });
		expect((await render(statement)).length).toBeGreaterThan(1000);
		await keep('refused', statement);
	});
});
