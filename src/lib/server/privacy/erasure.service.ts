import { requirePermission, type Actor } from '#lib/domain/actor.ts';
import { OPEN_STATES } from '#lib/domain/claims/claim.ts';
import type { Mail } from '#lib/domain/messages/mail.ts';
import { IDLE_NOTICE_MS } from '#lib/domain/privacy/idle-account.ts';
import { keptClaims, type KeptClaims } from '#lib/domain/privacy/retention.ts';
import { failed, ok, type Result } from '#lib/domain/result.ts';
import { accountRefOf } from '#lib/server/accounts/account-ref.ts';
import type { StepUpService } from '#lib/server/accounts/step-up.service.ts';
import type { AuditService } from '#lib/server/audit/audit.service.ts';
import type { Database, Read, Write } from '#lib/server/db/client.ts';
import type { Clock } from '#lib/server/platform/clock.ts';
import { hashToken, newToken, normaliseCode, type Ids } from '#lib/server/platform/ids.ts';
import type { DueAccount, ErasureRepository } from './erasure.repository.ts';
import { exportsRepository, type OpenExport } from './exports.repository.ts';

type Owner = Pick<Actor, 'accountId' | 'personId'>;

const BATCH = 20;
const NOT_WAITING = { kind: 'conflict', code: 'privacy/deletion-not-waiting' } as const;
const LINK_INVALID = failed('invalid', 'accounts/mail-link-invalid');

/** What the pages of the room show: what is open, what waits, and what a deletion would leave. */
export type PrivacyView = {
	readonly openExport: OpenExport | null;
	readonly deletionDueAtMs: number | null;
	/** A deletion waits until these are decided. */
	readonly openClaimCount: number;
	readonly kept: readonly KeptClaims[];
	readonly contractCount: number;
};

export type ErasureService = ReturnType<typeof createErasureService>;

