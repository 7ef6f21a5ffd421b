import { m } from '#lib/i18n/generated/messages.js';
import type { OfflineContract } from '#lib/domain/claims/submission.ts';
import type { Contact } from '#lib/offline/outbox.ts';
import type { Draft } from '#lib/offline/draft.schema.ts';

/** What the customer calls a draft: who it is for. */
export function draftName(draft: Draft, contracts: readonly OfflineContract[] | null): string {
	const name = contracts
		?.flatMap(({ insuredPersons }) => insuredPersons)
		.find(({ id }) => id === draft.form.insuredPersonId)?.name;
	return name ? m.drafts_name_of({ name }) : m.drafts_name_new();
}

/** Whose turn it is, as a sentence. */
export function draftSentence(draft: Draft, contact: Contact | null): string {
	const { state } = draft;
	switch (state.name) {
		case 'accepted':
			return m.drafts_state_accepted({ number: state.receipt.claimNumber });
		case 'attention':
			return m.drafts_state_attention();
		case 'paused':
			return state.cause === 'auth' || contact === 'signed-out'
				? m.drafts_state_auth()
				: m.drafts_state_offline();
		case 'frozen':
		case 'uploading':
		case 'committing':
			return contact === 'online' ? m.drafts_state_sending() : m.drafts_state_offline();
		case 'editing':
		case 'ready':
		case 'withdrawn':
		case 'purged':
			return m.drafts_state_editing();
	}
}
