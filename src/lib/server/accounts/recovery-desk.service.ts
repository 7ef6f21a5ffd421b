import { fullName } from '#lib/domain/accounts/profile.ts';
import {
	isYoungContact,
	requireApprovable,
	requireCheckable,
	requireOthers,
	type CaseState
} from '#lib/domain/accounts/recovery.ts';
import { may, requirePermission, type Action, type Actor } from '#lib/domain/actor.ts';
import type { AuditEventKind } from '#lib/domain/audit/audit.ts';
import { maskPolicyNumber } from '#lib/domain/contracts/contract.ts';
import type { Language } from '#lib/domain/messages/mail.ts';
import type { Operator } from '#lib/domain/operator.ts';
import { failed, NOT_FOUND, ok, type ErrorCode, type Result } from '#lib/domain/result.ts';
import type { AuditService } from '#lib/server/audit/audit.service.ts';
import type { Database, Write } from '#lib/server/db/client.ts';
import { hashToken, newRecoveryCode, normaliseCode } from '#lib/server/platform/ids.ts';
import { createRecoveryDeskRepository, type DeskCase } from './recovery-desk.repository.ts';
import { createRecoveryMails, type MailParts } from './recovery-mails.ts';

const CASES_SHOWN = 200;
const OWN_CASE = failed('forbidden', 'accounts/case-own');

/** What the letter says; printed, handed out once, kept nowhere. */
export type RecoveryLetter = {
	readonly name: string;
	readonly policyNumbers: readonly string[];
	readonly language: Language;
	readonly code: string;
	readonly printedAtMs: number;
};

/** A line of the list. */
export type QueuedCase = {
	readonly id: string;
	readonly name: string;
	readonly state: CaseState;
	readonly openedAtMs: number;
	readonly readyAtMs: number;
	readonly isReady: boolean;
	readonly isLetterPrinted: boolean;
};

/** What staff see of a case: enough to compare with the contract, no address, no secret (D8). */
export type CaseView = QueuedCase & {
	readonly policyNumbersMasked: readonly string[];
	/** Since when address and number are what they are. */
	readonly contactSinceMs: number;
	readonly isContactYoung: boolean;
	readonly canCheck: boolean;
	readonly canApprove: boolean;
	readonly canPrint: boolean;
	/** Why this member of staff cannot take the next step, when the clock is not the reason. */
	readonly obstacle: ErrorCode | null;
};

export type RecoveryDeskService = ReturnType<typeof createRecoveryDeskService>;

