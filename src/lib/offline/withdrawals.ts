// Taking a claim back from the insurer: what its answer means, and what is left for the next contact (decision 0067).
import type { SubmissionState } from '#lib/domain/claims/submission.ts';
import type { OfflineDatabase } from './database.ts';
import type { Answer } from './wire.ts';

/** What the insurer says of a submission that shall not become a claim; `missing`: it knows nothing of it. */
export type Withdrawal = 'withdrawn' | 'received' | 'missing' | 'unknown';

export function withdrawalOf(answer: Answer<SubmissionState>): Withdrawal {
	if (answer.kind === 'ok' && answer.value.state === 'withdrawn') return 'withdrawn';
	if (answer.kind !== 'refused') return 'unknown';
	if (answer.code === 'claims/already-submitted') return 'received';
	return answer.status === 404 ? 'missing' : 'unknown';
}

/** Notes that the insurer has still to be asked to drop what it has of this submission. */
export async function noteWithdrawal(
	{ syncs }: Pick<OfflineDatabase, 'syncs'>,
	accountRef: string,
	draftId: string,
	submissionId: string
): Promise<void> {
	if (await syncs.update(draftId, { withdraws: submissionId })) return;
	// Never copied before: a note that holds nothing else.
	const nothing = { iv: new ArrayBuffer(), sealed: new ArrayBuffer(), serverRev: 0, localRev: 0 };
	await syncs.put({ ...nothing, draftId, accountRef, withdraws: submissionId });
}
