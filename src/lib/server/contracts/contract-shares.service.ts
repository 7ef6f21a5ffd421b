import { requirePermission, type Actor } from '#lib/domain/actor.ts';
import type { AuditEventKind } from '#lib/domain/audit/audit.ts';
import { addDays, calendarDateOf, DAY_MS, type CalendarDate } from '#lib/domain/calendar.ts';
import {
	INVITATION_DAYS,
	isAdult,
	mayAtContract,
	mayRelease,
	MAX_REPRESENTATION_DAYS,
	type ContractRole,
	type Release,
	type ReleaseScope,
	type RepresentativeScope
} from '#lib/domain/contracts/contract-access.ts';
import type { RepresentativeInput } from '#lib/domain/contracts/contract-access.schema.ts';
import { maskPolicyNumber } from '#lib/domain/contracts/contract.ts';
import { failed, NOT_FOUND, ok, type Result } from '#lib/domain/result.ts';
import type { AuditService } from '#lib/server/audit/audit.service.ts';
import type { Database, Read } from '#lib/server/db/client.ts';
import type { Clock } from '#lib/server/platform/clock.ts';
import { newToken, type Ids } from '#lib/server/platform/ids.ts';
import { noticeWrites, type ContractReader, type NoticeParts } from './contract-notices.ts';
import type { ContractSharesRepository, Invitation } from './contract-shares.repository.ts';
import type { ContractsRepository } from './contracts.repository.ts';

/** 80 random bits in a keyed hash, ten tries a day: short enough to be typed from a piece of paper. */
const CODE_LENGTH = 16;

/** A code that its policyholder sees once. */
export type InvitationCode = { readonly code: string; readonly validUntilMs: number };

export type SharesView = {
	readonly contractId: string;
	readonly plan: string;
	/** As whom the reader sees the contract. */
	readonly role: ContractRole;
	/** What the reader, an insured person, lets the policyholder see of their data; null for nothing. */
	readonly release: Release | null;
	/** Insured adults; who has an account of their own decides about their data. */
	readonly persons: readonly {
		readonly id: string;
		readonly name: string;
		readonly hasOwnAccess: boolean;
		readonly releasedScope: ReleaseScope | null;
	}[];
	readonly representatives: readonly {
		readonly sinceMs: number;
		readonly scope: RepresentativeScope;
		readonly endsOn: CalendarDate;
	}[];
	/** The last day that can be named for a representative. */
	readonly latestEnd: CalendarDate;
};

const RELEASE_EVENTS = {
	uses: 'contract/data-released',
	claims: 'contract/claims-released'
} as const satisfies Record<ReleaseScope, AuditEventKind>;

export type ContractSharesService = ReturnType<typeof createContractSharesService>;

