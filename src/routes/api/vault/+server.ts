import { vaultRequestSchema } from '#lib/domain/accounts/vault.schema.ts';
import { answerJson, readJson } from '#lib/server/http.ts';
import type { RequestEvent } from './$types';

/** The key of the drafts on this person's devices; made at the first call. */
export async function POST({ request, locals }: RequestEvent) {
	const asked = await readJson(request, vaultRequestSchema);
	if (!asked.ok) return answerJson(asked);
	const { actor, signedIn, services } = locals;
	return answerJson(await services.vault.open(actor, asked.value, signedIn?.sessionId));
}
