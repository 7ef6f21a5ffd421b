import { requirePermission, type Actor } from '#lib/domain/actor.ts';
import { calendarDateOf } from '#lib/domain/calendar.ts';
import { paymentFile, paymentFileName, type PaymentRun } from '#lib/domain/claims/payment-file.ts';
import type { PayoutRoute } from '#lib/domain/claims/payout.ts';
import type { Operator } from '#lib/domain/operator.ts';
import { NOT_FOUND, failed, ok, type Result } from '#lib/domain/result.ts';
import type { AuditNote } from '#lib/server/audit/audit.service.ts';
import type { Database, Write } from '#lib/server/db/client.ts';
import type { Clock } from '#lib/server/platform/clock.ts';
import type { Ids } from '#lib/server/platform/ids.ts';
import { sha256Hex } from '#lib/server/platform/sha256.ts';
import type { LetterParts } from './letters.ts';
import { confirmationWrites } from './payment-confirmations.ts';
import type { PaymentConfirmationsRepository } from './payment-confirmations.repository.ts';
import type { PayoutRunsRepository, RunItem } from './payout-runs.repository.ts';
import type { Payout, PayoutsRepository } from './payouts.repository.ts';

export type RunFile = { readonly name: string; readonly bytes: Uint8Array };

export type PayoutRunsService = ReturnType<typeof createPayoutRunsService>;

/** Runs of payments and the files the bank takes (decision 0045). */
export function createPayoutRunsService(parts: {
	readonly db: Database;
	readonly clock: Clock;
	readonly ids: Ids;
	readonly audit: { record(note: AuditNote): Promise<Write> };
	readonly payouts: Pick<PayoutsRepository, 'listReady' | 'order' | 'markPaid'>;
	readonly payoutRuns: PayoutRunsRepository;
	readonly confirmations: PaymentConfirmationsRepository;
	readonly documents: LetterParts['documents'];
	readonly mails: LetterParts['mails'];
	readonly operator: Pick<Operator, 'payments'>;
}) {
	const { db, clock, ids, audit, payouts, payoutRuns } = parts;
	const record = (event: AuditNote['event'], actor: Actor, runId: string) =>
		audit.record({ event, objectRef: `payout-run:${runId}`, accountId: actor.accountId });

	return {
		/**
		 * Puts everything that is ready for one way into a new run. Fails with `payouts/nothing-ready`,
		 * `payouts/not-genuine` when a payment is not what its hash was made of, and
		 * `payouts/changed-meanwhile` when somebody else was faster: then nothing is in it twice.
		 */
		async create(actor: Actor, route: PayoutRoute): Promise<Result<{ readonly id: string }>> {
			const permission = requirePermission(actor, 'payout/run');
			if (!permission.ok) return permission;
			const [ready, number] = await db.read(
				payouts.listReady(route, actor),
				payoutRuns.nextNumber()
			);
			if (ready.length === 0) return failed('conflict', 'payouts/nothing-ready');
			if (!ready.every(({ isGenuine }) => isGenuine)) {
				return failed('conflict', 'payouts/not-genuine');
			}
			const createdAtMs = clock.nowMs();
			const items = ready.map(itemOf);
			const run = {
				...{ number, route, createdAtMs },
				executesOn: calendarDateOf(createdAtMs),
				debtor: parts.operator.payments.account
			};
			const id = ids.newId();
			const sha256 = await sha256Hex(bytesOf({ ...run, items }));
			const done = await db.commit(
				...ready.map((payout) => payouts.order(payout)),
				await payoutRuns.insert({ ...run, id, createdBy: actor.accountId, sha256 }, items),
				await record('payout/run-created', actor, id)
			);
			return done.ok ? ok({ id }) : done;
		},

		/** The run's file, made anew and compared: `payouts/not-genuine` when it is another one. */
		async openFile(actor: Actor, runId: string): Promise<Result<RunFile>> {
			const permission = requirePermission(actor, 'payout/run');
			if (!permission.ok) return permission;
			const done = await db.commitAndRead(
				[await record('payout/file-fetched', actor, runId)],
				[payoutRuns.find(runId), payoutRuns.listItems(runId)]
			);
			if (!done.ok) return done;
			const [run, items] = done.value;
			if (!run) return NOT_FOUND;
			const bytes = bytesOf({ ...run, items });
			if ((await sha256Hex(bytes)) !== run.sha256) {
				return failed('conflict', 'payouts/not-genuine');
			}
			return ok({ name: paymentFileName(run), bytes });
		},

		/**
		 * The bank has carried the run out: customers read that they have been paid, and each payment is
		 * confirmed in the mailbox, once. `payouts/changed-meanwhile` when it is booked already, or when one
		 * of its payments comes back at the same time.
		 */
		async confirm(actor: Actor, runId: string): Promise<Result<void>> {
			const permission = requirePermission(actor, 'payout/run');
			if (!permission.ok) return permission;
			const nowMs = clock.nowMs();
			const [run, payments] = await db.read(
				payoutRuns.find(runId),
				parts.confirmations.listOfRun(runId, calendarDateOf(nowMs))
			);
			if (!run) return NOT_FOUND;
			return db.commit(
				payoutRuns.confirm(runId, { accountId: actor.accountId, nowMs }),
				parts.confirmations.requireStill(runId, payments.length),
				payouts.markPaid(runId, nowMs),
				...(await confirmationWrites(parts, payments, { number: run.number, paidAtMs: nowMs })),
				await record('payout/run-confirmed', actor, runId)
			);
		}
	};
}

function itemOf(payout: Payout): RunItem {
	return {
		payoutId: payout.id,
		payoutVersion: payout.version,
		personId: payout.personId,
		// The claim's number comes back from the bank; decision and version tell two payments apart.
		endToEndId: `${payout.claimNumber}${payout.decisionNo === 1 ? '' : `-${payout.decisionNo}`}-${payout.version}`,
		amount: payout.amount,
		payee: payout.payee,
		purpose: `${payout.kind === 'advance' ? 'Abschlag' : 'Erstattung'} ${payout.claimNumber}`
	};
}

const bytesOf = (run: PaymentRun) => new TextEncoder().encode(paymentFile(run));