/** The end of an account (Art. 17 GDPR): wish, waiting time, erasure, and what is left of it. */
export function createErasureService(parts: {
	readonly db: Database;
	readonly clock: Clock;
	readonly ids: Ids;
	readonly erasure: ErasureRepository;
	readonly vault: { markRemoved(accountRef: string, nowMs: number): Write };
	readonly audit: Pick<AuditService, 'record'>;
	readonly stepUp: Pick<StepUpService, 'ask'>;
	/** Signs the account out everywhere. */
	readonly endSessions: (accountId: string) => Write;
	readonly emailLinks: {
		findReplaced(owner: Owner, nowMs: number): Read<string | null>;
	};
	readonly mails: {
		enqueue(id: string, personId: string, mail: Mail, nowMs: number): Promise<Write>;
	};
}) {
	const { db, clock, ids, erasure, vault, audit, mails } = parts;

	const tell = (account: DueAccount, template: 'account-kept' | 'account-deleted') =>
		mails.enqueue(
			ids.newId(),
			account.personId,
			{ template, to: account.email, language: account.language, name: account.name },
			clock.nowMs()
		);

	/** One account; false when another run was faster or something has come between. */
	async function eraseOne(account: DueAccount): Promise<boolean> {
		const { accountId } = account;
		const done = await db.commit(
			await erasure.erase(account, clock.nowMs(), NOT_WAITING),
			// Its devices wipe their drafts at their next contact.
			vault.markRemoved(await accountRefOf(accountId), clock.nowMs()),
			await audit.record({ event: 'account/erased', objectRef: 'account', accountId }),
			// After the room's own deletes: this last mail is the only one left.
			await tell(account, 'account-deleted')
		);
		return done.ok;
	}

	/** One account; false when another run was faster or its owner has come back. */
	async function announceOne(account: DueAccount): Promise<boolean> {
		const { accountId, personId, email: to, language, name } = account;
		const nowMs = clock.nowMs();
		const dueAtMs = nowMs + IDLE_NOTICE_MS;
		const code = newToken(ids);
		const done = await db.commit(
			erasure.announceEnd(accountId, dueAtMs, nowMs, NOT_WAITING),
			erasure.insertKeepToken(accountId, await hashToken(code), dueAtMs),
			await audit.record({ event: 'account/end-announced', objectRef: 'account', accountId }),
			await mails.enqueue(
				ids.newId(),
				personId,
				{ template: 'account-idle', to, language, name, dueAtMs, code },
				nowMs
			)
		);
		return done.ok;
	}

	return {
		/** The room's pages, in one round trip. */
		async show(actor: Actor, sessionId: string): Promise<Result<PrivacyView>> {
			const permission = requirePermission(actor, 'account/manage-own');
			if (!permission.ok) return permission;
			const { accountId } = actor;
			const [openExport, deletionDueAtMs, claims, contractCount] = await db.read(
				exportsRepository.findOpen({ accountId, sessionId }, clock.nowMs()),
				...erasure.findFootprint(accountId)
			);
			return ok({
				openExport,
				deletionDueAtMs,
				openClaimCount: claims.filter(({ state }) => OPEN_STATES.includes(state)).length,
				kept: keptClaims(claims),
				contractCount
			});
		},

		/**
		 * Asks for the end of the account; `stepUp.confirm` sets its date. An address that was replaced a
		 * short time ago is told as well: whoever did that may be the one who ends it.
		 */
		async ask(actor: Actor, sessionId: string): Promise<Result<{ readonly id: string }>> {
			const [replacedEmail] = await db.read(parts.emailLinks.findReplaced(actor, clock.nowMs()));
			return parts.stepUp.ask(actor, sessionId, 'account/delete', { replacedEmail });
		},

		/** Takes the wish back. Needs no proof: it only keeps. Fails with `privacy/deletion-not-waiting`. */
		async keep(actor: Actor): Promise<Result<void>> {
			const permission = requirePermission(actor, 'account/manage-own');
			if (!permission.ok) return permission;
			const { accountId } = actor;
			return db.commit(
				erasure.keep(accountId, clock.nowMs(), NOT_WAITING),
				await audit.record({ event: 'account/deletion-cancelled', objectRef: 'account', accountId })
			);
		},

		/**
		 * The same by the link of the mail, signed out. Somebody had the full factor and asked for the end, so
		 * nobody stays signed in. Fails with `accounts/mail-link-invalid`.
		 */
		async keepByMail(typedCode: string): Promise<Result<void>> {
			const tokenHash = await hashToken(normaliseCode(typedCode));
			const [account] = await db.read(erasure.findByKeepToken(tokenHash, clock.nowMs()));
			if (!account) return LINK_INVALID;
			const { accountId } = account;
			const done = await db.commit(
				erasure.keep(accountId, clock.nowMs(), NOT_WAITING),
				parts.endSessions(accountId),
				await audit.record({
					event: 'account/deletion-cancelled',
					objectRef: 'account',
					accountId,
					factors: ['mail-code']
				}),
				// Of an idle account nobody asked for the end: the page says that it stays.
				...(account.isIdle ? [] : [await tell(account, 'account-kept')])
			);
			return done.ok ? done : LINK_INVALID;
		},

		/**
		 * Announces the end of accounts that nobody has used for 24 months, by a mail with a link that keeps
		 * them. A sign-in keeps them as well. Answers how many were announced.
		 */
		async warnIdle(): Promise<number> {
			const [idle] = await db.read(erasure.listIdle(clock.nowMs(), BATCH));
			let count = 0;
			for (const account of idle) if (await announceOne(account)) count += 1;
			return count;
		},

		/**
		 * Erases what is due, then removes the last of accounts that nothing points to any more. Safe to
		 * run twice at once. Answers how many accounts were erased or removed.
		 */
		async eraseDue(): Promise<number> {
			const [due, empty] = await db.read(
				erasure.listDue(clock.nowMs(), BATCH),
				erasure.listEmpty(BATCH)
			);
			let count = 0;
			for (const account of due) if (await eraseOne(account)) count += 1;
			if (empty.length > 0) await db.commit(erasure.remove(empty));
			return count + empty.length;
		}
	};
}
