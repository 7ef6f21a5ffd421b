import { and, count, desc, eq, gte, isNull, sql, type SQL } from 'drizzle-orm';
import { parseCalendarDate, type CalendarDate } from '#lib/domain/calendar.ts';
import {
	ageIn,
	CARDS_SHOWN,
	type InsuranceStatus,
	type Reached,
	type WrittenCard
} from '#lib/domain/messages/information.ts';
import {
	parseRule,
	parseWords,
	type CardDraft,
	type Facts
} from '#lib/domain/messages/information.schema.ts';
import type { Language } from '#lib/domain/messages/mail.ts';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import {
	read,
	write,
	writeIfHolds,
	type Read,
	type Unmet,
	type Write
} from '#lib/server/db/client.ts';
import { accounts } from '#lib/server/db/tables/accounts.ts';
import { claims } from '#lib/server/db/tables/claims.ts';
import { documentRequests } from '#lib/server/db/tables/document-requests.ts';
import {
	informationCards,
	informationFacts,
	marketingConsents
} from '#lib/server/db/tables/information.ts';

/** Cards that run at once, and cards of the staff's list: far above what anybody writes. */
const MOST_CARDS = 100;
/** People that a reach is counted over in one go. */
export const AUDIENCE_LIMIT = 10_000;
const HISTORY_LIMIT = 100;

const GONE = { kind: 'not-found', code: 'portal/not-found' } as const satisfies Unmet;
const UNCHANGED = { kind: 'conflict', code: 'messages/consent-unchanged' } as const satisfies Unmet;

export type ListedCard = WrittenCard & {
	readonly publishedAtMs: number;
	readonly withdrawnAtMs: number | null;
};

export type Consent = {
	readonly givenAtMs: number;
	readonly withdrawnAtMs: number | null;
	readonly textVersion: string;
	readonly language: Language;
};

const statusOn = (today: CalendarDate): SQL<InsuranceStatus> => {
	const has = (condition: SQL) => sql`exists (
		select 1 from contract_links l join contracts k on k.id = l.contract_id
		where l.account_id = "accounts"."id" and (l.ends_on is null or l.ends_on >= ${today})
			and ${condition})`;
	return sql`case
		when ${has(sql`k.starts_on <= ${today} and (k.ends_on is null or k.ends_on >= ${today})`)} then 'active'
		when ${has(sql`k.starts_on > ${today}`)} then 'coming'
		when ${has(sql`true`)} then 'ended'
		else 'none' end`;
};

/** A customer whose address was confirmed: without that no account becomes active. */
const isCustomer = and(eq(accounts.role, 'customer'), eq(accounts.status, 'active'));

const attributeColumns = (today: CalendarDate) => ({
	language: accounts.language,
	federalState: informationFacts.federalState,
	personGroup: informationFacts.personGroup,
	nationality: informationFacts.nationality,
	birthYear: informationFacts.birthYear,
	insuranceStatus: statusOn(today),
	hasVerifiedEmail: sql<number>`"accounts"."status" = 'active'`,
	hasMissingDocuments: sql<number>`exists (
		select 1 from document_requests r join claims c on c.id = r.claim_id
		where c.account_id = "accounts"."id" and r.answered_at_ms is null and r.withdrawn_at_ms is null)`,
	hasConsent: sql<number>`exists (
		select 1 from marketing_consents m
		where m.account_id = "accounts"."id" and m.withdrawn_at_ms is null)`
});

const selectPeople = (today: CalendarDate) =>
	sqlBuilder
		.select(attributeColumns(today))
		.from(accounts)
		.leftJoin(informationFacts, eq(informationFacts.accountId, accounts.id))
		.$dynamic();

type PersonRow = Awaited<ReturnType<typeof selectPeople>>[number];

const asReached = (row: PersonRow, today: CalendarDate): Reached => ({
	hasConsent: row.hasConsent === 1,
	attributes: {
		federalState: row.federalState,
		age: ageIn(today, row.birthYear),
		personGroup: row.personGroup,
		language: row.language,
		nationality: row.nationality,
		insuranceStatus: row.insuranceStatus,
		hasVerifiedEmail: row.hasVerifiedEmail === 1,
		hasMissingDocuments: row.hasMissingDocuments === 1
	}
});

function asCard(row: typeof informationCards.$inferSelect): ListedCard {
	const [startsOn, endsOn] = [parseCalendarDate(row.startsOn), parseCalendarDate(row.endsOn)];
	if (!startsOn || !endsOn) throw new Error('a card has no days');
	return {
		id: row.id,
		kind: row.kind,
		rule: parseRule(JSON.parse(row.rule)),
		words: parseWords(JSON.parse(row.words)),
		startsOn,
		endsOn,
		publishedAtMs: row.publishedAtMs,
		withdrawnAtMs: row.withdrawnAtMs
	};
}

const isOpenConsent = (accountId: string) =>
	and(eq(marketingConsents.accountId, accountId), isNull(marketingConsents.withdrawnAtMs));

