import * as v from 'valibot';
import { STEP_UP_LIFETIME_MS } from '#lib/domain/accounts/lifetimes.ts';
import { emailSchema } from '#lib/domain/accounts/registration.schema.ts';
import type { SensitiveAct } from '#lib/domain/accounts/sensitive-acts.ts';
import type { Mail } from '#lib/domain/messages/mail.ts';
import { ERASURE_WAIT_MS } from '#lib/domain/privacy/erasure.ts';
import { ok } from '#lib/domain/result.ts';
import { defineAct, type SensitiveActHandler } from '#lib/server/accounts/step-up-acts.ts';
import type { Write } from '#lib/server/db/client.ts';
import { hashToken, newToken, type Ids } from '#lib/server/platform/ids.ts';
import type { ErasureRepository } from './erasure.repository.ts';
import { exportsRepository } from './exports.repository.ts';

export type PrivacyAct = Extract<SensitiveAct, 'data/export' | 'account/delete'>;

/** The sensitive acts of the privacy room. Both need the password as well: one takes all, one ends all. */
export function createPrivacyActs(parts: {
	readonly ids: Ids;
	readonly erasure: Pick<ErasureRepository, 'schedule' | 'insertKeepToken'>;
	readonly mails: {
		enqueue(id: string, personId: string, mail: Mail, nowMs: number): Promise<Write>;
	};
}): Readonly<Record<PrivacyAct, SensitiveActHandler>> {
	const { ids, erasure, mails } = parts;
	return {
		'data/export': defineAct({
			payload: v.strictObject({}),
			needsPassword: true,
			lifetimeMs: STEP_UP_LIFETIME_MS,
			event: 'data/export-opened',
			change: 'export',
			run: (_, { owner: { accountId }, nextSessionId, nowMs }) =>
				Promise.resolve(
					ok({
						writes: [
							exportsRepository.insert({
								id: ids.newId(),
								accountId,
								sessionId: nextSessionId,
								nowMs
							})
						]
					})
				)
		}),

		// Nothing is deleted yet: whoever holds session, password and phone of somebody else must not be
		// able to destroy their records before the owner has read the mail (decision 0036).
		'account/delete': defineAct({
			payload: v.strictObject({ replacedEmail: v.nullable(emailSchema) }),
			needsPassword: true,
			lifetimeMs: STEP_UP_LIFETIME_MS,
			endsOtherSessions: true,
			event: 'account/deletion-asked',
			change: null,
			run: async ({ replacedEmail }, { owner, nowMs }) => {
				const dueAtMs = nowMs + ERASURE_WAIT_MS;
				const token = newToken(ids);
				const { language, name, contact } = owner;
				// Both mailboxes can keep the account: the older one is its owner's for certain.
				const readers = new Set([contact.email, replacedEmail ?? contact.email]);
				const closing = {
					template: 'account-closing',
					language,
					name,
					dueAtMs,
					code: token
				} as const;
				const tell = (to: string) =>
					mails.enqueue(ids.newId(), owner.personId, { ...closing, to }, nowMs);
				return ok({
					writes: [
						erasure.schedule(owner.accountId, dueAtMs, {
							kind: 'conflict',
							code: 'privacy/deletion-waiting'
						}),
						erasure.insertKeepToken(owner.accountId, await hashToken(token), dueAtMs),
						...(await Promise.all([...readers].map(tell)))
					]
				});
			}
		})
	};
}
