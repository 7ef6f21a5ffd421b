import { performance } from 'node:perf_hooks';
import { CONTRACT_COLUMNS } from '#lib/domain/contracts/contract-file.ts';
import { contractImportsRepository } from '#lib/server/contracts/contract-imports.repository.ts';
import { createContractImportsService } from '#lib/server/contracts/contract-imports.service.ts';
import { createContractsRepository } from '#lib/server/contracts/contracts.repository.ts';
import {
	addAccount,
	addContract,
	deskRooms,
	must
} from '../../integration/decisions/desk-world.ts';
import { findGermanBank } from '../../../tools/build/bank-list.ts';
import { addAssignedClaim, formOf, typed } from '../../integration/decisions/desk-world.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { addRealClaims } from '../load/many-claims.ts';
import { medianMs } from '../load/median-ms.ts';
import { rounded } from '../measure.ts';
import type { Part, Report } from '../run-bench.ts';

const CLAIMS = 1_000;
const ROWS = 2_000;
const LAST_PAGE = 20;

export const claims: Part = {
	name: 'claims',
	about: `a customer's list of ${CLAIMS} claims, the PDF of a statement, and a file of contracts`,
	async run({ measured }) {
		const world = await openTestDatabase();
		try {
			const customer = await addAccount(world, 'customer', 'Ada');
			const clerk = await addAccount(world, 'clerk', 'Kim');
			const contractId = await addContract(world, customer, 0);
			await addRealClaims(world, { customer, contractId, count: CLAIMS, apartMs: 60_000 });
			for (const [name, page] of [
				['first', 1],
				['last', LAST_PAGE]
			] as const) {
				const value = await medianMs(() => deskRooms(world).claimsService.listOwn(customer, page));
				const measure = `claims: own list, ${name} page of ${CLAIMS}`;
				measured({ measure, value: rounded(value), unit: 'ms' });
			}
			const claim = await addAssignedClaim(world, customer, contractId, clerk);
			const rooms = deskRooms(world);
			const { version } = must(await rooms.deskService.open(clerk, claim.id));
			const form = formOf(version, ...claim.invoiceIds.map((id) => typed(id)));
			const { statement } = must(await rooms.decisionsService.preview(clerk, claim.id, form));
			// The first one loads the library and its fonts, as the first of an isolate does.
			const startedMs = performance.now();
			await rooms.printStatement(statement);
			const first = rounded(performance.now() - startedMs);
			measured({ measure: 'statement: PDF, the first', value: first, unit: 'ms' });
			const next = await medianMs(() => rooms.printStatement(statement));
			measured({ measure: 'statement: PDF, any other', value: rounded(next), unit: 'ms' });
			await measureImport(world, measured);
		} finally {
			world.close();
		}
	}
};

/** As the command takes a file: batch after batch, every person with a key of their own. */
async function measureImport(world: TestDatabase, measured: Report['measured']): Promise<void> {
	const imports = createContractImportsService({
		...{
			...world,
			contractsOf: createContractsRepository,
			findBank: findGermanBank,
			imports: contractImportsRepository
		}
	});
	const row = (index: number) =>
		`MA-9000-${index};Care Student;2026-10-01;;EUR;50;;Ada;Muster ${index};2001-02-03;Ada Muster;DE02120300000000202051;Ada;Muster ${index};2001-02-03;`;
	const rows = Array.from({ length: ROWS }, (_, index) => row(index));
	const file = new TextEncoder().encode([CONTRACT_COLUMNS.join(';'), ...rows].join('\n'));
	const startedMs = performance.now();
	const { fresh } = await imports.check(file, { mostRows: ROWS, skipsKnown: false });
	must(await imports.importAll(fresh, () => undefined));
	const value = rounded((ROWS * 1000) / (performance.now() - startedMs));
	measured({ measure: 'import: contracts of a file', value, unit: 'rows/s' });
}
