import { expect, it } from 'vitest';
import { NO_CIRCUMSTANCES } from '#lib/domain/claims/circumstances.ts';
import { parseDraftForm } from '#lib/domain/claims/draft-form.ts';
import { NO_PAYEE } from '#lib/domain/claims/draft-payee.ts';
import { parseDraftContent } from './draft.schema.ts';

/** As the first release has saved it. Never changed: it stands for what lies on devices (F39). */
const OLDEST = {
	schema: 1,
	form: {
		contractId: '01990000-0000-7000-8000-000000000001',
		insuredPersonId: '01990000-0000-7000-8000-000000000002',
		cause: 'illness',
		diagnosis: 'Angina',
		firstTreatmentOn: '2026-11-02',
		country: 'DE',
		hasOtherInsurance: 'no',
		note: '',
		invoices: [
			{
				id: '01990000-0000-7000-8000-000000000003',
				issuer: 'Dr. Albers',
				number: '1',
				invoiceDate: '2026-11-02',
				treatmentFrom: '2026-11-02',
				treatmentTo: '',
				amount: '12,50',
				currency: 'EUR',
				isPaid: 'yes'
			}
		],
		payTo: 'contract',
		payeeHolder: '',
		payeeIban: '',
		isDeclaredTrue: true
	},
	attachments: [
		{
			id: '01990000-0000-7000-8000-000000000004',
			name: 'bill.jpg',
			type: 'image/jpeg',
			sizeBytes: 10,
			sha256: 'a'.repeat(64),
			partCount: 1,
			hasThumbnail: true,
			looksEmpty: false
		}
	],
	state: { name: 'editing' },
	step: 'check',
	createdAtMs: 1,
	savedAtMs: 2
};

it('F39, fault 45: a draft of the first release opens with all that is in it, and asks what is new', () => {
	const content = parseDraftContent(OLDEST);
	const attachments = OLDEST.attachments.map((file) => ({ ...file, looksBlurred: false }));
	const invoices = OLDEST.form.invoices.map((invoice) => ({
		...invoice,
		...{ kind: '', insuredPersonId: '' }
	}));
	const form = { ...NO_PAYEE, ...OLDEST.form, ...NO_CIRCUMSTANCES, invoices };
	expect(content).toEqual({ ...OLDEST, form, attachments, awaitedFiles: [] });
	const { issues } = parseDraftForm(content.form, { today: '2026-11-26', fileCount: 1, asks: [] });
	// Only what that release did not ask yet.
	expect(issues).toEqual({ treatedBefore: 'required', 'invoices.0.kind': 'required' });
});

it('failure 39: a field that is missing or of another release is empty, and nothing else is lost', () => {
	const { diagnosis: _diagnosis, ...form } = OLDEST.form;
	const other = { ...OLDEST, form: { ...form, cause: 'unknown', later: 'x' }, step: 'unknown' };
	const content = parseDraftContent(other);
	expect(content.form).toMatchObject({ diagnosis: '', cause: '', country: 'DE' });
	expect(content.step).toBe('person');
	expect(() => parseDraftContent({ ...OLDEST, schema: 2 })).toThrow();
});
