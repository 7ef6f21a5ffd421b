import { emptyDraftForm, type DraftForm } from '#lib/domain/claims/draft-form.ts';
import { EDITING } from '#lib/domain/claims/draft.ts';
import type { OfflineContract } from '#lib/domain/claims/submission.ts';
import type { Draft } from './draft.schema.ts';

/** The claim of somebody else under one contract that a new one follows (decision 0076). */
export type ClaimBefore = {
	readonly contractId: string;
	/** As it lies on this device; null where it does not. */
	readonly form: DraftForm | null;
};

/**
 * A draft with nothing in it but what has only one answer, and what bills of a journey together share;
 * `DraftActs.keep` puts it on the device. A contract that the insurer has not given this device is none.
 */
export function newDraft(
	contracts: readonly OfflineContract[] | null,
	before: ClaimBefore | null = null
): Draft {
	const contract =
		contracts?.find(({ id }) => id === before?.contractId) ??
		(contracts?.length === 1 ? contracts[0] : undefined);
	const [person, ...others] = contract?.insuredPersons ?? [];
	const now = Date.now();
	return {
		id: crypto.randomUUID(),
		rev: 0,
		order: 0,
		schema: 1,
		form: {
			...emptyDraftForm(crypto.randomUUID()),
			...(before?.form && sharedOf(before.form)),
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

/** Nothing of the illness, and nothing of the bills. */
function sharedOf(form: DraftForm) {
	const { country, payTo, payeeKind, payeeHolder, payeeIban } = form;
	const { payeeAccountNumber, payeeBic, payeeBankName } = form;
	return {
		...{ country, payTo, payeeKind, payeeHolder, payeeIban },
		...{ payeeAccountNumber, payeeBic, payeeBankName }
	};
}
