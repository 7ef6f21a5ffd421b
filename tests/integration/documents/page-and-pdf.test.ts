/** A document's page and its PDF carry the same facts: whoever has one of them misses nothing. */
import { render } from 'svelte/server';
import type { Component } from 'svelte';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { BenefitStatement, ProcessingConfirmation } from '#lib/domain/documents/document.ts';
import { OPERATOR } from '#lib/domain/operator.ts';
import { overwriteGetLocale } from '#lib/i18n/generated/runtime.js';
import { printConfirmation } from '#lib/server/documents/confirmation-pdf.ts';
import { Sheet } from '#lib/server/documents/pdf-sheet.ts';
import { printStatement } from '#lib/server/documents/statement-pdf.ts';
import ConfirmationView from '../../../src/routes/(customer)/mailbox/[id]/ConfirmationView.svelte';
import StatementView from '../../../src/routes/(customer)/mailbox/[id]/StatementView.svelte';
import StaffStatement from '#lib/ui/Statement.svelte';
import { loadTestFonts } from '../../support/fonts.ts';
import { eur, foreignLine, lineOf, statementOf } from '../../support/statements.ts';

const LANGUAGES = ['de', 'en'] as const;
type Language = (typeof LANGUAGES)[number];

afterEach(() => vi.restoreAllMocks());

/** The facts in a text: without the signs that only set them apart. */
const factsIn = (text: string) =>
	text
		.split('·')
		.map((part) => part.replace(/\s+/g, ' ').trim())
		.filter((part) => part !== '');

/** Everything that is written on the sheets below the letterhead and above their feet. */
async function factsOfPdf(print: () => Promise<unknown>): Promise<readonly string[]> {
	const draw = vi.spyOn(Sheet.prototype, 'draw');
	const finish = vi.spyOn(Sheet.prototype, 'finish');
	await print();
	const drawn = draw.mock.calls.slice(0, draw.mock.calls.length);
	const ends = finish.mock.invocationCallOrder[0] ?? Infinity;
	const texts = drawn
		.filter((_, index) => (draw.mock.invocationCallOrder[index] ?? Infinity) < ends)
		.map(([text]) => text);
	// The insurer's name, the way to write to it, and the title, which is the page's heading.
	expect(texts[0]).toBe(OPERATOR.insurerName);
	return texts.slice(3).flatMap(factsIn);
}

/** The texts of the page, one for each element. */
function factsOfPage<Props extends Record<string, unknown>>(
	component: Component<Props>,
	props: Props,
	locale: Language
): readonly string[] {
	overwriteGetLocale(() => locale);
	const { body } = render(component as Component, { props });
	return body
		.replace(/<style[\s\S]*?<\/style>|<!--[\s\S]*?-->/g, '')
		.split(/<[^>]*>/)
		.map((text) => text.replace(/&(amp|lt|gt|quot);/g, (_, name: string) => ENTITIES[name] ?? ''))
		.flatMap(factsIn);
}
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"' };

const correction = {
	previousNumber: 'K-2026-000123-1',
	why: 'objection',
	outcome: 'changed',
	answer: 'Ihr Tarif zahlt das.',
	paidBefore: eur(1_000),
	toPay: eur(8_450)
} as const;
const refused = lineOf({
	...{ recognised: eur(0), deductible: eur(0), paid: eur(0), clause: 'AVB-AK § 5 (1)' },
	reason: 'not-covered'
});
const STATEMENTS: readonly (readonly [string, BenefitStatement])[] = [
	['a claim that is cut', statementOf([lineOf(), foreignLine()])],
	['a correction', statementOf([lineOf()], { correction, statementNumber: 'K-2026-000123-2' })],
	[
		'a correction that changes nothing',
		statementOf([lineOf()], { correction: { ...correction, outcome: 'upheld', toPay: eur(0) } })
	],
	[
		'a reopened claim',
		statementOf([lineOf()], { correction: { ...correction, why: 'reopening' } })
	],
	[
		'a check of what rules had decided',
		statementOf([lineOf()], { correction: { ...correction, isOfRules: true } })
	],
	[
		'an approval by rules',
		statementOf([foreignLine()], { decidedBy: 'rules', outcome: 'approved' })
	],
	[
		'a claim with an advance',
		statementOf([lineOf()], { advance: { amount: eur(500), paidOn: '2026-09-20' } })
	],
	[
		'a claim whose advance was more',
		statementOf([lineOf()], { advance: { amount: eur(99_000), paidOn: null } })
	],
	['a refusal', statementOf([refused], { outcome: 'rejected', deductibleLeftMinor: 0 })],
	[
		'a bill without a number, of one day',
		statementOf([lineOf({ invoiceNumber: '', treatmentTo: '2026-09-01' })])
	]
];

