import * as v from 'valibot';
import { STEP_UP_LIFETIME_MS } from '#lib/domain/accounts/lifetimes.ts';
import { NOT_FOUND, ok } from '#lib/domain/result.ts';
import type { AccountRepository } from './account.repository.ts';
import { defineAct } from './step-up-acts.ts';

const pickedSchema = v.strictObject({ id: v.string(), label: v.string() });

/** Acts on the list of devices. A code is enough: nothing that opens the account is changed. */
export function createSessionActs(account: AccountRepository) {
	const acts = {
		'session/end': defineAct({
			payload: pickedSchema,
			needsPassword: false,
			lifetimeMs: STEP_UP_LIFETIME_MS,
			event: 'account/session-ended',
			change: null,
			facts: ({ label }) => [{ name: 'device', value: label }],
			run: ({ id }, { asker }) =>
				Promise.resolve(ok({ writes: [account.endSession(asker, id, NOT_FOUND.error)] }))
		}),
		'session/end-others': defineAct({
			payload: v.strictObject({}),
			needsPassword: false,
			lifetimeMs: STEP_UP_LIFETIME_MS,
			endsOtherSessions: true,
			event: 'account/session-ended',
			change: null,
			run: () => Promise.resolve(ok({ writes: [] }))
		}),
		'device/forget': defineAct({
			payload: pickedSchema,
			needsPassword: false,
			lifetimeMs: STEP_UP_LIFETIME_MS,
			event: 'account/device-forgotten',
			change: null,
			facts: ({ label }) => [{ name: 'device', value: label }],
			run: ({ id }, { asker }) =>
				Promise.resolve(ok({ writes: [account.forgetDevice(asker, id, NOT_FOUND.error)] }))
		})
	} as const;
	return acts;
}
