import { searchSchema } from '#lib/domain/messages/conversation.schema.ts';
import { subjectText } from '#lib/i18n/message-texts.ts';
import { readForm, runForm } from '#lib/server/http.ts';
import type { Actions } from './$types.js';

export const actions: Actions = {
	default: async ({ request, locals }) => {
		const input = await readForm(request);
		const form = await runForm(input, { schema: searchSchema, secrets: [] }, ({ search }) =>
			locals.services.mailbox.find(locals.actor, search, subjectText)
		);
		if (!form.ok) return form.failure;
		return { values: input, issues: {}, code: null, found: form.value };
	}
};
