// Longer than most: ten small acts that share one way to look, to log a refusal and to tell the customer.
import { may, requirePermission, type Actor } from '#lib/domain/actor.ts';
import { calendarDateOf, type CalendarDate } from '#lib/domain/calendar.ts';
import type { AskProof } from '#lib/domain/contracts/proof.schema.ts';
import {
	checkProofDay,
	isProofAsked,
	usualProofDay,
	type ProofFault
} from '#lib/domain/contracts/proofs.ts';
import type { Mail } from '#lib/domain/messages/mail.ts';
import { failed, NOT_FOUND, ok, type Result } from '#lib/domain/result.ts';
import type { AuditNote } from '#lib/server/audit/audit.service.ts';
import type { Database, Read, Write } from '#lib/server/db/client.ts';
import {
	openedFile,
	viewOfFile,
	type AttachedFile,
	type FileStreams,
	type KeptFile,
	type OpenedFile
} from '#lib/server/documents/attached-files.ts';
import type { Clock } from '#lib/server/platform/clock.ts';
import type { Ids } from '#lib/server/platform/ids.ts';
import type {
	ContractLookupRepository,
	FoundContract,
	InsuredUnder
} from './contract-lookup.repository.ts';
import type { Address } from './contract-notices.ts';
import {
	PROOF_NOT_ASSIGNED,
	type DeskProof,
	type ProofDeskRepository
} from './proof-desk.repository.ts';

/** A line of the desk's lists. */
export type ProofLine = DeskProof & { readonly isMine: boolean; readonly isOverdue: boolean };

export type ProofLists = {
	readonly handedIn: readonly ProofLine[];
	readonly open: readonly ProofLine[];
	/** Whether the reader puts back what a colleague has. */
	readonly mayPutBack: boolean;
};

/** What the form that asks for a proof needs. */
export type AskProofView = {
	readonly contract: Pick<FoundContract, 'id' | 'policyNumber' | 'plan' | 'policyholderName'>;
	readonly insured: readonly Pick<InsuredUnder, 'personId' | 'name'>[];
	readonly asked: readonly Pick<DeskProof, 'id' | 'kind' | 'state' | 'personName'>[];
	readonly usualDay: CalendarDate;
};

/** A proof as whoever has it in hand sees it. */
export type OpenProof = DeskProof & { readonly files: readonly AttachedFile[] };

export type ProofDeskService = ReturnType<typeof createProofDeskService>;

