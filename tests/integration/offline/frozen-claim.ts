import { createHash } from 'node:crypto';
import { parseCalendarDate } from '#lib/domain/calendar.ts';
import { canonicalManifest, type Submission } from '#lib/domain/claims/claim.schema.ts';
import type { FrozenClaim } from '#lib/domain/claims/draft.ts';
import type { Attachment } from '#lib/offline/draft.schema.ts';

const SOME_ID = '00000000-0000-4000-8000-000000000001';
export const FILES = ['2', '3'].map((end): Attachment => ({
	id: `00000000-0000-4000-8000-00000000000${end}`,
	name: 'bill.jpg',
	type: 'image/jpeg',
	sizeBytes: 10,
	sha256: end.repeat(64),
	partCount: 1,
	hasThumbnail: false,
	looksEmpty: false,
	looksBlurred: false
}));

/** A claim of two photos as it leaves the device. */
export function frozenClaim(draftId: string): FrozenClaim {
	const firstTreatmentOn = parseCalendarDate('2026-11-01');
	if (!firstTreatmentOn) throw new Error('not a date');
	const submission: Submission = {
		draftId,
		content: {
			contractId: SOME_ID,
			insuredPersonId: SOME_ID,
			cause: 'illness',
			diagnosis: 'Bronchitis',
			firstTreatmentOn,
			country: 'DE',
			hasOtherInsurance: false,
			note: '',
			invoices: [],
			payeeAccount: null,
			declaredTrue: true
		},
		files: FILES.map(({ id, name, type, sizeBytes, sha256 }) => ({
			...{ id, name, type, sizeBytes, sha256 }
		}))
	};
	const manifestHash = createHash('sha256').update(canonicalManifest(submission)).digest('hex');
	return { submissionId: `s-${draftId}`, manifestHash, submission };
}
