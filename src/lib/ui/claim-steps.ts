import { calendarDateOf } from '#lib/domain/calendar.ts';
import { nextActor, type ClaimState } from '#lib/domain/claims/claim.ts';
import type { AdvanceOutcome, AdvanceRefusal, AdvanceStand } from '#lib/domain/claims/advance.ts';
import type { RequestKind } from '#lib/domain/claims/document-request.ts';
import type { DocumentName } from '#lib/domain/documents/document-name.ts';
import type { PayoutState } from '#lib/domain/claims/payout.ts';
import type { ReviewKind, ReviewOutcome } from '#lib/domain/claims/review.ts';
import type { Money } from '#lib/domain/money.ts';
import { ADVANCE_REFUSAL_TEXTS } from '#lib/i18n/advance-texts.ts';
import { m } from '#lib/i18n/generated/messages.js';
import { REQUEST_TEXTS } from '#lib/i18n/request-texts.ts';
import { formatDate, formatMoney } from './format.ts';
import type { Locale } from './shell.ts';
import type { TimelineStep } from './timeline.ts';

/** What the road is drawn from; of a claim that somebody else reads most of it is left out. */
export type ClaimRoad = {
	readonly state: ClaimState;
	readonly submittedAtMs: number;
	readonly decidedAtMs: number | null;
	/** The day we mean to decide by. */
	readonly decisionDueBy: string;
	/** The day most are decided by, where it is known. */
	readonly usualBy?: string | null;
	readonly isDecidedByRules?: boolean;
	readonly cameByPost?: boolean;
	readonly inReviewSinceMs?: number | null;
	readonly requests?: readonly {
		readonly kind: RequestKind;
		readonly isOpen: boolean;
		readonly dueOn: string;
		readonly askedAtMs: number;
		readonly answeredAtMs: number | null;
	}[];
	readonly advance?: {
		readonly stand: AdvanceStand;
		readonly requests: readonly {
			readonly askedAtMs: number;
			readonly outcome: AdvanceOutcome | null;
			readonly refusal: AdvanceRefusal | null;
		}[];
	};
	readonly reviews?: readonly {
		readonly kind: ReviewKind;
		readonly line: number;
		readonly openedAtMs: number;
		readonly closedAtMs: number | null;
		readonly outcome: ReviewOutcome | null;
	}[];
	readonly payouts?: readonly {
		readonly state: PayoutState;
		readonly paidOn: string | null;
		readonly amount: Money;
	}[];
	readonly documents?: readonly { readonly name: Pick<DocumentName, 'kind'> }[];
};

const ADVANCE_STEPS = {
	open: m.advances_step_open,
	granted: m.advances_step_granted,
	refused: m.advances_staff_refused,
	settled: m.advances_step_settled
} satisfies Record<AdvanceOutcome | 'open', unknown>;
const OUTCOMES = { upheld: m.reviews_step_upheld, changed: m.reviews_step_changed };

/** A document handed in lies behind the review that goes on, whichever began first. */
const ORDER = ['done', 'current', 'next'] as const satisfies readonly TimelineStep['state'][];

/** The road of a claim: what is behind, where it is, what comes. */
export function stepsOf(claim: ClaimRoad, locale: Locale): readonly TimelineStep[] {
	const dateOf = (atMs: number) => formatDate(calendarDateOf(atMs), locale);
	const actor = nextActor(claim.state);
	const { inReviewSinceMs = null, requests = [], reviews = [] } = claim;
	/** The day we mean to decide by is over: no word of it. */
	const isLate = !['too-early', 'waits-for-customer'].includes(claim.advance?.stand ?? 'too-early');
	const isConfirmed = claim.documents?.some(({ name }) => name.kind === 'processing-confirmation');
	const isWaiting = requests.some(({ isOpen }) => isOpen);
	const areMany = (claim.payouts?.length ?? 0) > 1;
	const steps: readonly TimelineStep[] = [
		{
			title: claim.cameByPost ? m.post_step_arrived() : m.claims_step_submitted(),
			state: 'done',
			dateText: dateOf(claim.submittedAtMs)
		},
		{
			title: claim.isDecidedByRules ? m.claims_step_rules() : m.claims_step_review(),
			// While the reader has to hand something in it waits: a tick would say that we are through.
			state: isWaiting ? 'next' : actor === 'nobody' ? 'done' : 'current',
			dateText:
				inReviewSinceMs === null
					? undefined
					: isWaiting
						? m.claims_step_review_begun({ date: dateOf(inReviewSinceMs) })
						: dateOf(inReviewSinceMs)
		},
		...requests.map((request): TimelineStep => {
			const title = REQUEST_TEXTS[request.kind].title();
			return request.isOpen
				? {
						title: m.requests_step_asked({ title }),
						state: 'current',
						isYours: true,
						dateText: m.requests_step_until({ date: formatDate(request.dueOn, locale) })
					}
				: {
						title: m.requests_step_answered({ title }),
						state: 'done',
						dateText: dateOf(request.answeredAtMs ?? request.askedAtMs)
					};
		}),
		...(claim.advance?.requests ?? []).map((request): TimelineStep => ({
			title: m.advances_step(),
			state: request.outcome === null ? 'current' : 'done',
			dateText: dateOf(request.askedAtMs),
			text: request.refusal
				? ADVANCE_REFUSAL_TEXTS[request.refusal]()
				: ADVANCE_STEPS[request.outcome ?? 'open']()
		})),
		{
			title: m.claims_step_decided(),
			state: actor === 'nobody' ? 'done' : 'next',
			dateText:
				claim.decidedAtMs !== null
					? dateOf(claim.decidedAtMs)
					: isLate
						? undefined
						: claim.usualBy
							? m.claims_step_usual({ date: formatDate(claim.usualBy, locale) })
							: m.claims_step_due({ date: formatDate(claim.decisionDueBy, locale) }),
			text: claim.isDecidedByRules ? m.claims_step_by_rules() : undefined
		},
		...reviews.map((review): TimelineStep => {
			const title =
				review.kind === 'objection'
					? m.reviews_step_objection({ position: review.line })
					: m.reviews_step_reopening();
			return {
				title,
				state: review.closedAtMs === null ? 'current' : 'done',
				dateText: dateOf(review.openedAtMs),
				text: review.outcome ? OUTCOMES[review.outcome]() : undefined
			};
		}),
		...(claim.payouts ?? []).map((payout): TimelineStep => {
			// Of one payment the page says the amount; of several each step says which it is.
			const amount = areMany ? formatMoney(payout.amount, locale) : null;
			if (payout.state === 'returned') {
				return {
					...({ title: m.payouts_own_step_returned(), state: 'current', isYours: true } as const),
					dateText: amount ?? undefined
				};
			}
			return {
				title: amount ? m.requests_step_payout_of({ amount }) : m.requests_step_payout(),
				state: payout.paidOn ? 'done' : 'next',
				dateText: payout.paidOn ? formatDate(payout.paidOn, locale) : undefined,
				text: payout.paidOn && isConfirmed ? m.documents_confirmation_step() : undefined
			};
		})
	];
	return ORDER.flatMap((state) => steps.filter((step) => step.state === state));
}
