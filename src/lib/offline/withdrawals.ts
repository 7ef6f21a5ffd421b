// A draft deleted while it was sent, with no network: the insurer is told at the next contact (decision 0067).
import type { OfflineDatabase } from './database.ts';

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
