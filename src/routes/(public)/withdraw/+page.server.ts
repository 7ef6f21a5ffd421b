import { withdrawalSchema } from '#lib/domain/contracts/request.schema.ts';
import { ok } from '#lib/domain/result.ts';
import { readForm, runForm } from '#lib/server/http.ts';
import type { Actions } from './$types.js';

const FORM = { schema: withdrawalSchema, secrets: [] };

// Two steps without a session: the first page's values travel in the second's form (§ 356a(2), (3) BGB).
export const actions: Actions = {
	check: async ({ request }) => {
		const form = await runForm(await readForm(request), FORM, (input) =>
			Promise.resolve(ok(input))
		);
		return form.ok ? { checked: form.value } : form.failure;
	},

	confirm: async ({ request, locals }) => {
		const form = await runForm(await readForm(request), FORM, (input) =>
			locals.services.requests.declareWithdrawal(input, locals.locale)
		);
		if (!form.ok) return form.failure;
		locals.services.sendMailsAfterAnswer();
		return { receipt: form.value };
	}
};