describe.each(LANGUAGES)('in the language %s', (locale) => {
	it.each(STATEMENTS)('page and PDF of %s say the same', async (_, written) => {
		const statement = { ...written, language: locale };
		const fonts = await loadTestFonts();
		const pdf = await factsOfPdf(() => printStatement(fonts, statement));
		const page = factsOfPage(StatementView, { statement, locale }, locale);
		expect(new Set(page)).toEqual(new Set(pdf));
	});

	it.each(STATEMENTS)(
		'what a clerk confirms of %s is what the customer reads',
		async (_, written) => {
			const statement = { ...written, language: locale };
			const fonts = await loadTestFonts();
			const pdf = await factsOfPdf(() => printStatement(fonts, statement));
			// The desk's own language does not matter: the statement speaks the customer's.
			const page = factsOfPage(
				StaffStatement,
				{ statement, locale },
				locale === 'de' ? 'en' : 'de'
			);
			expect(new Set(page)).toEqual(new Set(pdf));
		}
	);

	it('only the customer’s page leads from a line to its objection, where one is possible', () => {
		const statement = { ...statementOf([lineOf(), lineOf()]), language: locale };
		overwriteGetLocale(() => locale);
		const linksOf = (body: string) =>
			[...body.matchAll(/href="(\/claims\/[^"]+)"/g)].map(([, href]) => href);
		const pageOf = (contestable: readonly number[]) =>
			render(StatementView, { props: { statement, locale, claimId: 'one', contestable } }).body;
		expect(linksOf(pageOf([2]))).toEqual(['/claims/one/objection?line=2']);
		expect(linksOf(pageOf([]))).toEqual([]);
		expect(linksOf(render(StaffStatement, { props: { statement, locale } }).body)).toEqual([]);
	});

	const DECISION = {
		...{ bills: 3, decidedAtMs: Date.UTC(2026, 9, 20, 8) },
		statement: { id: 'statement', number: 'K-2026-000123-1' }
	};
	it.each([
		['of a claim sent in the portal', {}],
		['of a letter', { isByPost: true, files: 1, decision: { ...DECISION, bills: 1 } } as const],
		['of an advance', { decision: undefined }]
	])('page and PDF of a processing confirmation %s say the same', async (_, change) => {
		const confirmation: ProcessingConfirmation = {
			...{ kind: 'processing-confirmation', claimNumber: 'K-2026-000123', language: locale },
			...{ submittedAtMs: Date.UTC(2026, 9, 5, 8, 30), files: 2, decision: DECISION },
			amount: eur(21_000),
			payee: { holder: 'Nguyễn Thị Ánh Müller', ibanLast4: '3000' },
			...{ paidAtMs: Date.UTC(2026, 9, 22, 8), runReference: 'KP-000042' },
			paymentReference: 'K-2026-000123-1',
			...change
		};
		const fonts = await loadTestFonts();
		const pdf = await factsOfPdf(() => printConfirmation(fonts, confirmation));
		const page = factsOfPage(ConfirmationView, { confirmation, locale }, locale);
		expect(new Set(page)).toEqual(new Set(pdf));
	});
});
