import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
	EDITING,
	frozenOf,
	isOutgoing,
	isSentElsewhere,
	isStillHere,
	mayBeWithInsurer,
	mayEdit,
	nextDraftState,
	receiptMatches,
	type DraftEvent,
	type DraftState,
	type FrozenClaim
} from './draft.ts';
import type { SubmissionReceipt } from './submission.ts';
import type { CalendarDate } from '../calendar.ts';
import { parseCalendarDate } from '../calendar.ts';

const FILE_IDS = ['a', 'b'].map((letter) => `00000000-0000-4000-8000-00000000000${letter}`);

function dateOf(text: string): CalendarDate {
	const date = parseCalendarDate(text);
	if (!date) throw new Error('not a date');
	return date;
}

function frozenWith(submissionId: string): FrozenClaim {
	return {
		submissionId,
		manifestHash: `hash of ${submissionId}`,
		submission: {
			draftId: '00000000-0000-4000-8000-000000000001',
			content: {
				contractId: '00000000-0000-4000-8000-000000000002',
				insuredPersonId: '00000000-0000-4000-8000-000000000003',
				cause: 'illness',
				diagnosis: 'Bronchitis',
				firstTreatmentOn: dateOf('2026-11-01'),
				country: 'DE',
				hasOtherInsurance: false,
				note: '',
				invoices: [],
				payeeAccount: null,
				declaredTrue: true
			},
			files: FILE_IDS.map((id) => ({
				id,
				name: `${id}.jpg`,
				type: 'image/jpeg',
				sizeBytes: 1,
				sha256: `sha of ${id}`
			}))
		}
	};
}

function receiptFor(frozen: FrozenClaim): SubmissionReceipt {
	return {
		claimId: 'claim',
		claimNumber: 'C-1',
		receivedAtMs: 1,
		manifestHash: frozen.manifestHash,
		files: frozen.submission.files.map(({ id, name, sizeBytes, sha256 }) => ({
			id,
			name,
			sizeBytes,
			sha256
		})),
		signature: null
	};
}

function after(...events: DraftEvent[]): DraftState | null {
	let state: DraftState | null = EDITING;
	for (const event of events) state = state && nextDraftState(state, event);
	return state;
}

const frozen = frozenWith('one');
const toFrozen: DraftEvent[] = [{ type: 'completed' }, { type: 'frozen', frozen }];
const toUploading: DraftEvent[] = [...toFrozen, { type: 'uploaded', completeCount: 0 }];
const toCommitting: DraftEvent[] = [
	...toUploading,
	{ type: 'uploaded', completeCount: 2 },
	{ type: 'all-uploaded' }
];
const refused: DraftEvent = { type: 'refused', code: 'portal/invalid-input', issues: {} };

describe('a draft on its way', () => {
	it('is accepted after it is checked, frozen, uploaded and confirmed', () => {
		const state = after(...toCommitting, { type: 'receipt-arrived', receipt: receiptFor(frozen) });
		expect(state).toMatchObject({ name: 'accepted', receipt: { claimNumber: 'C-1' } });
	});

	it('cannot be frozen before it is complete', () => {
		expect(after({ type: 'frozen', frozen })).toBeNull();
	});

	it('asks for attention when the receipt names another file than this device sent', () => {
		const receipt = receiptFor(frozen);
		const files = receipt.files.map((file) => ({ ...file, sha256: 'other' }));
		const state = after(...toCommitting, {
			type: 'receipt-arrived',
			receipt: { ...receipt, files }
		});
		expect(state).toMatchObject({ name: 'attention', code: 'drafts/receipt-mismatch' });
	});

	it('does not commit while a file is missing', () => {
		expect(
			after(...toUploading, { type: 'uploaded', completeCount: 1 }, { type: 'all-uploaded' })
		).toBeNull();
		expect(after(...toUploading, { type: 'uploaded', completeCount: 3 })).toBeNull();
	});

	it('goes back to uploading when the insurer misses a file', () => {
		const state = after(...toCommitting, { type: 'files-missing', completeCount: 1 });
		expect(state).toMatchObject({ name: 'uploading', completeCount: 1 });
	});

	it('continues after a pause where it was', () => {
		const paused = after(...toCommitting, { type: 'paused', cause: 'auth' });
		expect(paused).toMatchObject({ name: 'paused', cause: 'auth' });
		expect(paused && nextDraftState(paused, { type: 'resumed' })).toEqual(after(...toCommitting));
	});

	it('can be taken back with no network only while nothing has left the device', () => {
		const waiting = after(...toFrozen, { type: 'paused', cause: 'offline' });
		expect(waiting && isStillHere(waiting)).toBe(true);
		const started = after(...toUploading);
		expect(started && isStillHere(started)).toBe(false);
	});

	it('knows what another device has sent first, and nothing else for it', () => {
		const [elsewhere, other] = ['claims/already-submitted', 'portal/invalid-input'].map((code) =>
			after(...toUploading, { type: 'refused', code, issues: {} })
		);
		expect(elsewhere && isSentElsewhere(elsewhere)).toBe(true);
		expect(other && isSentElsewhere(other)).toBe(false);
		expect(elsewhere && mayBeWithInsurer(elsewhere)).toBe(false);
		expect(other && mayBeWithInsurer(other)).toBe(true);
	});

	it('may be edited again after it was withdrawn, and retried after a refusal', () => {
		expect(after(...toUploading, refused, { type: 'withdrawn' }, { type: 'edited' })).toEqual(
			EDITING
		);
		expect(after(...toUploading, refused, { type: 'retried' })).toMatchObject({
			name: 'uploading',
			completeCount: 0
		});
	});

	it('can be deleted at any time, and says where the insurer has to be asked first', () => {
		const received = [
			...toCommitting,
			{ type: 'receipt-arrived', receipt: receiptFor(frozen) }
		] as const;
		const ways = [
			[[], false],
			[toFrozen, false],
			[[...toFrozen, { type: 'paused', cause: 'offline' }], false],
			[toUploading, true],
			[[...toUploading, { type: 'paused', cause: 'auth' }], true],
			[toCommitting, true],
			[[...toUploading, refused], true],
			[received, false],
			[[...toUploading, { type: 'withdrawn' }], false]
		] as const;
		for (const [events, isAsked] of ways) {
			const state = after(...events);
			expect(state && mayBeWithInsurer(state), JSON.stringify(events)).toBe(isAsked);
			expect(after(...events, { type: 'deleted' })).toEqual({ name: 'purged' });
		}
		expect(after({ type: 'deleted' }, { type: 'deleted' })).toBeNull();
	});

	it('takes no receipt for something that never left', () => {
		expect(after(...toFrozen, { type: 'receipt-arrived', receipt: receiptFor(frozen) })).toBeNull();
	});
});

