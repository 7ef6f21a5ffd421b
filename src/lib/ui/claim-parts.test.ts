/** What parts of the claim page say, as the server renders them. */
import { render } from 'svelte/server';
import { expect, test } from 'vitest';
import type { OwnPayoutView } from '#lib/domain/claims/payout.ts';
import type { Visit } from '#lib/domain/claims/access.ts';
import { m } from '#lib/i18n/generated/messages.js';
import PayoutNote from './PayoutNote.svelte';
import Visits from './Visits.svelte';

const textOf = (body: string) =>
	body
		.replace(/<[^>]*>/g, ' ')
		.replace(/\s+/g, ' ')
		.trim();

test('Z6: the work on a claim is told with its span; looks are counted where they needed a reason', () => {
	const fromMs = Date.UTC(2026, 10, 27, 13, 30);
	const visit: Visit = {
		...{ staffNumber: 'K7M2XA', role: 'clerk', reason: null, looks: 21 },
		...{ fromMs, toMs: fromMs + 3 * 60_000 }
	};
	const texts = {
		title: 'Who',
		lead: '',
		none: '',
		inCharge: 'works on it',
		locale: 'en'
	} as const;
	const pageOf = (visits: readonly Visit[]) =>
		textOf(render(Visits, { props: { ...texts, visits } }).body);
	const work = pageOf([visit]);
	expect(work).toContain('27 November 2026, 14:30 to 14:33 (CET)');
	expect(work).not.toContain('21');
	expect(pageOf([{ ...visit, reason: 'complaint' }])).toContain(
		`14:33 (CET) · ${m.desk_visits_looks({ count: 21 })}`
	);
});

test('a payment that came back says what to do at the claim, and elsewhere where that is said', () => {
	const payout: OwnPayoutView = {
		...{ kind: 'decision', state: 'returned', accountMasked: '•••• 3000', paidOn: null },
		...{ amount: { amountMinor: 4_000, currency: 'EUR' }, returnReason: 'account-closed' }
	};
	const noteOf = (returnedAdvice?: string) =>
		textOf(
			render(PayoutNote, {
				props: { payout, locale: 'de', ...(returnedAdvice && { returnedAdvice }) }
			}).body
		);
	expect(noteOf()).toContain(m.payouts_own_returned_where());
	expect(noteOf('Change the account.')).toContain('Change the account.');
	expect(noteOf('Change the account.')).not.toContain(m.payouts_own_returned_where());
});
