import { mailCodeSchema } from '#lib/domain/accounts/registration.schema.ts';
import { browserOf, setDeviceToken } from '#lib/server/edge/session-cookie.ts';
import { readForm, runForm } from '#lib/server/http.ts';
import type { Actions } from './$types.js';

// Opening the link shows a form and uses nothing up: scanners of mail servers open every link (A18).
export const actions: Actions = {
	default: async ({ request, locals, cookies }) => {
		const form = await runForm(
			await readForm(request),
			{ schema: mailCodeSchema, secrets: [] },
			({ code }) => locals.services.mailLinks.unlockSignIn(code, browserOf(cookies).deviceToken)
		);
		if (!form.ok) return form.failure;
		setDeviceToken(cookies, form.value.deviceToken);
		return { isDone: true };
	}
};
