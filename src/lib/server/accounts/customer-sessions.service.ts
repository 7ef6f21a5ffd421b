import { fullName } from '#lib/domain/accounts/profile.ts';
import type { SessionsEnding } from '#lib/domain/accounts/staff.schema.ts';
import { LIMITS } from '#lib/domain/accounts/throttle.ts';
import { requirePermission, type Actor } from '#lib/domain/actor.ts';
import type { Mail } from '#lib/domain/messages/mail.ts';
import { failed, type Result } from '#lib/domain/result.ts';
import type { AuditService } from '#lib/server/audit/audit.service.ts';
import type { Database, Write } from '#lib/server/db/client.ts';
import type { Cipher } from '#lib/server/platform/cipher.ts';
import type { Clock } from '#lib/server/platform/clock.ts';
import type { Ids } from '#lib/server/platform/ids.ts';
import { createAccountsRepository } from './accounts.repository.ts';
import { endSessionsOf } from './open-doors.ts';
import type { ThrottleService } from './throttle.service.ts';

export type CustomerSessionsService = ReturnType<typeof createCustomerSessionsService>;

/**
 * "My phone was stolen": staff end the sessions of a customer who calls (ASVS 7.4.5). It takes
 * something away and gives nothing, so one person is enough; the customer reads it in their log and
 * in a mail, with the reason.
 */
export function createCustomerSessionsService(parts: {
	readonly db: Database;
	readonly cipher: Cipher;
	readonly clock: Clock;
	readonly ids: Ids;
	readonly audit: Pick<AuditService, 'record'>;
	readonly throttle: Pick<ThrottleService, 'commitWithin'>;
	readonly mails: {
		enqueue(id: string, personId: string, mail: Mail, nowMs: number): Promise<Write>;
	};
}) {
	const { db, clock, ids, audit, throttle, mails } = parts;
	const accounts = createAccountsRepository(parts.cipher);
	return {
		/**
		 * Ends every session of the customer with this address. Fails with the issue
		 * `customer-unknown`, which is logged too: addresses could be tried here. Fails with
		 * `portal/limit-reached` after a day's share.
		 */
		async end(actor: Actor, { email, reason }: SessionsEnding): Promise<Result<void>> {
			const permission = requirePermission(actor, 'customer/end-sessions');
			if (!permission.ok) return permission;
			const [account] = await db.read(accounts.findByEmail(await accounts.emailIndex(email)));
			const isCustomer = account?.role === 'customer' && account.status === 'active';
			const found = isCustomer ? account : null;
			const bounds = {
				scope: 'staff/customer-lookups',
				key: actor.accountId,
				limit: LIMITS.customerLookups,
				accountId: actor.accountId
			};
			const note = await audit.record({
				event: 'account/sessions-ended-by-staff',
				outcome: found ? 'success' : 'failure',
				objectRef: `sessions:${reason}`,
				accountId: actor.accountId,
				subjectAccountId: found?.id ?? null
			});
			const done = await throttle.commitWithin(
				bounds,
				note,
				...(found
					? [
							endSessionsOf(found.id),
							await mails.enqueue(
								ids.newId(),
								found.personId,
								{
									template: 'sessions-ended-by-staff',
									to: found.contact.email,
									language: found.language,
									name: fullName(found.profile),
									reason
								},
								clock.nowMs()
							)
						]
					: [])
			);
			if (!done.ok || found) return done;
			return failed('invalid', 'portal/invalid-input', { email: 'customer-unknown' });
		}
	};
}
