import { emptyDraftForm } from '#lib/domain/claims/draft-form.ts';
import { EDITING } from '#lib/domain/claims/draft.ts';
import type { OfflineContract } from '#lib/domain/claims/submission.ts';
import type { Draft } from './draft.schema.ts';

/** A draft with nothing in it but what has only one answer; `DraftActs.keep` puts it on the device. */
export function newDraft(contracts: readonly OfflineContract[] | null): Draft {
	const contract = contracts?.length === 1 ? contracts[0] : undefined;
	const [person, ...others] = contract?.insuredPersons ?? [];
	const now = Date.now();
	return {
		id: crypto.randomUUID(),
		rev: 0,
		order: 0,
		schema: 1,
		form: {
			...emptyDraftForm(crypto.randomUUID()),
			contractId: contract?.id ?? '',
			insuredPersonId: person && others.length === 0 ? person.id : ''
		},
		attachments: [],
		awaitedFiles: [],
		state: EDITING,
		step: 'person',
		createdAtMs: now,
		savedAtMs: now
	};
}
