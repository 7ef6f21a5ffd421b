import { calendarDateOf } from '#lib/domain/calendar.ts';
import { requirePermission, type Actor } from '#lib/domain/actor.ts';
import {
	readContractFile,
	type ContractInFile,
	type FileProblem,
	type ImportReport
} from '#lib/domain/contracts/contract-file.ts';
import { failed, ok, type Result } from '#lib/domain/result.ts';
import type { AuditNote } from '#lib/server/audit/audit.service.ts';
import type { Database, Write } from '#lib/server/db/client.ts';
import type { Cipher } from '#lib/server/platform/cipher.ts';
import type { Clock } from '#lib/server/platform/clock.ts';
import { readCsv } from '#lib/server/platform/csv-table.ts';
import type { FindBank } from '#lib/server/platform/german-banks.ts';
import type { Ids } from '#lib/server/platform/ids.ts';
import type { ContractImportsRepository } from './contract-imports.repository.ts';
import { contractWrites } from './contract-writer.ts';
import type { ContractsRepository } from './contracts.repository.ts';

/** What one act of the page takes: all of it is one batch. Longer files go by the command. */
export const PAGE_ROWS = 500;
export const COMMAND_ROWS = 200_000;
/** Contracts of one batch of the command. */
const BATCH = 100;
/** More problems tell nothing new. */
const SHOWN_PROBLEMS = 200;
/** Numbers asked for in one statement. */
const ASKED_AT_ONCE = 500;

export type CheckedFile = {
	readonly report: ImportReport;
	/** Empty where anything is wrong: a file goes in whole or not at all. */
	readonly fresh: readonly ContractInFile[];
	/** Contracts of the file that are there already, for going on with what was broken off. */
	readonly known: number;
};

export type ContractImportsService = ReturnType<typeof createContractImportsService>;

/** Contracts and persons from a file of the insurer's system: checked whole, then taken whole. */
export function createContractImportsService(parts: {
	readonly db: Database;
	readonly clock: Clock;
	readonly ids: Ids;
	/** A new one for each batch: a cipher keeps every data key it has made. */
	readonly newCipher: () => Cipher;
	readonly audit: { record(note: AuditNote): Promise<Write> };
	readonly contractsOf: (cipher: Cipher) => ContractsRepository;
	readonly imports: ContractImportsRepository;
	readonly findBank: FindBank;
}) {
	const { db, clock, audit, imports } = parts;

	/** Which of the file's numbers have a contract. */
	async function findKnown(contracts: readonly ContractInFile[]): Promise<ReadonlySet<string>> {
		const repository = parts.contractsOf(parts.newCipher());
		const known = new Set<string>();
		for (let at = 0; at < contracts.length; at += ASKED_AT_ONCE) {
			const part = contracts.slice(at, at + ASKED_AT_ONCE);
			const byIndex = new Map<string, string>();
			const indexes: Uint8Array[] = [];
			for (const { record } of part) {
				for (const index of await repository.policyNumberIndex(record.policyNumber)) {
					byIndex.set(index.join(), record.policyNumber);
					indexes.push(index);
				}
			}
			const [found] = await db.read(imports.findIndexes(indexes));
			for (const index of found) known.add(byIndex.get(index.join()) ?? '');
		}
		return known;
	}

	/** The dry run: reads all of it and says what is wrong, changing nothing. */
	async function check(
		bytes: Uint8Array,
		options: { readonly mostRows: number; readonly skipsKnown: boolean }
	): Promise<CheckedFile> {
		const csv = readCsv(bytes, options.mostRows);
		if (!csv.ok) {
			const problems = [{ line: 1, column: null, code: csv.fault }];
			return { report: reportOf([], problems), fresh: [], known: 0 };
		}
		const file = readContractFile(csv.table.header, csv.table.rows, calendarDateOf(clock.nowMs()));
		const known = await findKnown(file.contracts);
		const isKnown = ({ record }: ContractInFile) => known.has(record.policyNumber);
		const clashes = options.skipsKnown
			? []
			: file.contracts.filter(isKnown).map(({ line }) => ({
					...{ line, column: 'policy_number' as const, code: 'policy-number-taken' }
				}));
		const problems = [...file.problems, ...clashes];
		const report = reportOf(file.contracts, problems);
		const fresh = problems.length > 0 ? [] : file.contracts.filter((one) => !isKnown(one));
		return { report, fresh, known: file.contracts.filter(isKnown).length };
	}

	/** One batch, all of it or nothing. `contracts/number-taken` when a number came in meanwhile. */
	async function take(
		contracts: readonly ContractInFile[],
		accountId: string | null
	): Promise<Result<void>> {
		const cipher = parts.newCipher();
		const repository = parts.contractsOf(cipher);
		const nowMs = clock.nowMs();
		const indexes: Uint8Array[] = [];
		const writes: Write[] = [];
		for (const { record } of contracts) {
			indexes.push(...(await repository.policyNumberIndex(record.policyNumber)));
			const one = await contractWrites(
				{ cipher, ids: parts.ids, contracts: repository, findBank: parts.findBank },
				record,
				nowMs
			);
			writes.push(...one.writes);
		}
		return db.commit(
			...chunksOf(indexes, ASKED_AT_ONCE).map((part) => imports.requireFree(part)),
			...writes,
			await audit.record({
				event: 'contract/imported',
				objectRef: `contracts:${contracts.length}`,
				accountId
			})
		);
	}

	return {
		check,

		/** The dry run of the page. */
		async checkUpload(actor: Actor, bytes: Uint8Array): Promise<Result<ImportReport>> {
			const permission = requirePermission(actor, 'contract/import');
			if (!permission.ok) return permission;
			const { report } = await check(bytes, { mostRows: PAGE_ROWS, skipsKnown: false });
			return ok(report);
		},

		/** Checks again, and takes the whole file in one batch, or nothing of it. */
		async importUpload(
			actor: Actor,
			bytes: Uint8Array
		): Promise<Result<{ readonly report: ImportReport; readonly isTaken: boolean }>> {
			const permission = requirePermission(actor, 'contract/import');
			if (!permission.ok) return permission;
			const { report, fresh } = await check(bytes, { mostRows: PAGE_ROWS, skipsKnown: false });
			if (fresh.length === 0) return ok({ report, isTaken: false });
			const done = await take(fresh, actor.accountId);
			return done.ok ? ok({ report, isTaken: true }) : done;
		},

		/**
		 * The command's way: batch after batch, each whole. Broken off, it goes on where it stopped when
		 * the same file comes again and what is known is skipped.
		 */
		async importAll(
			contracts: readonly ContractInFile[],
			onProgress: (done: number) => void
		): Promise<Result<void>> {
			let done = 0;
			for (const batch of chunksOf(contracts, BATCH)) {
				const taken = await take(batch, null);
				if (!taken.ok) return failed(taken.error.kind, taken.error.code);
				done += batch.length;
				onProgress(done);
			}
			return ok(undefined);
		}
	};
}

function reportOf(
	contracts: readonly ContractInFile[],
	problems: readonly FileProblem[]
): ImportReport {
	return {
		contracts: contracts.length,
		persons: contracts.reduce((sum, { record }) => sum + record.insured.length, 0),
		problems: problems.toSorted((one, other) => one.line - other.line).slice(0, SHOWN_PROBLEMS),
		problemCount: problems.length
	};
}

function chunksOf<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
	return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
		items.slice(index * size, (index + 1) * size)
	);
}
