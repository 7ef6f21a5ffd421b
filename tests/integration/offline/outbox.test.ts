import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emptyDraftForm } from '#lib/domain/claims/draft-form.ts';
import {
	nextDraftState,
	receiptMatches,
	type DraftEvent,
	type DraftState
} from '#lib/domain/claims/draft.ts';
import { AttachmentStore } from '#lib/offline/attachments.ts';
import { OfflineDatabase } from '#lib/offline/database.ts';
import type { Draft } from '#lib/offline/draft.schema.ts';
import type { DraftList } from '#lib/offline/drafts.ts';
import { Outbox, type Contact, type OutboxParts } from '#lib/offline/outbox.ts';
import { importVaultKey } from '#lib/offline/sealing.ts';
import { FakeWorker, type Fate } from './fake-worker.ts';
import { FILES, frozenClaim } from './frozen-claim.ts';

const DRAFT_ID = '00000000-0000-4000-8000-000000000001';
function frozenDraft(id: string): Draft {
	return {
		id,
		rev: 1,
		order: 1,
		schema: 1,
		form: emptyDraftForm(DRAFT_ID),
		awaitedFiles: [],
		attachments: FILES,
		state: { name: 'frozen', frozen: frozenClaim(id) },
		step: 'check',
		createdAtMs: 0,
		savedAtMs: 0
	};
}

/** The device's store in memory; every state it ever held is kept for the oracle. */
class MemoryDrafts {
	readonly drafts: Map<string, Draft>;
	readonly history: DraftState[] = [];

	constructor(drafts: readonly Draft[]) {
		this.drafts = new Map(drafts.map((draft) => [draft.id, draft]));
	}

	list = async (): Promise<DraftList> => ({
		drafts: [...this.drafts.values()],
		damagedIds: [],
		lockedCount: 0
	});

	apply = async (draft: Draft, event: DraftEvent): Promise<Draft | null> => {
		const state = nextDraftState(draft.state, event);
		if (!state) return null;
		this.history.push(state);
		const next = { ...draft, state, rev: draft.rev + 1 };
		this.drafts.set(draft.id, next);
		return next;
	};
}

async function outboxWith(
	worker: FakeWorker,
	drafts: MemoryDrafts,
	change: Partial<OutboxParts> = {}
): Promise<{ outbox: Outbox; contacts: Contact[] }> {
	const key = await importVaultKey(new Uint8Array(32));
	const vault = { accountRef: 'account', displayName: 'Ana', key };
	const contacts: Contact[] = [];
	const outbox = new Outbox({
		accountRef: 'account',
		drafts,
		files: new AttachmentStore(new OfflineDatabase(), vault),
		wire: worker.wire,
		upload: worker.upload,
		now: () => 0,
		random: () => 0.5,
		onChange: () => {},
		onProgress: () => {},
		onContact: (contact) => contacts.push(contact),
		...change
	});
	return { outbox, contacts };
}

const LEADING = new AbortController().signal;

const stateOf = (drafts: MemoryDrafts, id = DRAFT_ID) => drafts.drafts.get(id)?.state;

