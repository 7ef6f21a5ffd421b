import { requirePermission, type Actor } from '#lib/domain/actor.ts';
import { calendarDateOf } from '#lib/domain/calendar.ts';
import {
	bankDayBefore,
	ECB_SOURCE,
	type RateProposalInput,
	type RecordedRate
} from '#lib/domain/claims/exchange-rates.ts';
import { RATE_MINUTES } from '#lib/domain/operations/jobs.ts';
import { compareRates } from '#lib/domain/money.ts';
import { NOT_FOUND, failed, ok, type Result } from '#lib/domain/result.ts';
import type { AuditNote } from '#lib/server/audit/audit.service.ts';
import type { Database, Write } from '#lib/server/db/client.ts';
import type { Clock } from '#lib/server/platform/clock.ts';
import type { Ids } from '#lib/server/platform/ids.ts';
import type { ExchangeRatesRepository, RateProposal } from './exchange-rates.repository.ts';

export type QuotedRate = Pick<RecordedRate, 'currency' | 'date' | 'rate'>;

export type RateImport = {
	/** Rates that were not there before. */
	readonly added: number;
	readonly known: number;
	/** What the file says otherwise than what is fixed: somebody has to look. */
	readonly differing: readonly string[];
};

export type RatesView = {
	readonly newest: readonly RecordedRate[];
	readonly waiting: readonly (Omit<RateProposal, 'madeBy'> & { readonly isOwnWork: boolean })[];
};

export type ExchangeRatesService = ReturnType<typeof createExchangeRatesService>;

/** Rates of foreign currencies: fixed by currency and day, from the bank or in four eyes. */
export function createExchangeRatesService(parts: {
	readonly db: Database;
	readonly clock: Clock;
	readonly ids: Ids;
	readonly audit: { record(note: AuditNote): Promise<Write> };
	readonly rates: ExchangeRatesRepository;
	/** The bank's file; null where the operator has named no address. */
	readonly fetchQuoted: (() => Promise<readonly QuotedRate[]>) | null;
}) {
	const { db, clock, ids, audit, rates } = parts;

	async function importRates(quoted: readonly QuotedRate[]): Promise<RateImport> {
		const days = quoted.map(({ date }) => date).toSorted();
		const [first, last] = [days[0], days.at(-1)];
		if (!first || !last) return { added: 0, known: 0, differing: [] };
		if (last > calendarDateOf(clock.nowMs())) throw new Error('a rate of a day to come');
		const [stored] = await db.read(rates.listBetween(first, last));
		const known = new Map(stored.map((rate) => [keyOf(rate), rate.rate]));
		const missing = quoted.filter((rate) => !known.has(keyOf(rate)));
		const differing = quoted.filter((rate) => {
			const fixed = known.get(keyOf(rate));
			return fixed !== undefined && compareRates(fixed, rate.rate) !== 0;
		});
		if (missing.length > 0) {
			const rows = missing.map((rate) => ({
				...{ ...rate, kind: 'ecb' as const, source: ECB_SOURCE },
				...{ evidence: null, madeBy: null, checkedBy: null }
			}));
			await db.commit(
				...rates.insertMissing(rows, clock.nowMs()),
				await audit.record({ event: 'rate/imported', objectRef: `rates:${last}`, accountId: null })
			);
		}
		return {
			added: missing.length,
			known: quoted.length - missing.length,
			differing: differing.map(keyOf)
		};
	}

	async function check(
		actor: Actor,
		proposalId: string,
		state: 'approved' | 'refused'
	): Promise<Result<void>> {
		const permission = requirePermission(actor, 'rate/approve');
		if (!permission.ok) return permission;
		const [proposal] = await db.read(rates.findProposal(proposalId));
		if (!proposal) return NOT_FOUND;
		const nowMs = clock.nowMs();
		const { currency, date, rate, source, evidence, madeBy } = proposal;
		const checkedBy = actor.accountId;
		const fixed = { currency, date, rate, source, evidence, madeBy, checkedBy };
		return db.commit(
			rates.requireOther(proposalId, actor.accountId),
			rates.close(proposalId, state, { accountId: actor.accountId, nowMs }),
			...(state === 'approved'
				? [rates.requireNotQuoted(proposal), rates.insert({ ...fixed, kind: 'second' }, nowMs)]
				: []),
			await audit.record({
				event: state === 'approved' ? 'rate/approved' : 'rate/refused',
				objectRef: `rate:${proposalId}`,
				accountId: actor.accountId
			})
		);
	}

	return {
		/** Fixes what is new of the bank's file. Safe to repeat and to run twice at once. */
		importRates,

		/**
		 * The job: asks the bank twice an hour until the rates of its last day are there. Answers how
		 * many came. Throws where the file differs from what is fixed, so that it shows as failed.
		 */
		async importDue(): Promise<number> {
			const nowMs = clock.nowMs();
			const minute = new Date(nowMs).getUTCMinutes();
			if (!parts.fetchQuoted || !RATE_MINUTES.some((one) => one === minute)) return 0;
			const [newest] = await db.read(rates.findNewestEcbDay());
			if (newest !== null && newest >= bankDayBefore(nowMs)) return 0;
			const { added, differing } = await importRates(await parts.fetchQuoted());
			if (differing.length > 0) throw new Error(`fixed otherwise: ${differing.join(', ')}`);
			return added;
		},

		/** The newest rate of every currency, and what waits for a second person. */
		async list(actor: Actor): Promise<Result<RatesView>> {
			const permission = requirePermission(actor, 'rate/read');
			if (!permission.ok) return permission;
			const [newest, waiting] = await db.read(rates.listNewest(), rates.listWaiting());
			return ok({
				newest,
				waiting: waiting.map(({ madeBy, ...proposal }) => ({
					...proposal,
					isOwnWork: madeBy === actor.accountId
				}))
			});
		},

		/**
		 * Writes down a rate of a second source for somebody else to check. Fails with
		 * `rates/quoted-by-ecb`, `rates/already-fixed`, `rates/waiting`, or `date-in-future` at the day.
		 */
		async propose(actor: Actor, input: RateProposalInput): Promise<Result<void>> {
			const permission = requirePermission(actor, 'rate/propose');
			if (!permission.ok) return permission;
			const nowMs = clock.nowMs();
			if (input.day > calendarDateOf(nowMs)) {
				return failed('invalid', 'portal/invalid-input', { day: 'date-in-future' });
			}
			const { currency, day: date, rate, source, evidence } = input;
			const id = ids.newId();
			const by = { madeBy: actor.accountId, madeAtMs: nowMs };
			return db.commit(
				rates.requireNotQuoted({ currency, date }),
				rates.requireUnfixed({ currency, date }),
				rates.propose({ id, currency, date, rate, source, evidence, ...by }),
				await audit.record({
					event: 'rate/proposed',
					objectRef: `rate:${id}`,
					accountId: actor.accountId
				})
			);
		},

		/** The second person's word fixes the rate. `rates/second-person` for whoever typed it. */
		approve: (actor: Actor, proposalId: string) => check(actor, proposalId, 'approved'),
		refuse: (actor: Actor, proposalId: string) => check(actor, proposalId, 'refused')
	};
}

function keyOf({ currency, date }: QuotedRate): string {
	return `${currency} ${date}`;
}
