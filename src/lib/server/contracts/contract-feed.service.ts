import { calendarDateOf } from '#lib/domain/calendar.ts';
import { birthdayIssues, type ContractRecord } from '#lib/domain/contracts/contract-record.ts';
import { requireScope, type ServiceCaller } from '#lib/domain/operations/service-token.ts';
import { failed, ok, type Issues, type Result } from '#lib/domain/result.ts';
import type { AuditNote } from '#lib/server/audit/audit.service.ts';
import type { Database, Write } from '#lib/server/db/client.ts';
import type { Cipher } from '#lib/server/platform/cipher.ts';
import type { Clock } from '#lib/server/platform/clock.ts';
import type { FindBank } from '#lib/server/platform/german-banks.ts';
import type { Ids } from '#lib/server/platform/ids.ts';
import { sha256Hex } from '#lib/server/platform/sha256.ts';
import type { ContractFeedRepository } from './contract-feed.repository.ts';
import { contractWrites } from './contract-writer.ts';
import type { Contract, ContractsRepository } from './contracts.repository.ts';
import type { InsuredPerson } from './insured-persons.repository.ts';

export const UPSERT_OUTCOMES = ['created', 'updated', 'unchanged'] as const;

export type Upserted = {
	readonly id: string;
	readonly outcome: (typeof UPSERT_OUTCOMES)[number];
};

export type ContractFeedService = ReturnType<typeof createContractFeedService>;

/** Contracts as the insurer's own system hands them over, one by one. */
export function createContractFeedService(parts: {
	readonly db: Database;
	readonly clock: Clock;
	readonly ids: Ids;
	readonly cipher: Cipher;
	readonly audit: { record(note: AuditNote): Promise<Write> };
	readonly contracts: ContractsRepository;
	readonly feed: ContractFeedRepository;
	readonly findBank: FindBank;
}) {
	const { db, clock, audit, contracts, feed } = parts;

	async function writesOf(
		record: ContractRecord,
		known: Contract | null,
		nowMs: number
	): Promise<{ readonly upserted: Upserted; readonly writes: readonly Write[] }> {
		if (!known) {
			const { id, writes } = await contractWrites(parts, record, nowMs);
			return { upserted: { id, outcome: 'created' }, writes };
		}
		const { plan, endsOn, deductibleMinor, maximumMinor } = record;
		const terms = { plan, endsOn, deductibleMinor, maximumMinor };
		const isSame =
			known.plan === plan &&
			known.endsOn === endsOn &&
			known.deductibleMinor === deductibleMinor &&
			known.maximumMinor === maximumMinor;
		return isSame
			? { upserted: { id: known.id, outcome: 'unchanged' }, writes: [] }
			: {
					upserted: { id: known.id, outcome: 'updated' },
					writes: [feed.updateTerms(known.id, terms)]
				};
	}

	return {
		/**
		 * Adds a contract, or changes plan, end, deductible and maximum of one that is there. Fails with
		 * `contracts/fixed-facts` and the fields where people, account, start or currency differ: these
		 * change over the desk, with their own checks. The same key with the same body answers as it did;
		 * with another body `contracts/key-reused`; with one under way `contracts/called-meanwhile`.
		 */
		async upsert(
			caller: ServiceCaller,
			idempotencyKey: string,
			record: ContractRecord
		): Promise<Result<Upserted>> {
			const permission = requireScope(caller, 'contracts:write');
			if (!permission.ok) return permission;
			const impossible = birthdayIssues(record, calendarDateOf(clock.nowMs()));
			if (Object.keys(impossible).length > 0) {
				return failed('invalid', 'portal/invalid-input', impossible);
			}
			const indexes = await contracts.policyNumberIndex(record.policyNumber);
			const [call, known, insured] = await db.read(
				feed.findCall(caller.tokenId, idempotencyKey),
				contracts.findByPolicyNumber(indexes),
				contracts.insuredByPolicyNumber(indexes)
			);
			const bodyDigest = await sha256Hex(new TextEncoder().encode(JSON.stringify(record)));
			if (call) {
				if (call.bodyDigest !== bodyDigest) return failed('conflict', 'contracts/key-reused');
				return ok(readAnswer(call.answer));
			}
			const issues = known ? fixedFacts(record, known, insured) : {};
			if (Object.keys(issues).length > 0) {
				return failed('conflict', 'contracts/fixed-facts', issues);
			}
			const nowMs = clock.nowMs();
			const { upserted, writes } = await writesOf(record, known, nowMs);
			const done = await db.commit(
				feed.insertCall({
					...{ tokenId: caller.tokenId, idempotencyKey, bodyDigest, atMs: nowMs },
					answer: `${upserted.outcome} ${upserted.id}`
				}),
				...writes,
				await audit.record({
					event: 'contract/handed-over',
					objectRef: `contract:${upserted.id}`,
					accountId: null
				})
			);
			return done.ok ? ok(upserted) : done;
		}
	};
}

function readAnswer(answer: string): Upserted {
	const [word, id = ''] = answer.split(' ');
	const outcome = UPSERT_OUTCOMES.find((one) => one === word);
	if (!outcome) throw new Error('a stored answer cannot be read');
	return { id, outcome };
}

/** What differs of the facts that a contract keeps. Of the account the bank's own names are ours. */
function fixedFacts(
	record: ContractRecord,
	known: Contract,
	insured: readonly InsuredPerson[]
): Issues {
	const nameOf = (person: ContractRecord['policyholder']) =>
		[person.firstName, person.lastName].filter((part) => part !== '').join(' ');
	const personOf = (name: string, born: string | null) => `${name} ${born ?? ''}`;
	const asked = record.insured.map((one) => personOf(nameOf(one), one.dateOfBirth)).toSorted();
	const kept = insured.map(({ name, profile }) => personOf(name, profile.dateOfBirth)).toSorted();
	// Which one is paid to today is between its owner and the portal (decision 0056).
	const { holder, iban } = known.firstAccount;
	const differing = {
		startsOn: record.startsOn !== known.startsOn,
		currency: record.currency !== known.currency,
		policyholder: nameOf(record.policyholder) !== known.policyholderName,
		bankAccount: record.bankAccount.iban !== iban || record.bankAccount.holder !== holder,
		insured: asked.join('\n') !== kept.join('\n')
	};
	return Object.fromEntries(
		Object.entries(differing).flatMap(([name, differs]) => (differs ? [[name, 'fixed']] : []))
	);
}
