import { vaultRequestSchema } from '#lib/domain/accounts/vault.schema.ts';
import { answerJson, readJson } from '#lib/server/http.ts';
import type { RequestEvent } from './$types';

/** The key of the drafts on this person's devices; made at the first call. */
export async function POST({ request, locals }: RequestEvent) {
	const asked = await readJson(request, vaultRequestSchema);
	if (!asked.ok) return answerJson(asked);
	return answerJson(await locals.services.vault.open(locals.actor, asked.value));
}
