import { chooseFreePort } from '../../../tools/start/ports.ts';
import { register, signIn } from '../portal/accounts-road.ts';
import { withPortal, type BenchPortal } from '../portal/bench-portal.ts';
import { decideClaim, linkContract, submitClaim } from '../portal/claims-road.ts';
import { startDatabaseCounter, type DatabaseCounter } from '../portal/database-counter.ts';
import type { StepKind, Take } from '../portal/steps.ts';
import type { Visitor } from '../portal/visitor.ts';
import type { Part, Report } from '../run-bench.ts';

/** Issue 2: "two round trips to the database per signed-in page and three per write". */
const CEILINGS: Readonly<Record<StepKind, { readonly ceiling?: number }>> = {
	read: { ceiling: 2 },
	write: { ceiling: 3 },
	open: {}
};

type Count = { readonly kind: StepKind; readonly inSequence: number; readonly total: number };

export const roundTrips: Part = {
	name: 'round-trips',
	about: 'trips to the database that every page and act of the road waits for',
	async run(report) {
		const databasePort = await chooseFreePort(0);
		const counter = await startDatabaseCounter(databasePort);
		const bindings = { DATABASE_URL: counter.url };
		try {
			const counts = await withPortal({ say: report.say, databasePort, bindings }, (portal) =>
				countRoad(portal, counter, report.say)
			);
			printCounts(counts, report);
		} finally {
			await counter.close();
		}
	}
};

async function countRoad(
	portal: BenchPortal,
	counter: DatabaseCounter,
	say: Report['say']
): Promise<ReadonlyMap<string, Count>> {
	const counts = new Map<string, Count>();
	const served = () => portal.stack.database()?.stats().pipelines ?? 0;
	const take: Take = async (name, kind, act) => {
		say(name);
		await counter.untilQuiet();
		const before = served();
		const { result, inSequence, total } = await counter.watch(act);
		if (served() - before !== total) throw new Error(`${name}: a way past the counter`);
		const worst = counts.get(name);
		counts.set(name, {
			kind,
			inSequence: Math.max(inSequence, worst?.inSequence ?? 0),
			total: Math.max(total, worst?.total ?? 0)
		});
		return result;
	};
	await walkRoad(portal, take);
	return counts;
}

async function walkRoad(portal: BenchPortal, take: Take): Promise<void> {
	await register(portal, take);
	const customer = await signIn(portal, 'customer', take);
	const contractId = await linkContract(portal, customer, take);
	const submitted = await submitClaim(customer, contractId, take);
	const clerk = await signIn(portal, 'clerk', take);
	await openTwice(clerk, { 'GET /staff': '/staff' }, take);
	await decideClaim(clerk, submitted, take);
	const { claimId, documentId } = submitted;
	const statement = await newestDocument(customer, documentId);
	await openTwice(
		customer,
		{
			'GET /start': '/start',
			'GET /contracts': '/contracts',
			'GET /contracts/[id]': `/contracts/${contractId}`,
			'GET /contracts/link': '/contracts/link',
			'GET /claims': '/claims',
			'GET /claims/[id]': `/claims/${claimId}`,
			'GET /mailbox': '/mailbox',
			'GET /mailbox/[id], a receipt': `/mailbox/${documentId}`,
			'GET /mailbox/[id], a statement': `/mailbox/${statement}`,
			'GET /mailbox/[id]/pdf': `/mailbox/${statement}/pdf`,
			'GET /account': '/account'
		},
		take
	);
	const decided = { 'GET /staff/claims/[id]': `/staff/claims/${claimId}` };
	await openTwice(clerk, decided, take);
	await take('POST /sign-out', 'write', () => customer.post('/sign-out', {}));
}

/** Twice, for the first look may do more than the next one; the worse of both counts. */
async function openTwice(
	visitor: Visitor,
	pages: Readonly<Record<string, string>>,
	take: Take
): Promise<void> {
	for (const [name, path] of [...Object.entries(pages), ...Object.entries(pages)]) {
		await take(name, 'read', () => visitor.open(path));
	}
}

async function newestDocument(customer: Visitor, knownId: string): Promise<string> {
	const { text } = await customer.open('/mailbox');
	const ids = [...text.matchAll(/href="\/mailbox\/([0-9a-f-]{36})"/g)].map(([, id]) => id);
	const found = ids.find((id) => id !== knownId);
	if (found === undefined) throw new Error('The statement is not in the mailbox');
	return found;
}

function printCounts(counts: ReadonlyMap<string, Count>, { measured }: Report): void {
	for (const [name, { kind, inSequence }] of counts) {
		const measure = `round-trips: ${name}`;
		measured({ measure, value: inSequence, unit: 'trips in sequence', ...CEILINGS[kind] });
	}
	// Beside them also what nobody waits for: the session's mark of use and the mails.
	for (const [name, { total }] of counts) {
		measured({ measure: `round-trips: ${name}, all`, value: total, unit: 'requests' });
	}
}
