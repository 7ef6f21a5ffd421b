import { m } from '#lib/i18n/generated/messages.js';
import { getLocale } from '#lib/i18n/generated/runtime.js';
import { sumsOf, typedInvoices } from '#lib/domain/claims/draft-invoices.ts';
import { wordOfDraft, wordOfFile, type Way } from '#lib/domain/claims/draft-word.ts';
import type { OfflineContract } from '#lib/domain/claims/submission.ts';
import type { Draft } from '#lib/offline/draft.schema.ts';
import type { Room } from '#lib/offline/room.svelte.ts';
import { formatBytes, formatDateTime, formatMoney } from '#lib/ui/format.ts';

/** What the customer calls a draft: who it is for. */
export function draftName(draft: Draft, contracts: readonly OfflineContract[] | null): string {
	const name = contracts
		?.flatMap(({ insuredPersons }) => insuredPersons)
		.find(({ id }) => id === draft.form.insuredPersonId)?.name;
	return name ? m.drafts_name_of({ name }) : m.drafts_name_new();
}

/** What tells two drafts for the same person apart: the first bill and the sum, as far as typed. */
export function draftAbout(draft: Pick<Draft, 'form'>): string {
	const typed = typedInvoices(draft.form.invoices);
	const issuer = typed.map((invoice) => invoice.issuer.trim()).find(Boolean);
	const sums = sumsOf(typed).map((sum) => formatMoney(sum, getLocale()));
	return [issuer, sums.join(' + ')].filter(Boolean).join(', ');
}

/** When its owner, or the way to the insurer, last changed it on a device. */
export function lastChangeText(draft: Pick<Draft, 'savedAtMs'>): string {
	return m.drafts_last_changed({ at: formatDateTime(draft.savedAtMs, getLocale()) });
}

/** The plain word of a draft, as a sentence: where it is, and whose turn it is. */
export function draftSentence(draft: Draft, way: Way): string {
	const found = wordOfDraft(draft.state, way);
	switch (found.word) {
		case 'saved':
			return draft.conflicts?.length ? m.drafts_state_conflict() : m.drafts_state_editing();
		case 'waiting':
			return m.drafts_state_offline();
		case 'sending':
			return m.drafts_state_sending(sizesOf(found));
		case 'needs-you':
			return found.why === 'sign-in' ? m.drafts_state_auth() : m.drafts_state_attention();
		case 'received':
			return m.drafts_state_accepted({ number: found.claimNumber });
	}
}

/** The plain word of one file of a claim on its way. */
export function fileWords(draft: Draft, fileId: string, way: Way): string {
	const found = wordOfFile(draft.state, fileId, way);
	switch (found.word) {
		case 'saved':
			return m.drafts_file_saved();
		case 'waiting':
			return m.drafts_file_waiting();
		case 'sending':
			if (found.sentBytes === 0) return m.drafts_file_in_line();
			return found.sentBytes < found.totalBytes
				? m.drafts_file_sending(sizesOf(found))
				: m.drafts_file_sent();
		case 'needs-you':
			return m.drafts_file_needs_you();
		case 'received':
			return m.drafts_file_matches();
	}
}

/** What the words need to know, from the room. */
export function wayOf(room: Room, draftId: string): Way {
	return { link: room.contact, sentBytes: room.progress[draftId]?.sentBytes ?? null };
}

function sizesOf(sending: { readonly sentBytes: number; readonly totalBytes: number }) {
	const locale = getLocale();
	return {
		sent: formatBytes(sending.sentBytes, locale),
		total: formatBytes(sending.totalBytes, locale)
	};
}
