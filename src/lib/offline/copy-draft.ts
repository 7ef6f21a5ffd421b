// The same content under a new id: one draft is one claim, and what cannot go with that claim must not be lost with it.
import { EDITING } from '#lib/domain/claims/draft.ts';
import type { AttachmentStore } from './attachments.ts';
import type { ChunkRow } from './database.ts';
import type { Attachment, Draft } from './draft.schema.ts';
import type { DraftStore } from './drafts.ts';

/** Makes a new, unsent draft of it; its files are sealed anew for their new place. Answers the new id. */
export async function copyDraft(
	{ drafts, files }: { readonly drafts: DraftStore; readonly files: AttachmentStore },
	from: Draft
): Promise<string> {
	const id = crypto.randomUUID();
	const attachments: Attachment[] = [];
	const added: ChunkRow[] = [];
	for (const file of from.attachments) {
		if (!(await files.isIntact(from.id, file))) continue;
		const bytes = (await files.read(from.id, file, 0, file.sizeBytes)).buffer;
		const thumbnail = await files.readThumbnail(from.id, file);
		const sealed = await files.seal(id, crypto.randomUUID(), { ...file, bytes, thumbnail });
		attachments.push(sealed.attachment);
		added.push(...sealed.rows);
	}
	const { id: _id, rev: _rev, order: _order, ...content } = from;
	const form = { ...content.form, isDeclaredTrue: false };
	const copy = { ...content, form, attachments, state: EDITING, savedAtMs: Date.now() };
	await drafts.save(id, 0, copy, { added });
	return id;
}
