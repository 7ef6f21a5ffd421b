import { requirePermission, type Actor } from '#lib/domain/actor.ts';
import { calendarDateOf, DAY_MS } from '#lib/domain/calendar.ts';
import {
	isAskedAlready,
	REQUEST_DAYS,
	type DocumentReturn,
	type RequestKind
} from '#lib/domain/claims/document-request.ts';
import type { Mail } from '#lib/domain/messages/mail.ts';
import { failed, NOT_FOUND, ok, type Result } from '#lib/domain/result.ts';
import type { AuditNote } from '#lib/server/audit/audit.service.ts';
import type { Database, Read, Write } from '#lib/server/db/client.ts';
import type { Clock } from '#lib/server/platform/clock.ts';
import type { Ids } from '#lib/server/platform/ids.ts';
import type { AccessGuard } from './access-guard.ts';
import { isOwnClaim } from './desk-claim.ts';
import type { DeskClaim, DeskRepository } from './desk.repository.ts';
import type { DocumentRequestsRepository, StoredRequest } from './document-requests.repository.ts';

export type DocumentRequestsService = ReturnType<typeof createDocumentRequestsService>;

/** Documents a clerk asks the customer for (decision 0052). Only whoever works on the claim asks. */
export function createDocumentRequestsService(parts: {
	readonly db: Database;
	readonly clock: Clock;
	readonly ids: Ids;
	readonly audit: { record(note: AuditNote): Promise<Write> };
	readonly mails: {
		enqueue(id: string, personId: string, mail: Mail, nowMs: number): Promise<Write>;
	};
	readonly desk: Pick<DeskRepository, 'find'>;
	readonly accessGuard: Pick<AccessGuard, 'refuse'>;
	readonly ownContracts: { idsOf(accountId: string): Read<readonly string[]> };
	readonly requests: DocumentRequestsRepository;
}) {
	const { db, clock, ids, requests } = parts;

	async function prepare(
		actor: Actor,
		claimId: string
	): Promise<Result<{ readonly claim: DeskClaim; readonly asked: readonly StoredRequest[] }>> {
		const permission = requirePermission(actor, 'claim/decide');
		if (!permission.ok) return permission;
		const [claim, asked, ownContractIds] = await db.read(
			parts.desk.find(claimId, calendarDateOf(clock.nowMs())),
			requests.listOfClaim(claimId),
			parts.ownContracts.idsOf(actor.accountId)
		);
		if (!claim) return NOT_FOUND;
		if (claim.assigneeId !== actor.accountId) return parts.accessGuard.refuse(actor, claimId);
		if (isOwnClaim(actor, claim, ownContractIds)) return failed('forbidden', 'claims/own-claim');
		return ok({ claim, asked });
	}

	const record = (
		event: 'claim/document-asked' | 'claim/document-withdrawn',
		actor: Actor,
		claim: DeskClaim
	) =>
		parts.audit.record({
			event,
			objectRef: `claim:${claim.id}`,
			accountId: actor.accountId,
			subjectAccountId: claim.owner.accountId
		});

	/** Without content: that something is wanted, and where to read what. */
	const tell = ({ owner }: DeskClaim, nowMs: number) => {
		const { accountPersonId, email: to, language, name } = owner;
		const mail = { template: 'documents-asked', to, language, name } as const;
		return parts.mails.enqueue(ids.newId(), accountPersonId, mail, nowMs);
	};

	const dueOn = (nowMs: number) => calendarDateOf(nowMs + REQUEST_DAYS * DAY_MS);

	return {
		/**
		 * Asks for one document of the closed list, for the whole claim (line 0) or one invoice of it.
		 * Fails with `claims/document-asked` for what was asked or has come already, and with
		 * `claims/not-in-review` when the claim is decided.
		 */
		async ask(
			actor: Actor,
			claimId: string,
			wanted: { readonly kind: RequestKind; readonly line: number }
		): Promise<Result<void>> {
			const prepared = await prepare(actor, claimId);
			if (!prepared.ok) return prepared;
			const { claim, asked } = prepared.value;
			if (wanted.line > claim.content.invoices.length) {
				return failed('invalid', 'portal/invalid-input', { line: 'required' });
			}
			if (isAskedAlready(asked, wanted)) return failed('conflict', 'claims/document-asked');
			const nowMs = clock.nowMs();
			return db.commit(
				requests.ask({
					...{ id: ids.newId(), claimId, kind: wanted.kind, line: wanted.line },
					...{ askedAtMs: nowMs, askedBy: actor.accountId, dueOn: dueOn(nowMs) }
				}),
				await tell(claim, nowMs),
				await record('claim/document-asked', actor, claim)
			);
		},

		/**
		 * Asks once more for a document whose file does not do, and says why. `claims/request-closed`
		 * when it has not come or was withdrawn.
		 */
		async askAgain(
			actor: Actor,
			claimId: string,
			again: { readonly request: string; readonly fault: DocumentReturn }
		): Promise<Result<void>> {
			const prepared = await prepare(actor, claimId);
			if (!prepared.ok) return prepared;
			const nowMs = clock.nowMs();
			return db.commit(
				requests.askAgain({
					...{ id: again.request, claimId, fault: again.fault },
					...{ askedAtMs: nowMs, askedBy: actor.accountId, dueOn: dueOn(nowMs) }
				}),
				await tell(prepared.value.claim, nowMs),
				await record('claim/document-asked', actor, prepared.value.claim)
			);
		},

		/** Takes an open request back. After the last one the claim is the clerk's again. */
		async withdraw(actor: Actor, claimId: string, requestId: string): Promise<Result<void>> {
			const prepared = await prepare(actor, claimId);
			if (!prepared.ok) return prepared;
			return db.commit(
				requests.withdraw(requestId, claimId, actor.accountId, clock.nowMs()),
				await record('claim/document-withdrawn', actor, prepared.value.claim)
			);
		}
	};
}
