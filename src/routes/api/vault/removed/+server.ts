import { json } from '@sveltejs/kit';
import { removalRequestSchema } from '#lib/domain/accounts/vault.schema.ts';
import { answerJson, readJson } from '#lib/server/http.ts';
import type { RequestEvent } from './$types';

/**
 * Whether the account behind sealed drafts is gone (410, with the word that proves it) or not (200).
 * For devices without a session; in the body, because addresses end up in logs.
 */
export async function POST({ request, locals }: RequestEvent) {
	const asked = await readJson(request, removalRequestSchema);
	if (!asked.ok) return answerJson(asked);
	const proof = await locals.services.vault.findRemoval(asked.value.accountRef);
	return proof === null
		? json({ isRemoved: false })
		: json({ isRemoved: true, proof }, { status: 410 });
}
