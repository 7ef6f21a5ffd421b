import { describe, expect, it } from 'vitest';
import { newDraft } from '#lib/offline/new-draft.ts';
import { m } from '#lib/i18n/generated/messages.js';
import { draftAbout, draftSentence, lastChangeText } from './draft-texts.ts';

const WAY = { link: 'online', sentBytes: null } as const;

function draftWith(...bills: readonly { issuer?: string; amount?: string; currency?: string }[]) {
	const draft = newDraft(null);
	const [first] = draft.form.invoices;
	if (!first) throw new Error('a draft begins with an invoice');
	const invoices = bills.map((bill) => ({ ...first, ...bill }));
	return { ...draft, form: { ...draft.form, invoices } };
}

describe('what tells drafts apart', () => {
	it('is the first issuer and the sum, as far as they are typed', () => {
		expect(draftAbout(newDraft(null))).toBe('');
		expect(draftAbout(draftWith({ issuer: 'Praxis Dr. Albers' }))).toBe('Praxis Dr. Albers');
		expect(draftAbout(draftWith({ amount: '84,50' }))).toBe('84,50\u00a0€');
		expect(
			draftAbout(
				draftWith(
					{ amount: '84,50' },
					{ issuer: 'Dom-Apotheke', amount: '23,90' },
					{ amount: '10', currency: 'USD' }
				)
			)
		).toBe('Dom-Apotheke, 108,40\u00a0€ + 10,00\u00a0USD');
	});

	it('is the time of the last change', () => {
		const savedAtMs = Date.UTC(2026, 10, 26, 13, 5);
		expect(lastChangeText({ savedAtMs })).toBe(
			m.drafts_last_changed({ at: '26. November 2026, 14:05 Uhr (MEZ)' })
		);
	});
});

describe('the sentence of a draft', () => {
	it('says that two devices do not agree', () => {
		const draft = newDraft(null);
		expect(draftSentence(draft, WAY)).toBe(m.drafts_state_editing());
		const conflicts = [{ field: 'diagnosis', theirs: 'Angina' }];
		expect(draftSentence({ ...draft, conflicts }, WAY)).toBe(m.drafts_state_conflict());
	});
});
