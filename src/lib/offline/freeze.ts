import { canonicalManifest, type Submission } from '#lib/domain/claims/claim.schema.ts';
import { parseDraftForm } from '#lib/domain/claims/draft-form.ts';
import type { PlanField } from '#lib/domain/claims/circumstances.ts';
import type { FrozenClaim } from '#lib/domain/claims/draft.ts';
import type { Issues } from '#lib/domain/result.ts';
import type { AttachmentStore } from './attachments.ts';
import type { Draft } from './draft.schema.ts';
import { sha256Hex } from './sealing.ts';

export type FreezeOutcome =
	| { readonly kind: 'frozen'; readonly frozen: FrozenClaim }
	| { readonly kind: 'incomplete'; readonly issues: Issues };

/**
 * The claim as it will be sent. Every file is opened and hashed once more: a photo that this device
 * has lost must be noticed here, never by the insurer.
 */
export async function freezeDraft(
	draft: Draft,
	files: AttachmentStore,
	submissionId: string,
	by: { readonly today: string; readonly asks: readonly PlanField[] }
): Promise<FreezeOutcome> {
	const fileCount = draft.attachments.length;
	const { content, issues } = parseDraftForm(draft.form, { ...by, fileCount });
	if (!content) return { kind: 'incomplete', issues };
	// Two versions of a field: only the customer knows which one is true.
	if (draft.conflicts?.length) return { kind: 'incomplete', issues: { '': 'two-versions' } };
	for (const attachment of draft.attachments) {
		if (!(await files.isHere(attachment))) {
			return { kind: 'incomplete', issues: { files: 'file-elsewhere' } };
		}
		if (!(await files.isIntact(draft.id, attachment))) {
			return { kind: 'incomplete', issues: { files: 'file-damaged' } };
		}
	}
	const submission: Submission = {
		draftId: draft.id,
		content,
		files: draft.attachments.map(({ id, name, type, sizeBytes, sha256 }) => ({
			id,
			name,
			type,
			sizeBytes,
			sha256
		}))
	};
	const manifestHash = await sha256Hex(canonicalManifest(submission));
	return { kind: 'frozen', frozen: { submissionId, manifestHash, submission } };
}
