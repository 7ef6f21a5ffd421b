// `npm run contracts:import FILE`: checks a file of contracts; with --write takes it in, batch by batch.
import { SingleBar } from 'cli-progress';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import type { FileProblem, ImportReport } from '#lib/domain/contracts/contract-file.ts';
import { csvOf } from '#lib/domain/csv.ts';
import { createAuditService } from '#lib/server/audit/audit.service.ts';
import { contractImportsRepository } from '#lib/server/contracts/contract-imports.repository.ts';
import {
	COMMAND_ROWS,
	createContractImportsService
} from '#lib/server/contracts/contract-imports.service.ts';
import { createContractsRepository } from '#lib/server/contracts/contracts.repository.ts';
import { openDatabase } from '#lib/server/db/client.ts';
import { createAuditSignature } from '#lib/server/platform/audit-signature.ts';
import { createCipher } from '#lib/server/platform/cipher.ts';
import { SYSTEM_CLOCK } from '#lib/server/platform/clock.ts';
import { SYSTEM_IDS } from '#lib/server/platform/ids.ts';
import { KeySetError } from '#lib/server/platform/keys.ts';
import messages from '../../src/lib/i18n/messages/en/import.json' with { type: 'json' };
import { findGermanBank } from '../build/bank-list.ts';
import { openKeyDatabase, runKeyCommand } from '../keys/key-set.ts';

const USAGE =
	'npm run contracts:import -- FILE [--write [--resume]] [--report report.csv] [--from keys.json]';
const LARGEST_FILE = 100 * 1024 * 1024;
const PRINTED = 20;

await runKeyCommand(async () => {
	const { values, positionals } = parseArgs({
		options: {
			write: { type: 'boolean', default: false },
			resume: { type: 'boolean', default: false },
			report: { type: 'string' },
			from: { type: 'string' }
		},
		allowPositionals: true
	});
	const [file] = positionals;
	if (!file || positionals.length > 1) throw new KeySetError(USAGE);
	const { size } = await stat(file).catch(() => {
		throw new KeySetError(`There is no file ${file}.`);
	});
	if (size > LARGEST_FILE) throw new KeySetError('The file is larger than 100 MB: split it.');
	const { client, keys } = await openKeyDatabase(values.from);
	try {
		const [clock, ids, db] = [SYSTEM_CLOCK, SYSTEM_IDS, openDatabase(client)];
		const auditSignature = createAuditSignature(keys);
		// Nobody is signed in at a command line; the log says that it was the command.
		const origin = { requestId: crypto.randomUUID(), ip: 'command', userAgent: 'contracts:import' };
		const imports = createContractImportsService({
			...{ db, clock, ids, imports: contractImportsRepository },
			audit: createAuditService({ db, clock, ids, auditSignature, origin }),
			newCipher: () => createCipher(keys, ids.randomBytes),
			contractsOf: createContractsRepository,
			findBank: findGermanBank
		});
		const bytes = new Uint8Array(await readFile(file));
		const options = { mostRows: COMMAND_ROWS, skipsKnown: values.resume };
		const { report, fresh, known } = await imports.check(bytes, options);
		if (values.report !== undefined) await writeFile(values.report, reportCsv(report));
		if (report.problemCount > 0) throw new KeySetError(problemsOf(report));
		console.log(
			`${report.contracts} contracts with ${report.persons} insured persons are in order.`
		);
		if (known > 0) console.log(`${known} of them are there already and stay as they are.`);
		if (!values.write) {
			console.log('Nothing was written: this was a dry run. Add --write to take them in.');
			return;
		}
		const bar = new SingleBar({ format: '{bar} {value}/{total} contracts, {eta_formatted} left' });
		bar.start(fresh.length, 0);
		const done = await imports
			.importAll(fresh, (count) => bar.update(count))
			.finally(() => bar.stop());
		if (!done.ok) {
			throw new KeySetError(`Stopped: ${done.error.code}. Go on with --write --resume.`);
		}
		console.log(`${fresh.length} contracts are taken in.`);
	} finally {
		client.close();
	}
});

function problemsOf({ problems, problemCount }: ImportReport): string {
	const lines = problems.slice(0, PRINTED).map((one) => `${placeOf(one)}: ${textOf(one)}`);
	const more = problemCount > PRINTED ? [`and ${problemCount - PRINTED} more (--report)`] : [];
	return [`Nothing was written. ${problemCount} problems:`, ...lines, ...more].join('\n');
}

/** For a spreadsheet; what a cell would run as a formula is made inert. */
function reportCsv({ problems }: ImportReport): string {
	return csvOf([
		['line', 'column', 'problem'],
		...problems.map((one) => [String(one.line), one.column ?? '', textOf(one)])
	]);
}

function placeOf({ line, column }: FileProblem): string {
	return column === null ? `line ${line}` : `line ${line}, ${column}`;
}

/** As the page says it: its texts are named after the codes. */
function textOf({ code }: FileProblem): string {
	const texts = new Map<string, string>(Object.entries(messages));
	const text = texts.get(`import_problem_${code.replaceAll('-', '_')}`);
	return text ?? messages.import_problem_invalid;
}
