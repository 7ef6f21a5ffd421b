import { error, redirect } from '@sveltejs/kit';
import * as v from 'valibot';
import { factsSchema } from '#lib/domain/messages/information.schema.ts';
import { OPERATOR } from '#lib/domain/operator.ts';
import { m } from '#lib/i18n/generated/messages.js';
import { readForm, runForm, statusOf, wordOf } from '#lib/server/http.ts';
import type { Actions, PageServerLoad } from './$types.js';

const DONE = ['given', 'withdrawn', 'saved'] as const;
const PAGE = '/account/information';

export const load: PageServerLoad = async ({ locals, url }) => {
	const settings = await locals.services.information.settings(locals.actor);
	if (!settings.ok) error(statusOf(settings.error), 'information');
	const { insurerName: insurer } = OPERATOR;
	return {
		...settings.value,
		consentText: m.information_consent_text({ insurer }),
		done: wordOf(url, 'done', DONE)
	};
};

export const actions: Actions = {
	give: async ({ request, locals }) => {
		const { insurerName: insurer, legalTexts } = OPERATOR;
		const form = await runForm(await readForm(request), { schema: v.object({}), secrets: [] }, () =>
			locals.services.information.giveConsent(locals.actor, {
				version: legalTexts.privacyNotice.version,
				language: locals.locale,
				text: m.information_consent_text({ insurer })
			})
		);
		if (!form.ok) return form.failure;
		redirect(303, `${PAGE}?done=given`);
	},

	withdraw: async ({ request, locals }) => {
		const form = await runForm(await readForm(request), { schema: v.object({}), secrets: [] }, () =>
			locals.services.information.withdrawConsent(locals.actor)
		);
		if (!form.ok) return form.failure;
		redirect(303, `${PAGE}?done=withdrawn`);
	},

	save: async ({ request, locals }) => {
		const form = await runForm(
			await readForm(request),
			{ schema: factsSchema, secrets: [] },
			(facts) => locals.services.information.saveFacts(locals.actor, facts)
		);
		if (!form.ok) return form.failure;
		redirect(303, `${PAGE}?done=saved`);
	}
};
