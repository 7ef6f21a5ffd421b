import autocannon from 'autocannon';
import { chooseFreePort } from '../../../tools/start/ports.ts';
import { rounded } from '../measure.ts';
import { signIn } from '../portal/accounts-road.ts';
import { withPortal } from '../portal/bench-portal.ts';
import { linkContract, submitClaim } from '../portal/claims-road.ts';
import { startDatabaseCounter } from '../portal/database-counter.ts';
import { JUST_TAKE } from '../portal/steps.ts';
import { USER_AGENT } from '../portal/visitor.ts';
import type { Part } from '../run-bench.ts';

const SECONDS = 60;
const CONNECTIONS = 8;
/** Two that the answer waits for, the mark of the session after it, and a share of the minute's jobs. */
const TRIPS = 3.1;

export const mixed: Part = {
	name: 'mixed',
	about: `${SECONDS} seconds of customers and clerks at once`,
	async run({ measured, say }) {
		const databasePort = await chooseFreePort(0);
		const counter = await startDatabaseCounter(databasePort);
		const bindings = { DATABASE_URL: counter.url };
		try {
			await withPortal({ say, databasePort, bindings }, async (portal) => {
				const customer = await signIn(portal, 'customer', JUST_TAKE);
				const contractId = await linkContract(portal, customer, JUST_TAKE);
				const { claimId } = await submitClaim(customer, contractId, JUST_TAKE);
				const clerk = await signIn(portal, 'clerk', JUST_TAKE);
				await clerk.post('/staff?/take', { claim: claimId });
				const ask = (visitor: typeof clerk, path: string) => ({
					...{ method: 'GET' as const, path },
					headers: {
						...{ cookie: visitor.cookieHeader, 'user-agent': USER_AGENT },
						accept: 'text/html'
					}
				});
				const requests = [
					ask(customer, '/start'),
					ask(customer, '/claims'),
					ask(clerk, '/staff'),
					ask(customer, `/claims/${claimId}`),
					ask(customer, `/contracts/${contractId}`),
					ask(clerk, `/staff/claims/${claimId}`),
					ask(customer, '/mailbox')
				];
				const { port } = new URL(portal.stack.portalUrl);
				say(`${SECONDS} seconds, ${CONNECTIONS} connections`);
				const { result, total } = await counter.count(() =>
					autocannon({
						// By number: of the two addresses of localhost the Worker listens on one.
						...{ url: `http://127.0.0.1:${port}`, connections: CONNECTIONS },
						...{ duration: SECONDS, requests }
					})
				);
				const answered = result.requests.total;
				const failed = result.errors + result.timeouts + result.non2xx;
				measured({
					measure: 'mixed: requests',
					value: rounded(answered / result.duration),
					unit: 'requests/s'
				});
				measured({ measure: 'mixed: median', value: result.latency.p50, unit: 'ms' });
				measured({ measure: 'mixed: 99 of 100', value: result.latency.p99, unit: 'ms' });
				measured({ measure: 'mixed: errors', value: failed, unit: 'requests', ceiling: 0 });
				measured({
					measure: 'mixed: round trips to the database',
					value: rounded(total / answered),
					unit: 'trips/request',
					ceiling: TRIPS
				});
			});
		} finally {
			await counter.close();
		}
	}
};
