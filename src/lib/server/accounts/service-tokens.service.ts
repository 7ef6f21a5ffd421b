import { encodeHexLowerCase } from '@oslojs/encoding';
import { LIMITS } from '#lib/domain/accounts/throttle.ts';
import { requirePermission, type Actor } from '#lib/domain/actor.ts';
import { DAY_MS } from '#lib/domain/calendar.ts';
import {
	LONGEST_TOKEN_MS,
	type NewServiceToken,
	type ServiceCaller
} from '#lib/domain/operations/service-token.ts';
import { failed, ok, type Result } from '#lib/domain/result.ts';
import type { AuditNote } from '#lib/server/audit/audit.service.ts';
import type { Database, Write } from '#lib/server/db/client.ts';
import type { Clock } from '#lib/server/platform/clock.ts';
import { hashToken, newToken, type Ids } from '#lib/server/platform/ids.ts';
import type { ServiceToken, ServiceTokensRepository } from './service-tokens.repository.ts';
import type { ThrottleService } from './throttle.service.ts';

export type ServiceTokenView = ServiceToken & { readonly isGood: boolean };

export type ServiceTokensService = ReturnType<typeof createServiceTokensService>;

/** How the insurer's own systems come in (ASVS 13.2.1): each by a token of its own, for a time. */
export function createServiceTokensService(parts: {
	readonly db: Database;
	readonly clock: Clock;
	readonly ids: Ids;
	readonly audit: { record(note: AuditNote): Promise<Write> };
	readonly throttle: Pick<ThrottleService, 'reserve' | 'refuse'>;
	readonly tokens: ServiceTokensRepository;
}) {
	const { db, clock, ids, audit, throttle, tokens } = parts;

	return {
		async list(actor: Actor): Promise<Result<readonly ServiceTokenView[]>> {
			const permission = requirePermission(actor, 'token/manage');
			if (!permission.ok) return permission;
			const nowMs = clock.nowMs();
			const [listed] = await db.read(tokens.list());
			return ok(
				listed.map((token) => ({
					...token,
					isGood: token.revokedAtMs === null && token.expiresAtMs > nowMs
				}))
			);
		},

		/** A new token, in the one answer that ever shows it. Only its hash is kept. */
		async create(
			actor: Actor,
			input: NewServiceToken
		): Promise<Result<{ readonly token: string; readonly expiresAtMs: number }>> {
			const permission = requirePermission(actor, 'token/manage');
			if (!permission.ok) return permission;
			const nowMs = clock.nowMs();
			const expiresAtMs = nowMs + Math.min(input.days * DAY_MS, LONGEST_TOKEN_MS);
			const id = ids.newId();
			const token = `kpt_${newToken(ids)}`;
			const done = await db.commit(
				tokens.insert({
					...{ id, name: input.name, scopes: input.scopes, createdAtMs: nowMs, expiresAtMs },
					...{ tokenHash: await hashToken(token), createdBy: actor.accountId }
				}),
				await audit.record({
					event: 'token/created',
					objectRef: `token:${id}`,
					accountId: actor.accountId
				})
			);
			return done.ok ? ok({ token, expiresAtMs }) : done;
		},

		/** From now on nobody comes in with it. `tokens/changed-meanwhile` when that is so already. */
		async revoke(actor: Actor, tokenId: string): Promise<Result<void>> {
			const permission = requirePermission(actor, 'token/manage');
			if (!permission.ok) return permission;
			return db.commit(
				tokens.revoke(tokenId, { accountId: actor.accountId, nowMs: clock.nowMs() }),
				await audit.record({
					event: 'token/revoked',
					objectRef: `token:${tokenId}`,
					accountId: actor.accountId
				})
			);
		},

		/**
		 * Who calls, in one round trip. `portal/unauthenticated` for a token that is unknown, over or
		 * taken back, which leaves no row; `portal/limit-reached` for one that calls too often.
		 */
		async enter(token: string): Promise<Result<ServiceCaller>> {
			const nowMs = clock.nowMs();
			const tokenHash = await hashToken(token);
			const bounds = {
				...{ scope: 'service/calls', key: encodeHexLowerCase(tokenHash) },
				...{ limit: LIMITS.serviceCalls, accountId: null }
			};
			const done = await db.commitAndRead(
				[
					tokens.requireGood(tokenHash, nowMs),
					await throttle.reserve(bounds.scope, bounds.key, bounds.limit),
					tokens.markUsed(tokenHash, nowMs)
				],
				[tokens.findGood(tokenHash, nowMs)]
			);
			if (!done.ok) {
				return done.error.kind === 'rate-limited' ? throttle.refuse(bounds) : done;
			}
			const [caller] = done.value;
			return caller ? ok(caller) : failed('unauthenticated', 'portal/unauthenticated');
		}
	};
}