/** Proofs of insurability at the insurer: asked for, looked at by whoever has them, judged (decision 0073). */
export function createProofDeskService(parts: {
	readonly db: Database;
	readonly clock: Clock;
	readonly ids: Ids;
	readonly audit: { record(note: AuditNote): Promise<Write> };
	readonly mails: {
		enqueue(id: string, personId: string, mail: Mail, nowMs: number): Promise<Write>;
	};
	readonly proofDesk: ProofDeskRepository;
	readonly lookup: ContractLookupRepository;
	/** Whoever hands proofs in for a contract: they are told. */
	readonly provers: {
		listProvers(contractId: string, today: CalendarDate): Read<readonly Address[]>;
		listProversOfProof(proofId: string, today: CalendarDate): Read<readonly Address[]>;
	};
	readonly files: {
		findOfProof(proofId: string): Read<KeptFile | null>;
		pieces(fileId: string, fromByte: number): Read<readonly Uint8Array[]>;
	};
	readonly fileStreams: FileStreams;
}) {
	const { db, clock, ids, audit, proofDesk: desk, lookup, provers } = parts;
	const today = () => calendarDateOf(clock.nowMs());
	const allowed = (actor: Actor) => requirePermission(actor, 'contract/check-proofs');

	const record = (
		event: Extract<AuditNote['event'], `contract/proof-${string}`>,
		{ accountId }: Actor,
		proof: { readonly id: string },
		outcome: AuditNote['outcome'] = 'success'
	) =>
		audit.record({
			...{ event, outcome, objectRef: `proof:${proof.id}`, accountId },
			subjectOf: { proofId: proof.id }
		});

	/** A refused look leaves a trace, for the customer too. One more round trip, which only it costs. */
	async function logged<T>(actor: Actor, id: string, answer: Result<T>): Promise<Result<T>> {
		if (answer.ok || answer.error.code !== PROOF_NOT_ASSIGNED.code) return answer;
		const done = await db.commit(
			await record('contract/proof-access-refused', actor, { id }, 'failure')
		);
		return done.ok ? failed(PROOF_NOT_ASSIGNED.kind, PROOF_NOT_ASSIGNED.code) : done;
	}

	/** What a look leaves behind, in the batch that reads. */
	const looked = async (actor: Actor, proofId: string): Promise<readonly Write[]> => [
		desk.requireForeign(proofId, actor),
		desk.look({ id: ids.newId(), proofId, actor, nowMs: clock.nowMs() }),
		await record('contract/proof-viewed', actor, { id: proofId })
	];

	/** A mail that only says that something is wanted. */
	const tell = (addresses: readonly Address[], nowMs: number): Promise<readonly Write[]> =>
		Promise.all(
			addresses.map(({ personId, to, language, name }) =>
				parts.mails.enqueue(
					ids.newId(),
					personId,
					{ template: 'proofs-asked', to, language, name },
					nowMs
				)
			)
		);

	/** One step of the table of states, by whoever has the proof in hand. */
	async function settle(
		actor: Actor,
		id: string,
		event: Extract<AuditNote['event'], `contract/proof-${string}`>,
		step: Write,
		more: readonly Write[] = []
	): Promise<Result<void>> {
		const done = await db.commit(
			desk.requireForeign(id, actor),
			desk.requireAssigned(id, actor),
			step,
			...more,
			await record(event, actor, { id })
		);
		return logged(actor, id, done);
	}

	return {
		/** What waits to be judged and what customers have still to hand in. Opens no file. */
		async list(actor: Actor): Promise<Result<ProofLists>> {
			const permission = allowed(actor);
			if (!permission.ok) return permission;
			const [handedIn, open] = await db.read(desk.listHandedIn(), desk.listOpen());
			const lineOf = (proof: DeskProof): ProofLine => ({
				...proof,
				isMine: proof.assignee?.id === actor.accountId,
				isOverdue: proof.state === 'open' && proof.dueOn < today()
			});
			return ok({
				handedIn: handedIn.map(lineOf),
				open: open.map(lineOf),
				mayPutBack: may(actor.role, 'claim/assign')
			});
		},

		/**
		 * The empty form for one contract; the look is in the log of its customer. `portal/not-found`, or
		 * `contracts/proof-own` for the clerk's own.
		 */
		async askForm(actor: Actor, contractId: string): Promise<Result<AskProofView>> {
			const permission = allowed(actor);
			if (!permission.ok) return permission;
			const match = lookup.byId(contractId);
			const answer = await db.commitAndRead(
				[
					desk.requireForeignContract(contractId, actor),
					await audit.record({
						...{ event: 'contract/opened-for-proofs', objectRef: `contract:${contractId}` },
						accountId: actor.accountId,
						subjectOf: { contractId }
					})
				],
				[lookup.list(match), lookup.listInsured(match), desk.listOfContract(contractId)]
			);
			if (!answer.ok) return answer;
			const [[contract], insured, asked] = answer.value;
			if (!contract) return NOT_FOUND;
			const { id, policyNumber, plan, policyholderName } = contract;
			return ok({
				contract: { id, policyNumber, plan, policyholderName },
				insured: insured.map(({ personId, name }) => ({ personId, name })),
				asked: asked.map((one) => ({
					...{ id: one.id, kind: one.kind, state: one.state, personName: one.personName }
				})),
				usualDay: usualProofDay(today())
			});
		},

		/**
		 * Asks for a proof. Fails with `contracts/proof-asked` for what was asked or accepted already,
		 * `contracts/cover-ended`, `contracts/proof-nobody` where nobody sees the contract here,
		 * `contracts/proof-own`, and at `person` and `dueOn`.
		 */
		async ask(actor: Actor, contractId: string, input: AskProof): Promise<Result<void>> {
			const permission = allowed(actor);
			if (!permission.ok) return permission;
			const { kind, person: personId } = input;
			const dueOn = checkProofDay(input.dueOn, today());
			if (!dueOn.ok) return dueOn;
			const match = lookup.byId(contractId);
			const [[contract], insured, asked, told] = await db.read(
				lookup.list(match),
				lookup.listInsured(match),
				desk.listOfContract(contractId),
				provers.listProvers(contractId, today())
			);
			if (!contract) return NOT_FOUND;
			if (contract.endsOn !== null && contract.endsOn < today()) {
				return failed('conflict', 'contracts/cover-ended');
			}
			if (!insured.some((one) => one.personId === personId)) {
				return failed('invalid', 'portal/invalid-input', { person: 'person-not-insured' });
			}
			if (isProofAsked(asked, { kind, personId })) {
				return failed('conflict', 'contracts/proof-asked');
			}
			if (told.length === 0) return failed('conflict', 'contracts/proof-nobody');
			const [id, nowMs] = [ids.newId(), clock.nowMs()];
			const { accountId } = actor;
			return db.commit(
				desk.requireForeignContract(contractId, actor),
				desk.ask({
					...{ id, contractId, personId, kind, askedBy: accountId },
					...{ askedAtMs: nowMs, dueOn: dueOn.value }
				}),
				...(await tell(told, nowMs)),
				await record('contract/proof-asked', actor, { id })
			);
		},

		/** Takes a proof nobody has: of two at once one gets it (`contracts/proof-taken`). */
		async take(actor: Actor, id: string): Promise<Result<void>> {
			const permission = allowed(actor);
			if (!permission.ok) return permission;
			return db.commit(
				desk.requireForeign(id, actor),
				desk.assign(id, actor.accountId, null),
				await record('contract/proof-assigned', actor, { id })
			);
		},

		/** Puts back what one has; a lead also what a colleague has who is away. */
		async release(actor: Actor, id: string): Promise<Result<void>> {
			const permission = allowed(actor);
			if (!permission.ok) return permission;
			const from = may(actor.role, 'claim/assign') ? 'anybody' : actor.accountId;
			return db.commit(
				desk.requireForeign(id, actor),
				desk.assign(id, null, from),
				await record('contract/proof-released', actor, { id })
			);
		},

		/** Opens a proof for whoever has it; the look is logged. `contracts/proof-not-assigned` for others. */
		async open(actor: Actor, id: string): Promise<Result<OpenProof>> {
			const permission = allowed(actor);
			if (!permission.ok) return permission;
			const answer = await db.commitAndRead(await looked(actor, id), [
				desk.find(id),
				parts.files.findOfProof(id)
			]);
			if (!answer.ok) return logged(actor, id, answer);
			const [proof, file] = answer.value;
			return proof ? ok({ ...proof, files: file ? [viewOfFile(file)] : [] }) : NOT_FOUND;
		},

		/** Its file, for whoever has it; the look is logged before the first byte leaves. */
		async openFile(actor: Actor, id: string, fileId: string): Promise<Result<OpenedFile>> {
			const permission = allowed(actor);
			if (!permission.ok) return permission;
			const answer = await db.commitAndRead(await looked(actor, id), [
				parts.files.findOfProof(id),
				parts.files.pieces(fileId, 0)
			]);
			if (!answer.ok) return logged(actor, id, answer);
			const [file, first] = answer.value;
			const isIts = file?.id === fileId;
			const opened = openedFile(isIts ? file : null, first, parts.fileStreams.stream);
			return opened ? ok(opened) : NOT_FOUND;
		},

		/** Accepts what came in, for good: `contracts/proof-closed` for anything that is not ready for it. */
		async accept(actor: Actor, id: string): Promise<Result<void>> {
			const permission = allowed(actor);
			if (!permission.ok) return permission;
			const step = desk.accept(id, actor, clock.nowMs());
			return settle(actor, id, 'contract/proof-accepted', step);
		},

		/** Asks again for what came in and does not do, with the reason; the customer is told by mail. */
		async giveBack(actor: Actor, id: string, fault: ProofFault): Promise<Result<void>> {
			const permission = allowed(actor);
			if (!permission.ok) return permission;
			const nowMs = clock.nowMs();
			const [told] = await db.read(provers.listProversOfProof(id, today()));
			const step = desk.giveBack(id, actor, { fault, dueOn: usualProofDay(today()), nowMs });
			return settle(actor, id, 'contract/proof-returned', step, await tell(told, nowMs));
		},

		/** A proof that has not come is needed no more. */
		async withdraw(actor: Actor, id: string): Promise<Result<void>> {
			const permission = allowed(actor);
			if (!permission.ok) return permission;
			const step = desk.withdraw(id, actor, clock.nowMs());
			return settle(actor, id, 'contract/proof-withdrawn', step);
		}
	};
}