/** The staff's side of recovery cases: they start and sign, and never set or choose a secret (A24). */
export function createRecoveryDeskService(
	parts: MailParts & {
		readonly db: Database;
		readonly audit: Pick<AuditService, 'record'>;
		readonly operator: Pick<Operator, 'securityQuestions'>;
		readonly printLetter: (
			letter: RecoveryLetter
		) => Promise<{ readonly name: string; readonly bytes: Uint8Array<ArrayBuffer> }>;
	}
) {
	const { db, cipher, clock, ids, audit } = parts;
	const cases = createRecoveryDeskRepository(cipher);
	const mails = createRecoveryMails(parts);

	const note = (actor: Actor, event: AuditEventKind, found: DeskCase, isDone = true) =>
		audit.record({
			event,
			outcome: isDone ? 'success' : 'failure',
			objectRef: `recovery:${found.id}`,
			accountId: actor.accountId,
			subjectAccountId: found.account.id
		});

	/** Switched off, the way through a case is closed at every step that is still ahead. */
	const requireSwitchedOn = (): Result<void> =>
		parts.operator.securityQuestions === 'on'
			? ok(undefined)
			: failed('conflict', 'accounts/case-closed');

	/** One step of a case by one member of staff: allowed, then done and logged in one batch. */
	async function step(
		actor: Actor,
		caseId: string,
		act: {
			readonly action: Action;
			readonly event: AuditEventKind;
			readonly require: (found: DeskCase) => Result<void>;
			readonly writes: (found: DeskCase) => Promise<readonly Write[]>;
		}
	): Promise<Result<void>> {
		const permission = requirePermission(actor, act.action);
		if (!permission.ok) return permission;
		const [found] = await db.read(cases.find(caseId, actor));
		if (!found) return NOT_FOUND;
		const allowed = act.require(found);
		if (!allowed.ok) {
			await db.commit(await note(actor, act.event, found, false));
			return allowed;
		}
		return db.commit(...(await act.writes(found)), await note(actor, act.event, found));
	}

	function viewQueued(found: DeskCase): QueuedCase {
		const { id, state, openedAtMs, readyAtMs, isLetterPrinted, account } = found;
		const isReady = clock.nowMs() >= readyAtMs;
		return {
			id,
			name: fullName(account.profile),
			state,
			openedAtMs,
			readyAtMs,
			isReady,
			isLetterPrinted
		};
	}

	function view(actor: Actor, found: DeskCase, policyNumbers: readonly string[]): CaseView {
		const nowMs = clock.nowMs();
		const checkable = requireCheckable(found, nowMs);
		const approvable = requireApprovable(found, actor, nowMs);
		const mayApprove = may(actor.role, 'recovery/approve');
		const next = found.state === 'checked' ? approvable : checkable;
		const isObstacle = !next.ok && ['waiting', 'checked'].includes(found.state);
		return {
			...viewQueued(found),
			policyNumbersMasked: policyNumbers.map(maskPolicyNumber),
			contactSinceMs: found.contactChangedAtMs ?? found.accountCreatedAtMs,
			isContactYoung: isYoungContact(found.contactChangedAtMs, nowMs),
			canCheck: checkable.ok,
			canApprove: mayApprove && approvable.ok,
			canPrint: mayApprove && found.state === 'approved' && !found.isLetterPrinted,
			obstacle: isObstacle ? next.error.code : null
		};
	}

	return {
		/** Every open case of others, the one that is due first on top. */
		async list(actor: Actor): Promise<Result<readonly QueuedCase[]>> {
			const permission = requirePermission(actor, 'recovery/check');
			if (!permission.ok) return permission;
			const [open] = await db.read(cases.listOpen(actor, CASES_SHOWN));
			return ok(open.map(viewQueued));
		},

		/**
		 * One case; the look is logged in the batch that reads it, and so is one that is refused. Fails
		 * with `accounts/case-own` for the reader's own case, of which nothing is read.
		 */
		async view(actor: Actor, caseId: string): Promise<Result<CaseView>> {
			const permission = requirePermission(actor, 'recovery/check');
			if (!permission.ok) return permission;
			const look = {
				event: 'recovery/case-viewed',
				objectRef: `recovery:${caseId}`,
				accountId: actor.accountId,
				subjectOf: { recoveryCaseId: caseId }
			} as const;
			const done = await db.commitAndRead(
				[
					cases.requireCase(caseId, NOT_FOUND.error),
					cases.requireOthersCase(caseId, actor, OWN_CASE.error),
					await audit.record(look)
				],
				[cases.find(caseId, actor), cases.policyNumbers(caseId)]
			);
			if (!done.ok) {
				if (done.error.code === OWN_CASE.error.code) {
					await db.commit(await audit.record({ ...look, outcome: 'failure' }));
				}
				return done;
			}
			const [found, policyNumbers] = done.value;
			return found ? ok(view(actor, found, policyNumbers)) : NOT_FOUND;
		},

		/**
		 * First signature, after 72 hours. Fails with `accounts/case-too-early`, `accounts/case-own` or
		 * `accounts/case-closed`.
		 */
		check: (actor: Actor, caseId: string) =>
			step(actor, caseId, {
				action: 'recovery/check',
				event: 'recovery/case-checked',
				require: (found) => requireCheckable(found, clock.nowMs()),
				writes: (found) => Promise.resolve([cases.check(found.id, actor.accountId, clock.nowMs())])
			}),

		/**
		 * Second signature, by somebody else. Fails with `accounts/case-same-person`,
		 * `accounts/case-young-contact`, `accounts/case-own` or `accounts/case-closed`, also when the
		 * questions are switched off.
		 */
		approve: (actor: Actor, caseId: string) =>
			step(actor, caseId, {
				action: 'recovery/approve',
				event: 'recovery/case-approved',
				require: (found) => {
					const isOn = requireSwitchedOn();
					return isOn.ok ? requireApprovable(found, actor, clock.nowMs()) : isOn;
				},
				writes: async (found) => [
					cases.approve(found.id, actor.accountId, clock.nowMs()),
					await mails.tellOfCase(found.account, 'recovery-approved')
				]
			}),

		/** Ends a case that does not hold water; its owner is told. Fails with `accounts/case-own`. */
		refuse: (actor: Actor, caseId: string) =>
			step(actor, caseId, {
				action: 'recovery/check',
				event: 'recovery/case-refused',
				require: requireOthers,
				writes: async (found) => [
					cases.refuse(found.id, clock.nowMs()),
					await mails.tell(found.account, 'recovery-closed')
				]
			}),

		/**
		 * The letter for the post, once. Its code is made here and kept as a hash alone. Whoever prints
		 * it sees it, so it opens nothing without the customer's password. Fails with
		 * `accounts/letter-printed`, `accounts/case-own` or `accounts/case-closed`.
		 */
		async printLetter(
			actor: Actor,
			caseId: string
		): Promise<Result<{ readonly name: string; readonly bytes: Uint8Array<ArrayBuffer> }>> {
			const permission = requirePermission(actor, 'recovery/approve');
			if (!permission.ok) return permission;
			const [found, policyNumbers] = await db.read(
				cases.find(caseId, actor),
				cases.policyNumbers(caseId)
			);
			if (!found) return NOT_FOUND;
			if (found.isOwn) {
				await db.commit(await note(actor, 'recovery/letter-printed', found, false));
				return OWN_CASE;
			}
			const isOn = requireSwitchedOn();
			if (!isOn.ok) return isOn;
			if (found.state !== 'approved') return failed('conflict', 'accounts/case-closed');
			const printedAtMs = clock.nowMs();
			const code = newRecoveryCode(ids);
			// Drawn before the code counts: a printer that fails costs no letter.
			const file = await parts.printLetter({
				name: fullName(found.account.profile),
				policyNumbers: policyNumbers.map(maskPolicyNumber),
				language: found.account.language,
				code,
				printedAtMs
			});
			const done = await db.commit(
				cases.setLetter(caseId, await hashToken(normaliseCode(code)), printedAtMs),
				await note(actor, 'recovery/letter-printed', found)
			);
			return done.ok ? ok(file) : done;
		}
	};
}
