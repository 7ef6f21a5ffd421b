import * as v from 'valibot';
import { submissionSchema } from '#lib/domain/claims/claim.schema.ts';
import { failed } from '#lib/domain/result.ts';
import { answerJson, readJson } from '#lib/server/http.ts';
import type { RequestEvent } from './$types';

const idSchema = v.pipe(v.string(), v.uuid());

export async function PUT({ locals, params, request }: RequestEvent) {
	if (!v.is(idSchema, params.id)) {
		return answerJson(failed('invalid', 'portal/invalid-input', { id: 'invalid' }));
	}
	const submission = await readJson(request, submissionSchema);
	if (!submission.ok) return answerJson(submission);
	const { submissions } = locals.services;
	return answerJson(await submissions.put(locals.actor, params.id, submission.value));
}

export async function GET({ locals, params }: RequestEvent) {
	return answerJson(await locals.services.submissions.get(locals.actor, params.id));
}

export async function DELETE({ locals, params }: RequestEvent) {
	return answerJson(await locals.services.submissions.withdraw(locals.actor, params.id));
}
