import { error, redirect } from '@sveltejs/kit';
import * as v from 'valibot';
import { accountLookSchema, assigneeSchema } from '#lib/domain/claims/access.schema.ts';
import { grantAdvanceSchema, refuseAdvanceSchema } from '#lib/domain/claims/advance.schema.ts';
import {
	decisionFormSchema,
	fieldsOf,
	typeDecision
} from '#lib/domain/claims/decision-form.schema.ts';
import {
	askSchema,
	requestIdSchema,
	returnDocumentSchema
} from '#lib/domain/claims/document-request.schema.ts';
import {
	correctionFormSchema,
	noteSchema,
	reopenSchema
} from '#lib/domain/claims/review.schema.ts';
import { readForm, runForm, statusOf, wordOf, type FormInput } from '#lib/server/http.ts';
import type { Actions, PageServerLoad } from './$types.js';

/** Of what is asked, noted or looked at beside an open decision: of the decision there is more. */
const BESIDE = /^(?:note|kind|line|request|fault-.*|accountReason)$/;

/** What was typed in an open decision, where it came along; it stays where it is. */
function typedDecision(input: FormInput): FormInput {
	if (!('version' in input)) return {};
	return Object.fromEntries(Object.entries(input).filter(([name]) => !BESIDE.test(name)));
}

/** After an act beside an open decision; without one the page is opened anew. */
function goOnWith<Done extends (typeof DONE)[number]>(
	claimId: string,
	input: FormInput,
	done: Done
) {
	if (!('version' in input)) redirect(303, `/staff/claims/${claimId}?done=${done}`);
	return { values: typedDecision(input), issues: {}, code: null, done };
}

const FORM = { schema: decisionFormSchema, secrets: [] };

const CORRECTION = { schema: correctionFormSchema, secrets: [] };
const DONE = [
	...['asked', 'withdrawn', 'reopened', 'noted'],
	...['advance-granted', 'advance-refused', 'advance-put-down']
] as const;

export const load: PageServerLoad = async ({ locals, params, url }) => {
	const claim = await locals.services.desk.open(locals.actor, params.id);
	if (!claim.ok) error(statusOf(claim.error), 'claim');
	return { claim: claim.value, done: wordOf(url, 'done', DONE) };
};

