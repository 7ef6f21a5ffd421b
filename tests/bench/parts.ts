import { audit } from './parts/audit.ts';
import { claims } from './parts/claims.ts';
import { mixed } from './parts/mixed.ts';
import { bytes } from './parts/bytes.ts';
import { offline } from './parts/offline.ts';
import { queue } from './parts/queue.ts';
import { password } from './parts/password.ts';
import { requests } from './parts/requests.ts';
import { roundTrips } from './parts/round-trips.ts';
import { signIns } from './parts/sign-in.ts';
import { worker } from './parts/worker.ts';
import type { Part } from './run-bench.ts';

/** Every part of the bench, in the order it runs: what only counts first, what takes time last. */
export const PARTS: readonly Part[] = [
	worker,
	roundTrips,
	bytes,
	requests,
	password,
	signIns,
	claims,
	queue,
	offline,
	mixed,
	audit
];
