import { actionOfAct } from '#lib/domain/accounts/sensitive-acts.ts';
import { isStaff, requirePermission, type Actor } from '#lib/domain/actor.ts';
import { failed, NOT_FOUND, ok, type Result } from '#lib/domain/result.ts';
import type { Database } from '#lib/server/db/client.ts';
import type { Ids } from '#lib/server/platform/ids.ts';
import { newPasskeyChallenge } from '#lib/server/platform/webauthn.ts';
import { MAX_PASSKEYS, passkeysRepository, type PasskeyView } from './passkeys.repository.ts';
import type { StepUpService } from './step-up.service.ts';

const LAST_PASSKEY = failed('conflict', 'accounts/last-passkey');

type Asked = Promise<Result<{ readonly id: string }>>;

export type PasskeysService = ReturnType<typeof createPasskeysService>;

/** The owner's passkeys. Adding and removing one waits for its proof (S8). */
export function createPasskeysService(parts: {
	readonly db: Database;
	readonly ids: Ids;
	readonly stepUp: Pick<StepUpService, 'ask'>;
}) {
	const { db, stepUp } = parts;
	return {
		/** Oldest first, ten at most. One round trip. */
		async list(actor: Actor): Promise<Result<readonly PasskeyView[]>> {
			const permission = requirePermission(actor, actionOfAct('passkey/add', actor.role));
			if (!permission.ok) return permission;
			const [list] = await db.read(passkeysRepository.listOf(actor.accountId));
			return ok(list);
		},

		/** Asks for one more. Fails with `accounts/too-many-passkeys`. */
		async askAdd(actor: Actor, sessionId: string, input: { readonly label: string }): Asked {
			const [list] = await db.read(passkeysRepository.listOf(actor.accountId));
			if (list.length >= MAX_PASSKEYS) return failed('conflict', 'accounts/too-many-passkeys');
			const challenge = newPasskeyChallenge(parts.ids.randomBytes);
			return stepUp.ask(actor, sessionId, 'passkey/add', { label: input.label, challenge });
		},

		/** Asks to remove one of the actor's own; 404 for any other, `accounts/last-passkey` for staff's last. */
		async askRemove(actor: Actor, sessionId: string, input: { readonly passkeyId: string }): Asked {
			const [list] = await db.read(passkeysRepository.listOf(actor.accountId));
			const passkey = list.find((one) => one.id === input.passkeyId);
			if (!passkey) return NOT_FOUND;
			if (isStaff(actor.role) && list.length === 1) return LAST_PASSKEY;
			const { id, label } = passkey;
			return stepUp.ask(actor, sessionId, 'passkey/remove', { id, label });
		}
	};
}
