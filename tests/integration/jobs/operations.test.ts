import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Actor } from '#lib/domain/actor.ts';
import { MINUTE_MS } from '#lib/domain/calendar.ts';
import { JOBS, type JobResult } from '#lib/domain/operations/jobs.ts';
import { jobStatesRepository } from '#lib/server/jobs/job-states.repository.ts';
import { createOperationsService } from '#lib/server/jobs/operations.service.ts';
import { openTestDatabase, TEST_NOW_MS, type TestDatabase } from '../../support/database.ts';
import { addAccount, must } from '../decisions/desk-world.ts';

let world: TestDatabase;
let lead: Actor;
let officer: Actor;
beforeEach(async () => {
	world = await openTestDatabase();
	lead = await addAccount(world, 'seniorClerk', 'Lou');
	officer = await addAccount(world, 'dpo', 'Dana');
});
afterEach(() => world.close());

const service = () =>
	createOperationsService({
		...{ ...world, jobStates: jobStatesRepository },
		jobsOff: ['decide-by-rules']
	});
const show = async () => must(await service().show(officer));
const resultOf = (change: Partial<JobResult> = {}): JobResult => ({
	...{ job: 'outbox', startedAtMs: TEST_NOW_MS, finishedAtMs: TEST_NOW_MS + 40 },
	...{ done: 0, error: null, ...change }
});
const note = (...results: readonly JobResult[]) =>
	world.db.commit(jobStatesRepository.note(results));
const outbox = async () => (await show()).jobs.find(({ job }) => job === 'outbox')?.last;

/** A mail that has used up its tries. */
async function deadMail(): Promise<string> {
	const id = world.ids.newId();
	const mail = { template: 'new-document', to: 'ada@example.org', language: 'en', name: 'Ada' };
	must(
		await world.db.commit(
			await world.mails.enqueue(id, lead.personId, mail as never, TEST_NOW_MS),
			world.mails.markDead(id)
		)
	);
	return id;
}

test('every job is there, also one that has never run', async () => {
	const { jobs } = await show();
	expect(jobs.map(({ job }) => job)).toEqual(JOBS);
	expect(jobs.every(({ last }) => last === null)).toBe(true);
	expect(jobs.flatMap(({ job, isOff }) => (isOff ? [job] : []))).toEqual(['decide-by-rules']);
});

test('a run shows when, how long, what it did, and when the next one comes', async () => {
	await note(resultOf({ done: 3 }));
	expect(await outbox()).toMatchObject({
		...{ startedAtMs: TEST_NOW_MS, finishedAtMs: TEST_NOW_MS + 40, done: 3, error: null },
		...{ nextAtMs: TEST_NOW_MS + MINUTE_MS, isLate: false, lastDone: 3 }
	});
	const later = TEST_NOW_MS + MINUTE_MS;
	await note(resultOf({ startedAtMs: later, finishedAtMs: later }));
	// Idle since, and what it did last is still known.
	expect(await outbox()).toMatchObject({ done: 0, lastDone: 3, lastDoneAtMs: TEST_NOW_MS + 40 });
});

test('a job that fails says since when, until it works again', async () => {
	const at = (minute: number) => ({
		startedAtMs: TEST_NOW_MS + minute * MINUTE_MS,
		finishedAtMs: TEST_NOW_MS + minute * MINUTE_MS
	});
	await note(resultOf({ ...at(0), error: 'TypeError' }));
	await note(resultOf({ ...at(1), error: 'RateFileError' }));
	expect(await outbox()).toMatchObject({ error: 'RateFileError', failingSinceMs: TEST_NOW_MS });
	await note(resultOf(at(2)));
	expect(await outbox()).toMatchObject({ error: null, failingSinceMs: null });
});

test('of two minutes that overlap the later one stays', async () => {
	const later = TEST_NOW_MS + MINUTE_MS;
	await note(resultOf({ startedAtMs: later, finishedAtMs: later, done: 2 }));
	await note(resultOf({ done: 9 }));
	expect(await outbox()).toMatchObject({ startedAtMs: later, done: 2 });
});

test('nobody starting the jobs shows after five minutes', async () => {
	await note(resultOf());
	world.clock.set(TEST_NOW_MS + 5 * MINUTE_MS);
	expect((await outbox())?.isLate).toBe(false);
	world.clock.advance(1);
	expect((await outbox())?.isLate).toBe(true);
});

test('deletions are there with the holds that keep something from them', async () => {
	await world.client.executeMultiple(`
		insert into job_runs (job, day, started_at_ms, finished_at_ms, removed)
			values ('retention', '2026-11-22', ${TEST_NOW_MS}, ${TEST_NOW_MS}, '{"mails":2,"sessions":5}');
		insert into legal_holds (id, subject, subject_id, reason, review_on, placed_by, placed_at_ms, lifted_at_ms)
			values ('a', 'claim', 'x', 'dispute', '2026-11-22', 'p', 1, null),
				('b', 'claim', 'y', 'tax', '2026-11-23', 'p', 1, null),
				('c', 'claim', 'z', 'tax', '2026-11-01', 'p', 1, 2);
	`);
	const { dailyRuns, holds } = await show();
	expect(dailyRuns).toMatchObject([{ day: '2026-11-22', removed: 7 }]);
	expect(holds).toEqual({ active: 2, reviewDue: 1 });
});

test('D8: the list of dead mails says nothing of what is in them nor whom they are for', async () => {
	const id = await deadMail();
	const { mails } = await show();
	expect(mails.dead).toEqual([{ id, createdAtMs: TEST_NOW_MS, tries: 0 }]);
});

test('L1: a dead mail is tried again from the first try on, and the log says by whom', async () => {
	const id = await deadMail();
	world.clock.advance(MINUTE_MS);
	world.takeRoundTrips();
	must(await service().tryMailAgain(lead, id));
	expect(world.takeRoundTrips()).toBe(1);
	const { mails } = await show();
	expect(mails).toMatchObject({ waiting: 1, oldestAtMs: TEST_NOW_MS, dead: [] });
	expect(await world.countRows("audit_events where event = 'mail/tried-again'")).toBe(1);
});

test('a dead mail is given up with a reason, and is not tried again after it', async () => {
	const id = await deadMail();
	must(await service().giveMailUp(lead, id, 'address-gone'));
	expect((await show()).mails.dead).toEqual([]);
	expect(await service().tryMailAgain(lead, id)).toMatchObject({
		error: { code: 'operations/changed-meanwhile' }
	});
	expect(await world.countRows("mail_outbox where give_up_reason = 'address-gone'")).toBe(1);
});

test('two who deal with one mail at once: one of them does', async () => {
	const id = await deadMail();
	const both = await Promise.all([
		service().tryMailAgain(lead, id),
		service().giveMailUp(lead, id, 'out-of-date')
	]);
	expect(both.filter(({ ok }) => ok)).toHaveLength(1);
	expect(await world.countRows("audit_events where event like 'mail/%'")).toBe(1);
});
