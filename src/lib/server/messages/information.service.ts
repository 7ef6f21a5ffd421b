import { requirePermission, type Actor } from '#lib/domain/actor.ts';
import { calendarDateOf } from '#lib/domain/calendar.ts';
import { reachOf } from '#lib/domain/messages/information.ts';
import type { CardDraft, Facts } from '#lib/domain/messages/information.schema.ts';
import type { Language } from '#lib/domain/messages/mail.ts';
import { ok, type Result } from '#lib/domain/result.ts';
import type { AuditNote } from '#lib/server/audit/audit.service.ts';
import type { Database, Write } from '#lib/server/db/client.ts';
import type { Clock } from '#lib/server/platform/clock.ts';
import type { Ids } from '#lib/server/platform/ids.ts';
import { sha256Hex } from '#lib/server/platform/sha256.ts';
import {
	AUDIENCE_LIMIT,
	type Consent,
	type InformationRepository,
	type ListedCard
} from './information.repository.ts';

export type InformationSettings = {
	readonly hasConsent: boolean;
	readonly history: readonly Consent[];
	readonly facts: Facts;
};

/** How many people a card reaches. */
export type Reach = {
	/** Null for fewer than five, but some. */
	readonly count: number | null;
	/** True where there are more customers than were counted. */
	readonly isCut: boolean;
};

/** The words somebody agrees to. */
export type ConsentText = {
	readonly version: string;
	readonly language: Language;
	readonly text: string;
};

const NO_FACTS: Facts = {
	federalState: null,
	personGroup: null,
	nationality: null,
	birthYear: null
};

export type InformationService = ReturnType<typeof createInformationService>;

/** Information that fits, chosen by the closed list of the privacy policy alone (A25 to A28). */
export function createInformationService(parts: {
	readonly db: Database;
	readonly clock: Clock;
	readonly ids: Ids;
	readonly audit: { record(note: AuditNote): Promise<Write> };
	readonly information: InformationRepository;
}) {
	const { db, clock, ids, audit, information } = parts;
	const today = () => calendarDateOf(clock.nowMs());
	return {
		/** Consent with its history, and what the actor has said about themselves. */
		async settings(actor: Actor): Promise<Result<InformationSettings>> {
			const permission = requirePermission(actor, 'account/manage-own');
			if (!permission.ok) return permission;
			const [history, facts] = await db.read(
				information.listConsents(actor.accountId),
				information.findFacts(actor.accountId)
			);
			return ok({
				hasConsent: history.some(({ withdrawnAtMs }) => withdrawnAtMs === null),
				history,
				facts: facts ?? NO_FACTS
			});
		},

		/** Agrees to advertising; the words are kept by their hash. `messages/consent-unchanged` when it counts already. */
		async giveConsent(actor: Actor, text: ConsentText): Promise<Result<void>> {
			const permission = requirePermission(actor, 'account/manage-own');
			if (!permission.ok) return permission;
			const { accountId } = actor;
			return db.commit(
				information.giveConsent({
					id: ids.newId(),
					accountId,
					textVersion: text.version,
					textHash: await sha256Hex(new TextEncoder().encode(text.text)),
					language: text.language,
					givenAtMs: clock.nowMs()
				}),
				await audit.record({ event: 'consent/given', objectRef: 'account', accountId })
			);
		},

		/** Takes it back, with effect on the very next page. `messages/consent-unchanged` without one. */
		async withdrawConsent(actor: Actor): Promise<Result<void>> {
			const permission = requirePermission(actor, 'account/manage-own');
			if (!permission.ok) return permission;
			const { accountId } = actor;
			return db.commit(
				information.withdrawConsent(accountId, clock.nowMs()),
				await audit.record({ event: 'consent/withdrawn', objectRef: 'account', accountId })
			);
		},

		/** Keeps what the actor says about themselves; an empty field takes it back. */
		async saveFacts(actor: Actor, facts: Facts): Promise<Result<void>> {
			const permission = requirePermission(actor, 'account/manage-own');
			if (!permission.ok) return permission;
			return db.commit(information.saveFacts(actor.accountId, facts, clock.nowMs()));
		},

		/** Every card, the newest first. */
		async list(actor: Actor): Promise<Result<readonly ListedCard[]>> {
			const permission = requirePermission(actor, 'information/write');
			if (!permission.ok) return permission;
			const [cards] = await db.read(information.listAll());
			return ok(cards);
		},

		/** How many people a card would reach today: a number, and never who. */
		async reach(actor: Actor, draft: Pick<CardDraft, 'kind' | 'rule'>): Promise<Result<Reach>> {
			const permission = requirePermission(actor, 'information/write');
			if (!permission.ok) return permission;
			const [people, customers] = await db.read(
				information.listAudience(today()),
				information.countCustomers()
			);
			return ok({ count: reachOf(draft, people), isCut: customers > AUDIENCE_LIMIT });
		},

		/** Puts a card on the start pages it fits. */
		async publish(actor: Actor, draft: CardDraft): Promise<Result<void>> {
			const permission = requirePermission(actor, 'information/write');
			if (!permission.ok) return permission;
			const { accountId } = actor;
			const id = ids.newId();
			return db.commit(
				information.publish(draft, {
					id,
					publishedBy: accountId,
					publishedAtMs: clock.nowMs()
				}),
				await audit.record({
					event: 'information/published',
					objectRef: `information:${id}`,
					accountId
				})
			);
		},

		/** Takes a card off every start page; `portal/not-found` for one that is not there any more. */
		async withdraw(actor: Actor, id: string): Promise<Result<void>> {
			const permission = requirePermission(actor, 'information/write');
			if (!permission.ok) return permission;
			const { accountId } = actor;
			return db.commit(
				information.withdraw(id, clock.nowMs()),
				await audit.record({
					event: 'information/withdrawn',
					objectRef: `information:${id}`,
					accountId
				})
			);
		}
	};
}
