// `npm run rates:import FILE`: fixes the rates of an ECB reference file, of one day or of ninety.
import { stat, readFile } from 'node:fs/promises';
import { createAuditService } from '#lib/server/audit/audit.service.ts';
import { exchangeRatesRepository } from '#lib/server/claims/exchange-rates.repository.ts';
import { createExchangeRatesService } from '#lib/server/claims/exchange-rates.service.ts';
import { openDatabase } from '#lib/server/db/client.ts';
import { createAuditSignature } from '#lib/server/platform/audit-signature.ts';
import { SYSTEM_CLOCK } from '#lib/server/platform/clock.ts';
import {
	RateFileError,
	readEcbFile,
	type QuotedRate
} from '#lib/server/platform/exchange-rates.ts';
import { SYSTEM_IDS } from '#lib/server/platform/ids.ts';
import { KeySetError } from '#lib/server/platform/keys.ts';
import { parseArgs } from 'node:util';
import { openKeyDatabase, runKeyCommand } from '../keys/key-set.ts';

const USAGE = 'npm run rates:import -- FILE [--from keys.json]';
const LARGEST_FILE = 1024 * 1024;

await runKeyCommand(async () => {
	const { values, positionals } = parseArgs({
		options: { from: { type: 'string' } },
		allowPositionals: true
	});
	const [file] = positionals;
	if (!file || positionals.length > 1) throw new KeySetError(USAGE);
	const quoted = await readFileOf(file);
	const { client, keys } = await openKeyDatabase(values.from);
	try {
		const [clock, ids, db] = [SYSTEM_CLOCK, SYSTEM_IDS, openDatabase(client)];
		const auditSignature = createAuditSignature(keys);
		// Nobody is signed in at a command line; the log says that it was the command.
		const origin = { requestId: crypto.randomUUID(), ip: 'command', userAgent: 'rates:import' };
		const audit = createAuditService({ db, clock, ids, auditSignature, origin });
		const rates = createExchangeRatesService({
			...{ db, clock, ids, audit, rates: exchangeRatesRepository, fetchQuoted: null }
		});
		const { added, known, differing } = await rates.importRates(quoted);
		console.log(`${added} rates are new, ${known} were there already.`);
		if (differing.length > 0) {
			throw new KeySetError(
				`Fixed otherwise, and left as they are: ${differing.join(', ')}. Compare them with the bank.`
			);
		}
	} finally {
		client.close();
	}
});

async function readFileOf(path: string): Promise<readonly QuotedRate[]> {
	const { size } = await stat(path).catch(() => {
		throw new KeySetError(`There is no file ${path}.`);
	});
	if (size > LARGEST_FILE) throw new KeySetError('The file is too large for one of the ECB.');
	try {
		return readEcbFile(await readFile(path, 'utf8'));
	} catch (error) {
		if (error instanceof RateFileError) throw new KeySetError(`Not taken: ${error.message}.`);
		throw error;
	}
}