/** Cards, what customers say about themselves, and their consents to advertising. */
export const informationRepository = {
	/** Cards that are not over, the newest first. */
	listLive(today: CalendarDate): Read<readonly WrittenCard[]> {
		return read(
			sqlBuilder
				.select()
				.from(informationCards)
				.where(and(isNull(informationCards.withdrawnAtMs), gte(informationCards.endsOn, today)))
				.orderBy(desc(informationCards.publishedAtMs), desc(informationCards.id))
				.limit(MOST_CARDS),
			(rows) => rows.map(asCard)
		);
	},

	listAll(): Read<readonly ListedCard[]> {
		return read(
			sqlBuilder
				.select()
				.from(informationCards)
				.orderBy(desc(informationCards.publishedAtMs), desc(informationCards.id))
				.limit(MOST_CARDS),
			(rows) => rows.map(asCard)
		);
	},

	publish(
		{ rule, words, ...draft }: CardDraft,
		card: { readonly id: string; readonly publishedBy: string; readonly publishedAtMs: number }
	): Write {
		return write(
			sqlBuilder
				.insert(informationCards)
				.values({ ...draft, ...card, rule: JSON.stringify(rule), words: JSON.stringify(words) })
		);
	},

	withdraw(id: string, nowMs: number): Write {
		return writeIfHolds(
			sqlBuilder
				.update(informationCards)
				.set({ withdrawnAtMs: nowMs })
				.where(and(eq(informationCards.id, id), isNull(informationCards.withdrawnAtMs))),
			GONE
		);
	},

	/** What a card may be chosen by, for one account. */
	findAttributes(accountId: string, today: CalendarDate): Read<Reached | null> {
		return read(selectPeople(today).where(eq(accounts.id, accountId)), ([row]) =>
			row ? asReached(row, today) : null
		);
	},

	/** The same for every customer, without a name or an id: only counted. */
	listAudience(today: CalendarDate): Read<readonly Reached[]> {
		return read(
			selectPeople(today).where(isCustomer).orderBy(accounts.createdAtMs).limit(AUDIENCE_LIMIT),
			(rows) => rows.map((row) => asReached(row, today))
		);
	},

	countCustomers(): Read<number> {
		return read(
			sqlBuilder.select({ customers: count() }).from(accounts).where(isCustomer),
			([row]) => row?.customers ?? 0
		);
	},

	/** Claims of the account that wait for documents, the first day of each, the earliest first. */
	listMissing(
		accountId: string
	): Read<
		readonly { readonly claimId: string; readonly claimNumber: string; readonly dueOn: string }[]
	> {
		return read(
			sqlBuilder
				.select({
					claimId: claims.id,
					claimNumber: claims.number,
					dueOn: sql<string>`min(${documentRequests.dueOn})`
				})
				.from(documentRequests)
				.innerJoin(claims, eq(claims.id, documentRequests.claimId))
				.where(
					and(
						eq(claims.accountId, accountId),
						isNull(documentRequests.answeredAtMs),
						isNull(documentRequests.withdrawnAtMs)
					)
				)
				.groupBy(claims.id)
				.orderBy(sql`min(${documentRequests.dueOn})`)
				.limit(CARDS_SHOWN),
			(rows) => rows
		);
	},

	findFacts(accountId: string): Read<Facts | null> {
		return read(
			sqlBuilder.select().from(informationFacts).where(eq(informationFacts.accountId, accountId)),
			([row]) =>
				row
					? {
							federalState: row.federalState,
							personGroup: row.personGroup,
							nationality: row.nationality,
							birthYear: row.birthYear
						}
					: null
		);
	},

	saveFacts(accountId: string, facts: Facts, nowMs: number): Write {
		const row = { ...facts, changedAtMs: nowMs };
		return write(
			sqlBuilder
				.insert(informationFacts)
				.values({ accountId, ...row })
				.onConflictDoUpdate({ target: informationFacts.accountId, set: row })
		);
	},

	/** Every consent with its end, the newest first. */
	listConsents(accountId: string): Read<readonly Consent[]> {
		return read(
			sqlBuilder
				.select()
				.from(marketingConsents)
				.where(eq(marketingConsents.accountId, accountId))
				.orderBy(desc(marketingConsents.givenAtMs), desc(marketingConsents.id))
				.limit(HISTORY_LIMIT),
			(rows) =>
				rows.map(({ givenAtMs, withdrawnAtMs, textVersion, language }) => ({
					...{ givenAtMs, withdrawnAtMs, textVersion, language }
				}))
		);
	},

	/** Undone when one counts already: two presses are one consent. */
	giveConsent(consent: Omit<typeof marketingConsents.$inferInsert, 'withdrawnAtMs'>): Write {
		return {
			statements: [
				{
					statement: {
						sql: 'insert into must_change (n) select not exists (select 1 from marketing_consents where account_id = ? and withdrawn_at_ms is null)',
						args: [consent.accountId]
					},
					unmet: UNCHANGED
				},
				...write(sqlBuilder.insert(marketingConsents).values(consent)).statements
			]
		};
	},

	withdrawConsent(accountId: string, nowMs: number): Write {
		return writeIfHolds(
			sqlBuilder
				.update(marketingConsents)
				.set({ withdrawnAtMs: nowMs })
				.where(isOpenConsent(accountId)),
			UNCHANGED
		);
	}
};

export type InformationRepository = typeof informationRepository;