const anyEvent: fc.Arbitrary<DraftEvent> = fc.oneof(
	fc.constant<DraftEvent>({ type: 'edited' }),
	fc.constant<DraftEvent>({ type: 'completed' }),
	fc
		.constantFrom('one', 'two')
		.map((id): DraftEvent => ({ type: 'frozen', frozen: frozenWith(id) })),
	fc
		.integer({ min: -1, max: 3 })
		.map((count): DraftEvent => ({ type: 'uploaded', completeCount: count })),
	fc.constant<DraftEvent>({ type: 'all-uploaded' }),
	fc.constant<DraftEvent>({ type: 'files-missing', completeCount: 1 }),
	fc
		.constantFrom('one', 'two')
		.map((id): DraftEvent => ({ type: 'receipt-arrived', receipt: receiptFor(frozenWith(id)) })),
	fc.constantFrom('offline', 'auth').map((cause): DraftEvent => ({ type: 'paused', cause })),
	fc.constant<DraftEvent>({ type: 'resumed' }),
	fc.constant<DraftEvent>(refused),
	fc.constant<DraftEvent>({ type: 'retried' }),
	fc.constant<DraftEvent>({ type: 'withdrawn' }),
	fc.constant<DraftEvent>({ type: 'deleted' })
);

function deepFreeze<T>(value: T): T {
	if (typeof value === 'object' && value !== null) Object.values(value).forEach(deepFreeze);
	return Object.freeze(value);
}

const ROAD: readonly DraftEvent[] = [
	...toCommitting,
	{ type: 'receipt-arrived', receipt: receiptFor(frozen) }
];

describe('whatever happens to a draft', () => {
	const walk = (check: (before: DraftState, event: DraftEvent, next: DraftState) => void) =>
		fc.assert(
			fc.property(fc.nat(ROAD.length), fc.array(anyEvent, { maxLength: 40 }), (steps, events) => {
				let state: DraftState = EDITING;
				// Chance alone would hardly ever come as far as a receipt.
				for (const event of [...ROAD.slice(0, steps), ...events]) {
					const next = nextDraftState(state, event);
					if (!next) continue;
					check(state, event, next);
					state = next;
				}
			}),
			{ numRuns: 2000 }
		);

	it('keeps its content unchanged from frozen on (I1)', () => {
		walk((before, _event, next) => {
			const was = frozenOf(before);
			const is = frozenOf(next);
			if (was && is) expect(is).toBe(was);
			if (is) expect(mayEdit(next)).toBe(false);
		});
	});

	it('is never gone without the deletion of its owner (I2, I4, I5)', () => {
		walk((_before, event, next) => {
			if (next.name !== 'purged') return;
			expect(event.type).toBe('deleted');
		});
	});

	it('has at most one live submission: a new one only after the old one was withdrawn (I3)', () => {
		walk((before, event, next) => {
			const was = frozenOf(before);
			if (event.type === 'frozen') expect(was).toBeNull();
			if (was && !frozenOf(next) && next.name !== 'purged') expect(next.name).toBe('withdrawn');
		});
	});

	it('is accepted only by a receipt that matches, and stays accepted until it is deleted', () => {
		walk((before, _event, next) => {
			if (next.name === 'accepted') expect(receiptMatches(next.frozen, next.receipt)).toBe(true);
			if (before.name === 'accepted') expect(next.name).toBe('purged');
		});
	});

	it('is left as it was by an event that has no place', () => {
		fc.assert(
			fc.property(fc.array(anyEvent, { maxLength: 40 }), anyEvent, (events, event) => {
				let state: DraftState = EDITING;
				for (const one of events) state = nextDraftState(state, one) ?? state;
				const before = structuredClone(state);
				nextDraftState(deepFreeze(state), deepFreeze(event));
				expect(state).toEqual(before);
			}),
			{ numRuns: 500 }
		);
	});

	it('lets the claim leave the device only from frozen on, and never back into the form alone (I1)', () => {
		walk((before, event, next) => {
			if (isOutgoing(next) && !isOutgoing(before)) {
				expect(['frozen', 'retried']).toContain(event.type);
			}
			if (mayEdit(next) && !mayEdit(before)) expect(event.type).toBe('withdrawn');
		});
	});

	it('goes on from a pause exactly as before (I6 has no clock to depend on)', () => {
		walk((before, event, next) => {
			if (event.type === 'paused')
				expect(nextDraftState(next, { type: 'resumed' })).toEqual(before);
		});
	});
});