describe('the outbox', () => {
	it('sends a frozen claim and keeps the receipt', async () => {
		const worker = new FakeWorker(() => 'ok');
		const drafts = new MemoryDrafts([frozenDraft(DRAFT_ID)]);
		const { outbox } = await outboxWith(worker, drafts);
		expect(await outbox.drain(LEADING)).toEqual({ nextMs: null, quietMs: 0 });
		expect(stateOf(drafts)).toMatchObject({ name: 'accepted', receipt: { claimNumber: 'C' } });
		expect(worker.requests).toEqual(['session', 'put', 'upload', 'upload', 'commit']);
	});

	it('makes one claim whatever is lost on the way', async () => {
		const fates = fc.array(
			fc.constantFrom<Fate>('ok', 'ok', 'unheard', 'unanswered', 'busy', 'signed-out'),
			{ maxLength: 30 }
		);
		await fc.assert(
			fc.asyncProperty(fates, async (plan) => {
				const waiting = [...plan];
				const worker = new FakeWorker(() => waiting.shift() ?? 'ok');
				const drafts = new MemoryDrafts([frozenDraft(DRAFT_ID)]);
				for (let round = 0; round < 60 && stateOf(drafts)?.name !== 'accepted'; round++) {
					// A new outbox each round: the page may have been closed in between.
					const { outbox } = await outboxWith(worker, drafts);
					await outbox.drain(LEADING);
				}
				const state = stateOf(drafts);
				expect(state?.name).toBe('accepted');
				if (state?.name === 'accepted') {
					expect(receiptMatches(state.frozen, state.receipt)).toBe(true);
				}
				expect(worker.claimCount).toBe(1);
				expect(worker.entries.size).toBe(1);
				expect(drafts.history.some(({ name }) => name === 'attention')).toBe(false);
			}),
			{ numRuns: 300 }
		);
	});

	it('asks what became of a claim whose commit was not answered', async () => {
		const plan: Fate[] = ['ok', 'ok', 'ok', 'ok', 'unanswered'];
		const worker = new FakeWorker(() => plan.shift() ?? 'ok');
		const drafts = new MemoryDrafts([frozenDraft(DRAFT_ID)]);
		await (await outboxWith(worker, drafts)).outbox.drain(LEADING);
		expect(stateOf(drafts)).toMatchObject({ name: 'paused', resume: { name: 'committing' } });
		worker.requests.length = 0;
		await (await outboxWith(worker, drafts)).outbox.drain(LEADING);
		expect(worker.requests).toEqual(['session', 'get']);
		expect(worker.claimCount).toBe(1);
	});

	it('sends nothing of one account while another one is signed in', async () => {
		const worker = new FakeWorker(() => 'ok');
		worker.accountRef = 'somebody else';
		const drafts = new MemoryDrafts([frozenDraft(DRAFT_ID)]);
		const { outbox, contacts } = await outboxWith(worker, drafts);
		await outbox.drain(LEADING);
		expect(worker.requests).toEqual(['session']);
		expect(contacts).toEqual(['other-account']);
		expect(stateOf(drafts)?.name).toBe('frozen');
	});

	it('waits for a sign-in when the session has ended, and deletes nothing', async () => {
		const worker = new FakeWorker(() => 'signed-out');
		const drafts = new MemoryDrafts([frozenDraft(DRAFT_ID)]);
		const { outbox, contacts } = await outboxWith(worker, drafts);
		await outbox.drain(LEADING);
		expect(stateOf(drafts)).toMatchObject({ name: 'paused', cause: 'auth' });
		expect(contacts).toEqual(['signed-out']);
	});

	it('lets one claim that fails not hold up the others', async () => {
		const worker = new FakeWorker(() => 'ok');
		const other = DRAFT_ID.replace(/1$/, '9');
		const drafts = new MemoryDrafts([frozenDraft(DRAFT_ID), frozenDraft(other)]);
		const { wire } = worker;
		const { outbox } = await outboxWith(worker, drafts, {
			wire: {
				...wire,
				submit: async (id, submission) =>
					id === `s-${DRAFT_ID}`
						? { kind: 'refused', status: 500, code: 'x', issues: {}, retryAfterMs: 60_000 }
						: wire.submit(id, submission)
			}
		});
		expect(await outbox.drain(LEADING)).toEqual({ nextMs: 60_000, quietMs: 60_000 });
		expect(stateOf(drafts, other)?.name).toBe('accepted');
		expect(stateOf(drafts)?.name).toBe('uploading');
	});

	it('shows what the insurer refuses, field by field', async () => {
		const worker = new FakeWorker(() => 'ok');
		const drafts = new MemoryDrafts([frozenDraft(DRAFT_ID)]);
		const issues = { 'invoices.0.treatmentFrom': 'date-in-future' };
		const { outbox } = await outboxWith(worker, drafts, {
			wire: {
				...worker.wire,
				submit: async () => ({
					kind: 'refused',
					status: 400,
					code: 'portal/invalid-input',
					issues,
					retryAfterMs: null
				})
			}
		});
		expect(await outbox.drain(LEADING)).toEqual({ nextMs: null, quietMs: 0 });
		expect(stateOf(drafts)).toMatchObject({
			name: 'attention',
			code: 'portal/invalid-input',
			issues
		});
	});

	it('asks for attention when a file is no longer on the device as it was frozen', async () => {
		const worker = new FakeWorker(() => 'ok');
		const drafts = new MemoryDrafts([frozenDraft(DRAFT_ID)]);
		const { outbox } = await outboxWith(worker, drafts, {
			upload: async () => ({ kind: 'damaged' })
		});
		await outbox.drain(LEADING);
		expect(stateOf(drafts)).toMatchObject({ name: 'attention', code: 'drafts/file-damaged' });
		expect(worker.claimCount).toBe(0);
	});

	it('stops where it is when another tab has taken over, and leaves the draft as it is', async () => {
		const worker = new FakeWorker(() => 'ok');
		const drafts = new MemoryDrafts([frozenDraft(DRAFT_ID)]);
		const lead = new AbortController();
		const { outbox } = await outboxWith(worker, drafts, {
			upload: async (task) => {
				lead.abort();
				return worker.upload(task);
			}
		});
		await outbox.drain(lead.signal);
		expect(worker.requests).toEqual(['session', 'put', 'upload']);
		expect(stateOf(drafts)).toMatchObject({ name: 'uploading', completeCount: 0 });
	});

	it('tries at once when hurried, but never before the time the server has named', async () => {
		const waits: (number | null)[] = [null, 60_000];
		for (const retryAfterMs of waits) {
			const worker = new FakeWorker(() => 'ok');
			const drafts = new MemoryDrafts([frozenDraft(DRAFT_ID)]);
			let puts = 0;
			const { outbox } = await outboxWith(worker, drafts, {
				wire: {
					...worker.wire,
					submission: async () => {
						puts += 1;
						return { kind: 'refused', status: 503, code: 'x', issues: {}, retryAfterMs };
					},
					submit: async () => {
						puts += 1;
						return { kind: 'refused', status: 503, code: 'x', issues: {}, retryAfterMs };
					}
				}
			});
			await outbox.drain(LEADING);
			outbox.hurry();
			await outbox.drain(LEADING);
			expect(puts).toBe(retryAfterMs === null ? 2 : 1);
		}
	});
});
