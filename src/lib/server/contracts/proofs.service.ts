import { LIMITS } from '#lib/domain/accounts/throttle.ts';
import { requirePermission, type Actor } from '#lib/domain/actor.ts';
import { calendarDateOf, type CalendarDate } from '#lib/domain/calendar.ts';
import { groupVisits, type Visit } from '#lib/domain/claims/access.ts';
import { mayAtContract, type ContractLink } from '#lib/domain/contracts/contract-access.ts';
import { maskPolicyNumber } from '#lib/domain/contracts/contract.ts';
import { proofActor } from '#lib/domain/contracts/proofs.ts';
import { failed, NOT_FOUND, ok, type Result } from '#lib/domain/result.ts';
import type { ThrottleService } from '#lib/server/accounts/throttle.service.ts';
import type { AuditService } from '#lib/server/audit/audit.service.ts';
import type { Read } from '#lib/server/db/client.ts';
import { sendFilesWithin, type FilingParts } from '#lib/server/documents/commit-with-files.ts';
import type { Clock } from '#lib/server/platform/clock.ts';
import type { NoticeParts } from './contract-notices.ts';
import type { ProofsRepository, StoredProof } from './proofs.repository.ts';

/** A proof as its customer sees it. */
export type ProofView = Omit<StoredProof, 'contractId' | 'personId'> & {
	readonly turn: 'customer' | 'insurer' | 'nobody';
	/** The day has passed; it can be handed in all the same. */
	readonly isOverdue: boolean;
};

export type ProofsView = {
	readonly contractId: string;
	readonly plan: string;
	readonly proofs: readonly ProofView[];
	/** Who of the staff looked at what was handed in, and when (Z6). */
	readonly visits: readonly Visit[];
};

export type ProofsService = ReturnType<typeof createProofsService>;

/** Documents that prove insurability, as whoever answers for the contract hands them in (decision 0073). */
export function createProofsService(
	parts: FilingParts & {
		readonly clock: Clock;
		readonly audit: Pick<AuditService, 'record'>;
		readonly throttle: Pick<ThrottleService, 'reserve' | 'refuse'>;
		readonly proofs: ProofsRepository;
		readonly documents: NoticeParts['documents'];
		readonly contracts: {
			findOfAccount(
				accountId: string,
				contractId: string,
				today: CalendarDate
			): Read<{
				readonly id: string;
				readonly plan: string;
				readonly policyNumber: string;
				readonly link: ContractLink;
			} | null>;
		};
		/** Told when a file is whole: it is looked through after the answer. */
		readonly onComplete: (fileId: string) => void;
		readonly staffNumberOf: (accountId: string) => string;
	}
) {
	const { db, clock, proofs } = parts;
	const today = () => calendarDateOf(clock.nowMs());

	return {
		/** The contract's proofs; `portal/not-found` for whoever answers for nothing there (decision 0064). */
		async show(actor: Actor, contractId: string): Promise<Result<ProofsView>> {
			const permission = requirePermission(actor, 'contract/prove');
			if (!permission.ok) return permission;
			const { accountId } = actor;
			const [contract, found, looks] = await db.read(
				parts.contracts.findOfAccount(accountId, contractId, today()),
				proofs.listOfContract(contractId, accountId, today()),
				proofs.listLooks(contractId, accountId, today())
			);
			if (!contract || !mayAtContract(contract.link, 'prove')) return NOT_FOUND;
			return ok({
				...{ contractId, plan: contract.plan },
				proofs: found.map((proof) => viewOf(proof, today())),
				visits: groupVisits(
					looks.map(({ atMs, accountId: who, role }) => ({
						...{ atMs, role, staffNumber: parts.staffNumberOf(who), reason: null }
					}))
				)
			});
		},

		/**
		 * Hands in the file for one open proof, and closes that one, with a receipt in the mailbox of who
		 * hands in. Fails with `contracts/proof-closed` for
		 * a proof that waits for nothing or is not the actor's, `portal/limit-reached`, or the fault of the
		 * field `file`.
		 */
		async handIn(
			actor: Actor,
			contractId: string,
			proofId: string,
			upload: { readonly name: string; readonly bytes: Uint8Array<ArrayBuffer> } | null
		): Promise<Result<void>> {
			const permission = requirePermission(actor, 'contract/prove');
			if (!permission.ok) return permission;
			if (!upload) return failed('invalid', 'portal/invalid-input', { file: 'file-missing' });
			const { accountId, personId } = actor;
			const nowMs = clock.nowMs();
			const [contract, asked] = await parts.db.read(
				parts.contracts.findOfAccount(accountId, contractId, today()),
				proofs.listOfContract(contractId, accountId, today())
			);
			const proof = asked.find(({ id }) => id === proofId);
			if (!contract || !proof) return failed('conflict', 'contracts/proof-closed');
			const open = proofs.requireOpen({ id: proofId, contractId }, accountId, today());
			return sendFilesWithin(
				parts,
				{ scope: 'documents/uploads', key: accountId, limit: LIMITS.uploads, accountId },
				{
					owner: { accountId, personId },
					attached: [{ field: 'file', ...upload }],
					nowMs,
					conditions: [open],
					message: async (files) => [
						open,
						...files.map((file) => proofs.handIn(proofId, file.id, nowMs)),
						...(await Promise.all(
							files.map(({ listed: { name, sizeBytes, sha256 } }) =>
								parts.documents.insert({
									...{ id: parts.ids.newId(), accountId, personId, claimId: null, contractId },
									...{ pdfFileId: null, createdAtMs: nowMs },
									content: {
										kind: 'contract-notice',
										notice: {
											...{ topic: 'proof-received', plan: contract.plan, receivedAtMs: nowMs },
											policyNumberMasked: maskPolicyNumber(contract.policyNumber),
											...{ proof: proof.kind, personName: proof.personName },
											file: { name, sizeBytes, sha256 }
										}
									}
								})
							)
						)),
						await parts.audit.record({
							event: 'contract/proof-received',
							objectRef: `contract:${contractId}`,
							accountId
						})
					]
				}
			);
		}
	};
}

function viewOf(
	{ contractId: _contract, personId: _person, ...proof }: StoredProof,
	today: CalendarDate
): ProofView {
	return {
		...proof,
		turn: proofActor(proof.state),
		isOverdue: proof.state === 'open' && proof.dueOn < today
	};
}
