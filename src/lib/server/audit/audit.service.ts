import type { AuditEvent, AuditEventKind, AuditFactor, Origin } from '#lib/domain/audit/audit.ts';
import { OWN_LOG_PAGE, type LogCursor } from '#lib/domain/audit/own-log.ts';
import { requirePermission, type Actor } from '#lib/domain/actor.ts';
import { ok, type Result } from '#lib/domain/result.ts';
import type { Database, Write } from '#lib/server/db/client.ts';
import type { AuditSignature } from '#lib/server/platform/audit-signature.ts';
import type { Clock } from '#lib/server/platform/clock.ts';
import type { Ids } from '#lib/server/platform/ids.ts';
import { auditRepository, type SubjectOf } from './audit.repository.ts';

const SALT_BYTES = 16;
const USER_AGENT_LENGTH = 200;

/** One line of a customer's own log, as the account page shows it. */
export type OwnLogEntry = {
	readonly id: string;
	readonly atMs: number;
	readonly event: AuditEventKind;
	readonly outcome: 'success' | 'failure';
	readonly ip: string;
	/** False when somebody at the insurer did it. */
	readonly isOwnAct: boolean;
};

/** What an act tells the log; time, origin and ids are added here. */
export type AuditNote = {
	readonly event: AuditEventKind;
	readonly outcome?: 'success' | 'failure';
	readonly objectRef: string;
	/** Null when the address typed belongs to nobody. */
	readonly accountId: string | null;
	readonly subjectAccountId?: string | null;
	/** Instead of the subject: the claim or payment whose owner it is, for a look that reads nothing beforehand. */
	readonly subjectOf?: SubjectOf;
	/** What was proved, or tried, in the order it was asked for; for every authentication result (L1). */
	readonly factors?: readonly AuditFactor[];
	/** `cipher.blindIndex(TYPED_NAME, normalised name)`, when the name typed belongs to nobody (L1). */
	readonly typedNameIndex?: Uint8Array | null;
};

/** Label of the blind index of typed names: not that of accounts, so the two never join. */
export const TYPED_NAME = 'audit/typed-name';

export type AuditService = ReturnType<typeof createAuditService>;

export function createAuditService(parts: {
	readonly db: Database;
	readonly clock: Clock;
	readonly ids: Ids;
	readonly auditSignature: AuditSignature;
	readonly origin: Origin;
}) {
	return {
		/** The write that belongs into the act's own batch: no act without its entry, no entry without its act. */
		record(note: AuditNote): Promise<Write> {
			const event: AuditEvent = {
				id: parts.ids.newId(),
				atMs: parts.clock.nowMs(),
				event: note.event,
				outcome: note.outcome ?? 'success',
				objectRef: note.objectRef,
				requestId: parts.origin.requestId,
				factors: note.factors?.join('+') ?? null,
				personal: {
					accountId: note.accountId,
					subjectAccountId: note.subjectAccountId ?? null,
					ip: parts.origin.ip,
					userAgent: printable(parts.origin.userAgent).slice(0, USER_AGENT_LENGTH),
					typedNameIndex: note.typedNameIndex ?? null
				}
			};
			return auditRepository.insert(
				parts.auditSignature,
				event,
				parts.ids.randomBytes(SALT_BYTES),
				note.subjectOf ?? null
			);
		},

		/**
		 * 50 entries about the actor's own account, newest first: sign-ins, failures, transactions, looks.
		 * With a cursor those that are older.
		 */
		async listOwn(
			actor: Actor,
			before: LogCursor | null = null
		): Promise<Result<readonly OwnLogEntry[]>> {
			const permission = requirePermission(actor, 'account/read-own-log');
			if (!permission.ok) return permission;
			const [rows] = await parts.db.read(
				auditRepository.listOfAccount(actor.accountId, OWN_LOG_PAGE, before)
			);
			return ok(
				rows.map((row) => ({
					id: row.id,
					atMs: row.atMs,
					event: row.event as AuditEventKind,
					outcome: row.outcome,
					// An address of the insurer's network says nothing to the customer.
					ip: row.actorAccountId === null || row.actorAccountId === actor.accountId ? row.ip : '',
					isOwnAct: row.actorAccountId === null || row.actorAccountId === actor.accountId
				}))
			);
		}
	};
}

/** Control characters would forge lines wherever a log is printed (ASVS 16.4.1). */
function printable(text: string): string {
	return text.replace(/\p{Cc}/gu, ' ');
}
