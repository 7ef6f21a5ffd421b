import { encodeHexLowerCase, decodeHex } from '@oslojs/encoding';
import { recoveryToShow } from '#lib/domain/accounts/recovery.ts';
import { requirePermission, type Actor } from '#lib/domain/actor.ts';
import type { AccountReason } from '#lib/domain/claims/access.ts';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import type { Payee } from '#lib/domain/claims/payee-account.ts';
import {
	showNumber,
	viewPayee,
	type PayeeView,
	type ShownNumber
} from '#lib/domain/claims/payee-view.ts';
import { runReference } from '#lib/domain/claims/payment-file.ts';
import {
	routeOf,
	type PayoutKind,
	type PayoutRoute,
	type PayoutState,
	type RefusalReason,
	type RenewalBar,
	type ReturnReason,
	type SecondLook
} from '#lib/domain/claims/payout.ts';
import type { Mail } from '#lib/domain/messages/mail.ts';
import type { Money } from '#lib/domain/money.ts';
import { NOT_FOUND, failed, ok, type Result } from '#lib/domain/result.ts';
import type { AuditNote } from '#lib/server/audit/audit.service.ts';
import type { Database, Write } from '#lib/server/db/client.ts';
import type { Clock } from '#lib/server/platform/clock.ts';
import type { Ids } from '#lib/server/platform/ids.ts';
import { refusedLook, reserveLook, type LookThrottle } from './account-look-limit.ts';
import type { AccountLooksRepository } from './account-looks.repository.ts';
import type { AdvanceAnswers } from './advance-answers.ts';
import type { AdvancesRepository } from './advances.repository.ts';
import type { AssignmentsRepository } from './assignments.repository.ts';
import type { PayoutRunsRepository, RunPayment, RunSummary } from './payout-runs.repository.ts';
import type { Payout, PayoutsRepository } from './payouts.repository.ts';

export type PayoutRow = {
	readonly id: string;
	readonly claimNumber: string;
	readonly kind: PayoutKind;
	readonly amount: Money;
	readonly state: PayoutState;
	readonly route: PayoutRoute;
	readonly secondLook: SecondLook | null;
	/** Null where rules have decided the claim. */
	readonly madeByName: string | null;
	readonly madeAtMs: number;
};

export type PayoutView = PayoutRow & {
	/** The whole number only by `revealAccount` (D8). */
	readonly payee: PayeeView;
	readonly refusal: RefusalReason | null;
	/** The day the customer came back by letter, while that is recent (decision 0061). */
	readonly recoveredOn: CalendarDate | null;
	/** What an approval of what is shown is bound to, as hex. */
	readonly content: string;
	/** The reader made it: somebody else must look (Z7). */
	readonly isOwnWork: boolean;
	readonly isGenuine: boolean;
	/** Why the reader may not name another account for it. */
	readonly renewalBar: RenewalBar | null;
};

export type RunRow = RunSummary & {
	readonly reference: string;
	readonly payments: readonly Omit<RunPayment, 'runId'>[];
	/** One for each currency. */
	readonly totals: readonly Money[];
};

export type PayoutsView = {
	readonly waiting: readonly PayoutRow[];
	/** Ready to leave, by way. */
	readonly ready: readonly PayoutRow[];
	/** Refused or sent back: they wait for another account. */
	readonly stuck: readonly PayoutRow[];
	readonly runs: readonly RunRow[];
};

export type PayoutsParts = {
	readonly db: Database;
	readonly clock: Clock;
	readonly ids: Ids;
	readonly audit: { record(note: AuditNote): Promise<Write> };
	readonly mails: {
		enqueue(id: string, personId: string, mail: Mail, nowMs: number): Promise<Write>;
	};
	readonly payouts: PayoutsRepository;
	readonly payoutRuns: PayoutRunsRepository;
	readonly assignments: Pick<AssignmentsRepository, 'requireForeign'>;
	readonly advances: Pick<AdvancesRepository, 'grantAgain'>;
	/** What the customer is told when an advance was checked. */
	readonly advanceAnswers: Pick<AdvanceAnswers, 'ofCheck'>;
	readonly accountLooks: Pick<AccountLooksRepository, 'ofPayout'>;
	readonly throttle: LookThrottle;
};