/** Who else sees a contract, and what insured persons let the policyholder see (decision 0064). */
export function createContractSharesService(
	parts: NoticeParts & {
		readonly db: Database;
		readonly clock: Clock;
		readonly ids: Ids;
		readonly audit: Pick<AuditService, 'record'>;
		readonly contracts: Pick<
			ContractsRepository,
			'findOfAccount' | 'insuredOfContract' | 'activationHash'
		>;
		readonly shares: ContractSharesRepository;
		readonly representatives: {
			findRepresentative(contractId: string, sinceMs: number): Read<ContractReader | null>;
		};
	}
) {
	const { db, clock, contracts, shares } = parts;
	const today = () => calendarDateOf(clock.nowMs());

	async function invite(
		actor: Actor,
		invitation: Omit<Invitation, 'codeHash' | 'validUntilMs'>
	): Promise<Result<InvitationCode>> {
		const nowMs = clock.nowMs();
		const code = newToken(parts.ids).slice(0, CODE_LENGTH);
		const validUntilMs = nowMs + INVITATION_DAYS * DAY_MS;
		const codeHash = await contracts.activationHash(code);
		const done = await db.commit(
			shares.invite({ ...invitation, codeHash, validUntilMs }, actor.accountId, nowMs),
			await parts.audit.record({
				event: 'contract/shared',
				objectRef: `contract:${invitation.contractId}`,
				accountId: actor.accountId
			})
		);
		return done.ok ? ok({ code, validUntilMs }) : done;
	}

	/** A birthday is sealed: no condition of the SQL can ask for it. */
	async function isTheirsToGive(actor: Actor, contractId: string): Promise<boolean> {
		const [contract, insured] = await db.read(
			contracts.findOfAccount(actor.accountId, contractId, today()),
			contracts.insuredOfContract(actor.accountId, contractId, today())
		);
		return insured.some(
			({ personId, profile: { dateOfBirth } }) =>
				contract !== null && mayRelease(contract.link, { personId, dateOfBirth }, today())
		);
	}

	return {
		/** For the policyholder whom the contract is shared with, for an insured person their release. */
		async show(actor: Actor, contractId: string): Promise<Result<SharesView>> {
			const permission = requirePermission(actor, 'contract/share');
			if (!permission.ok) return permission;
			const [contract, insured, others] = await db.read(
				contracts.findOfAccount(actor.accountId, contractId, today()),
				contracts.insuredOfContract(actor.accountId, contractId, today()),
				shares.listOfContract(contractId, today())
			);
			if (!contract) return NOT_FOUND;
			const isHolder = mayAtContract(contract.link, 'share');
			if (!isHolder && !mayAtContract(contract.link, 'release')) return NOT_FOUND;
			return ok({
				contractId,
				plan: contract.plan,
				role: contract.link.role,
				release: contract.link.release,
				persons: !isHolder
					? []
					: insured
							.filter(({ profile }) => isAdult(profile.dateOfBirth, today()))
							.map(({ personId, name, hasOwnAccess, releasedScope }) => ({
								...{ id: personId, name, hasOwnAccess, releasedScope }
							})),
				representatives: !isHolder
					? []
					: others.flatMap(({ sinceMs, scope, endsOn }) =>
							scope === null || endsOn === null ? [] : [{ sinceMs, scope, endsOn }]
						),
				latestEnd: addDays(today(), MAX_REPRESENTATION_DAYS)
			});
		},

		/**
		 * A code for an insured adult, who links the contract with it as themselves. `portal/not-found`
		 * for anybody but the policyholder and anybody not insured; `contracts/already-linked` for
		 * somebody who has an account already; `contracts/too-many-codes`.
		 */
		async inviteInsured(
			actor: Actor,
			contractId: string,
			personId: string
		): Promise<Result<InvitationCode>> {
			const permission = requirePermission(actor, 'contract/share');
			if (!permission.ok) return permission;
			const [contract, insured] = await db.read(
				contracts.findOfAccount(actor.accountId, contractId, today()),
				contracts.insuredOfContract(actor.accountId, contractId, today())
			);
			const person = insured.find((candidate) => candidate.personId === personId);
			if (!contract || !mayAtContract(contract.link, 'share') || !person) return NOT_FOUND;
			if (!isAdult(person.profile.dateOfBirth, today())) return NOT_FOUND;
			if (person.hasOwnAccess) return failed('conflict', 'contracts/already-linked');
			return invite(actor, {
				...{ contractId, role: 'insured-person', personId, scope: null, endsOn: null }
			});
		},

		/**
		 * A code for a representative. Fails with `portal/invalid-input` for an end before today or more
		 * than a year ahead, `portal/not-found` for anybody but the policyholder, `contracts/too-many-codes`.
		 */
		async inviteRepresentative(
			actor: Actor,
			contractId: string,
			{ scope, endsOn }: RepresentativeInput
		): Promise<Result<InvitationCode>> {
			const permission = requirePermission(actor, 'contract/share');
			if (!permission.ok) return permission;
			if (endsOn < today())
				return failed('invalid', 'portal/invalid-input', { endsOn: 'date-in-past' });
			if (endsOn > addDays(today(), MAX_REPRESENTATION_DAYS)) {
				return failed('invalid', 'portal/invalid-input', { endsOn: 'end-too-far' });
			}
			return invite(actor, { contractId, role: 'representative', personId: null, scope, endsOn });
		},

		/** Ends a representative's access at once and tells them. `portal/not-found` where there is none to end. */
		async endRepresentation(
			actor: Actor,
			contractId: string,
			sinceMs: number
		): Promise<Result<void>> {
			const permission = requirePermission(actor, 'contract/share');
			if (!permission.ok) return permission;
			const nowMs = clock.nowMs();
			const [contract, representative] = await db.read(
				contracts.findOfAccount(actor.accountId, contractId, today()),
				parts.representatives.findRepresentative(contractId, sinceMs)
			);
			if (!contract || !representative) return NOT_FOUND;
			return db.commit(
				shares.endRepresentation(contractId, sinceMs, actor.accountId, today()),
				...(await noticeWrites(
					parts,
					{ contractId: null, readers: [representative], formerAddresses: [] },
					{
						...{ topic: 'access-ended', plan: contract.plan, atMs: nowMs },
						policyNumberMasked: maskPolicyNumber(contract.policyNumber)
					},
					(address) => ({ template: 'new-document', ...address }),
					nowMs
				)),
				await parts.audit.record({
					event: 'contract/share-ended',
					objectRef: `contract:${contractId}`,
					accountId: actor.accountId
				})
			);
		},

		/**
		 * An insured person, of age, lets the policyholder see this much of their data, or with null nothing
		 * any more (decision 0075). `portal/not-found` for anybody else: nobody gives what is not theirs.
		 */
		async setRelease(
			actor: Actor,
			contractId: string,
			scope: ReleaseScope | null
		): Promise<Result<void>> {
			const permission = requirePermission(actor, 'contract/share');
			if (!permission.ok) return permission;
			if (scope !== null && !(await isTheirsToGive(actor, contractId))) return NOT_FOUND;
			return db.commit(
				shares.release(actor.accountId, contractId, scope && { scope, atMs: clock.nowMs() }),
				await parts.audit.record({
					event: scope === null ? 'contract/release-ended' : RELEASE_EVENTS[scope],
					objectRef: `contract:${contractId}`,
					accountId: actor.accountId
				})
			);
		}
	};
}
