import { parseCalendarDate } from '#lib/domain/calendar.ts';
import type { BenefitStatement, StatementLine } from '#lib/domain/documents/document.ts';

export const eur = (amountMinor: number) => ({ amountMinor, currency: 'EUR' });

/** A line that is cut, with long names. */
export const lineOf = (change: Partial<StatementLine> = {}): StatementLine => ({
	issuer: 'Praxis Dr. Łukasz Größenwald-Österreicher und Kollegen',
	invoiceDate: '2026-09-14',
	invoiceNumber: 'R-2026/0815',
	treatmentFrom: '2026-09-01',
	treatmentTo: '2026-09-12',
	billed: eur(18_450),
	billedConverted: eur(18_450),
	exchangeRate: null,
	recognised: eur(16_000),
	deductible: eur(5_000),
	paid: eur(11_000),
	reason: 'fee-too-high',
	clause: 'AVB-AK § 4 (3)',
	...change
});

/** A line in another currency, recognised in full. */
export function foreignLine(): StatementLine {
	const date = parseCalendarDate('2026-09-18');
	if (!date) throw new Error('no date');
	return lineOf({
		issuer: 'Hospital de la Santa Creu',
		billed: { amountMinor: 10_705, currency: 'USD' },
		billedConverted: eur(10_000),
		exchangeRate: { rate: '1.0705', date, source: 'EZB' },
		recognised: eur(10_000),
		deductible: eur(0),
		paid: eur(10_000),
		reason: 'none',
		clause: null
	});
}

/** A statement of these lines, with their sums. */
export function statementOf(
	lines: readonly StatementLine[],
	change: Partial<BenefitStatement> = {}
): BenefitStatement {
	const total = (pick: (line: StatementLine) => { amountMinor: number }) =>
		eur(lines.reduce((sum, line) => sum + pick(line).amountMinor, 0));
	return {
		kind: 'benefit-statement',
		statementNumber: 'K-2026-000123-1',
		claimNumber: 'K-2026-000123',
		claimId: 'claim',
		decidedAtMs: Date.UTC(2026, 10, 22, 10),
		language: 'de',
		policyNumberMasked: '••••••7735',
		insuredPersonName: 'Nguyễn Thị Ánh Müller',
		payee: { holder: 'Nguyễn Thị Ánh Müller', ibanLast4: '3000' },
		outcome: 'partially_approved',
		lines,
		totals: {
			billed: total((line) => line.billedConverted),
			recognised: total((line) => line.recognised),
			deductible: total((line) => line.deductible),
			paid: total((line) => line.paid)
		},
		deductibleLeftMinor: 7_000,
		objection: 'review-request',
		decidedBy: 'person',
		...change
	};
}