export type PayoutsService = ReturnType<typeof createPayoutsService>;

/** Payments of decided claims: looked at by a second person where it matters (Z7). */
export function createPayoutsService(parts: PayoutsParts) {
	const { db, clock, ids, audit, payouts, payoutRuns, assignments } = parts;
	const record = (event: AuditNote['event'], actor: Actor, payout: Payout) =>
		audit.record({
			event,
			objectRef: `payout:${payout.id}`,
			accountId: actor.accountId,
			subjectAccountId: payout.accountId
		});

	async function check(
		actor: Actor,
		payoutId: string,
		content: string,
		refusal: RefusalReason | null
	): Promise<Result<void>> {
		const permission = requirePermission(actor, 'payout/approve');
		if (!permission.ok) return permission;
		const [payout, recipient] = await db.read(
			payouts.find(payoutId),
			payouts.findRecipient(payoutId)
		);
		if (!payout || !recipient) return NOT_FOUND;
		if (!payout.isGenuine) return failed('conflict', 'payouts/not-genuine');
		const nowMs = clock.nowMs();
		const by = { accountId: actor.accountId, nowMs, refusal };
		return db.commit(
			payouts.requireOther(payoutId, actor.accountId),
			assignments.requireForeign(payout.claimId, actor),
			await payouts.check(payout, decodeHex(content), by),
			...(payout.kind === 'advance'
				? await parts.advanceAnswers.ofCheck(payout, recipient, { refusal, nowMs })
				: []),
			await record(refusal === null ? 'payout/approved' : 'payout/refused', actor, payout)
		);
	}

	return {
		/** Everything that waits for somebody, and the newest runs. */
		async list(actor: Actor): Promise<Result<PayoutsView>> {
			const permission = requirePermission(actor, 'payout/read');
			if (!permission.ok) return permission;
			const [waiting, ready, stuck, runs, payments] = await db.read(
				payouts.listIn(['waiting']),
				payouts.listIn(['ready']),
				payouts.listIn(['refused', 'returned']),
				payoutRuns.listNewest(),
				payoutRuns.listPaymentsOfNewest()
			);
			const ofRun = Map.groupBy(payments, ({ runId }) => runId);
			return ok({
				waiting: waiting.map(viewRow),
				ready: ready.map(viewRow),
				stuck: stuck.map(viewRow),
				runs: runs.map((run) => viewRun(run, ofRun.get(run.id) ?? []))
			});
		},

		/** One payment with its account, masked, which is never part of a list. The look is logged. */
		async open(actor: Actor, payoutId: string): Promise<Result<PayoutView>> {
			const permission = requirePermission(actor, 'payout/read');
			if (!permission.ok) return permission;
			const look = await audit.record({
				event: 'payout/viewed',
				objectRef: `payout:${payoutId}`,
				accountId: actor.accountId
			});
			const done = await db.commitAndRead(
				[payouts.require(payoutId), look],
				[payouts.find(payoutId), payoutRuns.findRenewalBar(payoutId, actor)]
			);
			if (!done.ok) return done;
			const [payout, renewalBar] = done.value;
			if (!payout) return NOT_FOUND;
			return ok({
				...viewRow(payout),
				payee: viewPayee(payout.payee),
				refusal: payout.refusal,
				recoveredOn: recoveryToShow(payout.recoveredAtMs, clock.nowMs()),
				content: encodeHexLowerCase(payout.contentHash),
				isOwnWork: payout.madeBy === actor.accountId,
				isGenuine: payout.isGenuine,
				renewalBar
			});
		},

		/**
		 * The whole account number of a payment, for the one answer that asked for it (D8). The reason and the look lie
		 * in the batch that reads it; the customer reads them beside the claim. `portal/limit-reached` at
		 * `accountReason` after a day's share.
		 */
		async revealAccount(
			actor: Actor,
			payoutId: string,
			reason: AccountReason
		): Promise<Result<ShownNumber>> {
			const permission = requirePermission(actor, 'payout/read');
			if (!permission.ok) return permission;
			const look = { id: ids.newId(), actor, reason, nowMs: clock.nowMs() };
			const done = await db.commitAndRead(
				[
					await reserveLook(parts.throttle, actor),
					parts.accountLooks.ofPayout(payoutId, look),
					await audit.record({
						event: 'payout/account-revealed',
						objectRef: `payout:${payoutId}`,
						accountId: actor.accountId,
						subjectOf: { payoutId }
					})
				],
				[payouts.find(payoutId)]
			);
			if (!done.ok) return refusedLook(parts.throttle, actor, done);
			const [payout] = done.value;
			return payout ? ok(showNumber(payout.payee)) : NOT_FOUND;
		},

		/**
		 * Approves exactly what `content` was made of. Fails with `payouts/second-person` for the maker,
		 * `claims/own-claim` for the claimant, and `payouts/changed-meanwhile` when the amount, the account
		 * or the state is another by now.
		 */
		approve: (actor: Actor, payoutId: string, content: string) =>
			check(actor, payoutId, content, null),

		/** As `approve`, with the opposite answer. */
		refuse: (actor: Actor, payoutId: string, content: string, reason: RefusalReason) =>
			check(actor, payoutId, content, reason),

		/**
		 * A refused or returned payment to another account; waits for a second person again. Fails with
		 * `payouts/second-person` for whoever has booked it back, and with `claims/advance-closed` for an
		 * advance whose request was refused meanwhile.
		 */
		async renew(actor: Actor, payoutId: string, payee: Payee): Promise<Result<void>> {
			const permission = requirePermission(actor, 'payout/renew');
			if (!permission.ok) return permission;
			const [payout] = await db.read(payouts.find(payoutId));
			if (!payout) return NOT_FOUND;
			// A row that was bent beside the portal must not get a new, right hash from us.
			if (!payout.isGenuine) return failed('conflict', 'payouts/not-genuine');
			const by = { accountId: actor.accountId, nowMs: clock.nowMs() };
			const { amount, kind, claimId } = payout;
			const route = routeOf(amount, payee);
			const content = { payee, route, amount, secondLook: 'new-account' } as const;
			return db.commit(
				assignments.requireForeign(payout.claimId, actor),
				payouts.requireOtherThanBooker(payout, actor.accountId),
				...(kind === 'advance' ? [parts.advances.grantAgain(claimId, by)] : []),
				await payouts.renew(payout, content, by),
				await record('payout/account-changed', actor, payout)
			);
		},

		/** The bank has sent it back: the customer is asked to check the account. */
		async bookReturn(actor: Actor, payoutId: string, reason: ReturnReason): Promise<Result<void>> {
			const permission = requirePermission(actor, 'payout/run');
			if (!permission.ok) return permission;
			const [payout, recipient] = await db.read(
				payouts.find(payoutId),
				payouts.findRecipient(payoutId)
			);
			if (!payout || !recipient) return NOT_FOUND;
			const { personId, to, language, name } = recipient;
			const nowMs = clock.nowMs();
			return db.commit(
				assignments.requireForeign(payout.claimId, actor),
				payouts.markReturned(payoutId, { accountId: actor.accountId, nowMs }, reason),
				await parts.mails.enqueue(
					ids.newId(),
					personId,
					{ template: 'payout-returned', to, language, name },
					nowMs
				),
				await record('payout/returned', actor, payout)
			);
		}
	};
}

function viewRow(payout: Payout): PayoutRow {
	const { id, claimNumber, kind, amount, state, route, secondLook, madeByName, madeAtMs } = payout;
	return { id, claimNumber, kind, amount, state, route, secondLook, madeByName, madeAtMs };
}

function viewRun(run: RunSummary, ofRun: readonly RunPayment[]): RunRow {
	const payments = ofRun.map(({ payoutId, claimNumber, amount, state }) => {
		return { payoutId, claimNumber, amount, state };
	});
	const sums = new Map<string, number>();
	for (const { amountMinor, currency } of payments.map(({ amount }) => amount)) {
		sums.set(currency, (sums.get(currency) ?? 0) + amountMinor);
	}
	const totals = [...sums].map(([currency, amountMinor]) => ({ amountMinor, currency }));
	return { ...run, reference: runReference(run.number), payments, totals };
}
