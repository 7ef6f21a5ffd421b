import { json } from '@sveltejs/kit';
import { removalRequestSchema } from '#lib/domain/accounts/vault.schema.ts';
import { answerJson, readJson } from '#lib/server/http.ts';
import type { RequestEvent } from './$types';

/**
 * Whether the account behind sealed drafts is gone (410, with the word that proves it) or not (200), and
 * whether this device was ended from elsewhere (the word that proves that). For devices without a
 * session; in the body, because addresses end up in logs.
 */
export async function POST({ request, locals }: RequestEvent) {
	const asked = await readJson(request, removalRequestSchema);
	if (!asked.ok) return answerJson(asked);
	const { accountRef, deviceId } = asked.value;
	const { removalProof, revokeProof } = await locals.services.vault.findWords(accountRef, deviceId);
	return removalProof === null
		? json({ isRemoved: false, revokeProof })
		: json({ isRemoved: true, proof: removalProof }, { status: 410 });
}