export const actions: Actions = {
	/** Step one: computes, and sends everything back as if it had been typed. */
	preview: async ({ request, locals, params }) => {
		const input = await readForm(request);
		const form = await runForm(input, FORM, (typed) =>
			locals.services.decisions.preview(locals.actor, params.id, typed)
		);
		if (!form.ok) return form.failure;
		const { decision, statement } = form.value;
		const fields = fieldsOf(typeDecision(decision, locals.locale));
		const values = { version: input['version'] ?? '', ...fields };
		return { values, issues: {}, code: null, statement };
	},

	/** As `preview`, for a claim that was decided before. */
	previewCorrection: async ({ request, locals, params }) => {
		const input = await readForm(request);
		const form = await runForm(input, CORRECTION, (typed) =>
			locals.services.corrections.preview(locals.actor, params.id, typed)
		);
		if (!form.ok) return form.failure;
		const { decision, statement } = form.value;
		const values = {
			...{ version: input['version'] ?? '', answer: input['answer'] ?? '' },
			...fieldsOf(typeDecision(decision, locals.locale))
		};
		return { values, issues: {}, code: null, statement };
	},

	confirmCorrection: async ({ request, locals, params }) => {
		const form = await runForm(await readForm(request), CORRECTION, (typed) =>
			locals.services.corrections.correct(locals.actor, params.id, typed)
		);
		if (!form.ok) return form.failure;
		locals.services.sendMailsAfterAnswer();
		redirect(303, `/staff?decided=${form.value.number}`);
	},

	reopen: async ({ request, locals, params }) => {
		const form = await runForm(
			await readForm(request),
			{ schema: reopenSchema, secrets: [] },
			({ reason }) => locals.services.caseNotes.reopen(locals.actor, params.id, reason)
		);
		if (!form.ok) return form.failure;
		redirect(303, `/staff/claims/${params.id}?done=reopened`);
	},

	note: async ({ request, locals, params }) => {
		const input = await readForm(request);
		const form = await runForm(input, { schema: noteSchema, secrets: [] }, ({ note }) =>
			locals.services.caseNotes.add(locals.actor, params.id, note)
		);
		if (!form.ok) return form.failure;
		return goOnWith(params.id, input, 'noted');
	},

	/** Back from step two, with everything typed. */
	edit: async ({ request }) => ({
		values: await readForm(request),
		issues: {},
		code: null,
		statement: null
	}),

	ask: async ({ request, locals, params }) => {
		const input = await readForm(request);
		const form = await runForm(input, { schema: askSchema, secrets: [] }, (wanted) =>
			locals.services.documentRequests.ask(locals.actor, params.id, wanted)
		);
		if (!form.ok) return form.failure;
		locals.services.sendMailsAfterAnswer();
		return goOnWith(params.id, input, 'asked');
	},

	askAgain: async ({ request, locals, params }) => {
		const input = await readForm(request);
		const fault = input[`fault-${input['request'] ?? ''}`] ?? '';
		const form = await runForm(
			{ ...input, fault },
			{ schema: returnDocumentSchema, secrets: [] },
			(again) => locals.services.documentRequests.askAgain(locals.actor, params.id, again)
		);
		if (!form.ok) return form.failure;
		locals.services.sendMailsAfterAnswer();
		return goOnWith(params.id, input, 'asked');
	},

	withdraw: async ({ request, locals, params }) => {
		const input = await readForm(request);
		const form = await runForm(input, { schema: requestIdSchema, secrets: [] }, (typed) =>
			locals.services.documentRequests.withdraw(locals.actor, params.id, typed.request)
		);
		if (!form.ok) return form.failure;
		return goOnWith(params.id, input, 'withdrawn');
	},

	grantAdvance: async ({ request, locals, params }) => {
		const form = await runForm(
			await readForm(request),
			{ schema: grantAdvanceSchema, secrets: [] },
			({ advanceAmount }) =>
				locals.services.advanceDesk.grant(locals.actor, params.id, advanceAmount)
		);
		if (!form.ok) return form.failure;
		redirect(303, `/staff/claims/${params.id}?done=advance-granted`);
	},

	refuseAdvance: async ({ request, locals, params }) => {
		const form = await runForm(
			await readForm(request),
			{ schema: refuseAdvanceSchema, secrets: [] },
			({ advanceReason }) =>
				locals.services.advanceDesk.refuse(locals.actor, params.id, advanceReason)
		);
		if (!form.ok) return form.failure;
		locals.services.sendMailsAfterAnswer();
		redirect(303, `/staff/claims/${params.id}?done=advance-refused`);
	},

	/** Demanded by letter or message. */
	putDownAdvance: async ({ request, locals, params }) => {
		const form = await runForm(await readForm(request), { schema: v.object({}), secrets: [] }, () =>
			locals.services.advanceDesk.putDown(locals.actor, params.id)
		);
		if (!form.ok) return form.failure;
		locals.services.sendMailsAfterAnswer();
		redirect(303, `/staff/claims/${params.id}?done=advance-put-down`);
	},

	/** Not a redirect: the number is on this one answer, which no cache keeps (D8). */
	reveal: async ({ request, locals, params }) => {
		const input = await readForm(request);
		const form = await runForm(
			input,
			{ schema: accountLookSchema, secrets: [] },
			({ accountReason }) =>
				locals.services.desk.revealAccount(locals.actor, params.id, accountReason)
		);
		if (!form.ok) return form.failure;
		return { values: typedDecision(input), issues: {}, code: null, account: form.value };
	},

	handOver: async ({ request, locals, params }) => {
		const form = await runForm(
			await readForm(request),
			{ schema: assigneeSchema, secrets: [] },
			({ assignee }) => locals.services.assignments.handOver(locals.actor, params.id, assignee)
		);
		if (!form.ok) return form.failure;
		redirect(303, '/staff?done=handed-over');
	},

	release: async ({ request, locals, params }) => {
		const form = await runForm(await readForm(request), { schema: v.object({}), secrets: [] }, () =>
			locals.services.assignments.release(locals.actor, params.id)
		);
		if (!form.ok) return form.failure;
		redirect(303, '/staff?done=released');
	},

	confirm: async ({ request, locals, params }) => {
		const form = await runForm(await readForm(request), FORM, (typed) =>
			locals.services.decisions.decide(locals.actor, params.id, typed)
		);
		if (!form.ok) return form.failure;
		locals.services.sendMailsAfterAnswer();
		redirect(303, `/staff?decided=${form.value.number}`);
	}
};
