import { describe, expect, it } from 'vitest';
import type { CalendarDate } from '../calendar.ts';
import { wordOfDraft, wordOfFile, type Way } from './draft-word.ts';
import type { DraftState, FrozenClaim, SendingState } from './draft.ts';

const FILES = [
	{ id: 'first', sizeBytes: 300 },
	{ id: 'second', sizeBytes: 700 }
].map((file) => ({ ...file, name: 'a.jpg', type: 'image/jpeg' as const, sha256: 'x' }));

const frozen: FrozenClaim = {
	submissionId: 's',
	manifestHash: 'm',
	submission: {
		draftId: 'd',
		content: {
			contractId: 'c',
			insuredPersonId: 'p',
			cause: 'illness',
			diagnosis: 'x',
			firstTreatmentOn: '2026-11-01' as CalendarDate,
			country: 'DE',
			hasOtherInsurance: false,
			note: '',
			invoices: [],
			payeeAccount: null,
			declaredTrue: true
		},
		files: FILES
	}
};
const receipt = {
	...{ claimId: 'c', claimNumber: 'S-1', receivedAtMs: 1, manifestHash: 'm' },
	...{ files: [], signature: null }
};

const uploading = (completeCount: number): SendingState => ({
	name: 'uploading',
	frozen,
	completeCount
});
const paused = (cause: 'offline' | 'auth'): DraftState => ({
	name: 'paused',
	cause,
	resume: uploading(1)
});
const way = (link: Way['link'], sentBytes: number | null = null): Way => ({ link, sentBytes });

describe('the word for a draft', () => {
	it('is one for every state, whatever is known of the network', () => {
		const states: readonly [DraftState, string][] = [
			[{ name: 'editing' }, 'saved'],
			[{ name: 'ready' }, 'saved'],
			[{ name: 'withdrawn', submissionId: 's' }, 'saved'],
			[{ name: 'attention', frozen, code: 'portal/invalid-input', issues: {} }, 'needs-you'],
			[{ name: 'accepted', frozen, receipt }, 'received']
		];
		for (const link of ['online', 'offline', 'signed-out', 'other-account', null] as const) {
			for (const [state, word] of states) {
				expect(wordOfDraft(state, way(link)).word, `${state.name} ${link}`).toBe(word);
			}
		}
	});

	it('waits for the network, or needs its owner to sign in', () => {
		const frozenState: DraftState = { name: 'frozen', frozen };
		expect(wordOfDraft(frozenState, way('offline'))).toEqual({ word: 'waiting' });
		expect(wordOfDraft(frozenState, way(null))).toEqual({ word: 'waiting' });
		expect(wordOfDraft(paused('offline'), way('online'))).toEqual({ word: 'waiting' });
		const signIn = { word: 'needs-you', why: 'sign-in', code: '' };
		expect(wordOfDraft(frozenState, way('signed-out'))).toEqual(signIn);
		expect(wordOfDraft(frozenState, way('other-account'))).toEqual(signIn);
		expect(wordOfDraft(paused('auth'), way('online'))).toEqual(signIn);
		// With no network a sign-in would not help either.
		expect(wordOfDraft(paused('auth'), way('offline'))).toEqual({ word: 'waiting' });
	});

	it('counts what has arrived before this round, and never runs backwards', () => {
		const sending = (sentBytes: number) => ({ word: 'sending', sentBytes, totalBytes: 1000 });
		expect(wordOfDraft({ name: 'frozen', frozen }, way('online'))).toEqual(sending(0));
		expect(wordOfDraft(uploading(1), way('online'))).toEqual(sending(300));
		expect(wordOfDraft(uploading(1), way('online', 100))).toEqual(sending(300));
		expect(wordOfDraft(uploading(1), way('online', 650))).toEqual(sending(650));
		expect(wordOfDraft({ name: 'committing', frozen }, way('online'))).toEqual(sending(1000));
	});
});

describe('the word for a file', () => {
	it('tells which one is moving', () => {
		const words = (sentBytes: number) =>
			FILES.map(({ id }) => wordOfFile(uploading(0), id, way('online', sentBytes)));
		expect(words(200)).toEqual([
			{ word: 'sending', sentBytes: 200, totalBytes: 300 },
			{ word: 'sending', sentBytes: 0, totalBytes: 700 }
		]);
		expect(words(450)).toEqual([
			{ word: 'sending', sentBytes: 300, totalBytes: 300 },
			{ word: 'sending', sentBytes: 150, totalBytes: 700 }
		]);
	});

	it('has been received only with its claim', () => {
		const last: DraftState = { name: 'committing', frozen };
		expect(wordOfFile(last, 'first', way('online')).word).toBe('sending');
		expect(wordOfFile({ name: 'accepted', frozen, receipt }, 'first', way('online'))).toEqual({
			word: 'received',
			claimNumber: 'S-1'
		});
		expect(wordOfFile(paused('offline'), 'first', way('offline'))).toEqual({ word: 'waiting' });
	});
});
