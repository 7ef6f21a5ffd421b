import type { AuditEvent } from './audit.ts';
import { areEqual, type Sha256 } from './bytes.ts';
import { commitmentOf, leafHashOf, leafText, personalText } from './leaf.ts';

/** A row of the log as the database has it; texts are not checked against any list. */
export type LoggedRow = {
	readonly seq: number;
	readonly event: Omit<AuditEvent, 'personal' | 'event'> & { readonly event: string };
	readonly personalCommitment: Uint8Array;
	readonly leafHash: Uint8Array;
	readonly previousLeafHash: Uint8Array | null;
	readonly tag: Uint8Array;
};

/** The personal part as stored, with what opens its commitment. */
export type LoggedPersonal = AuditEvent['personal'] & { readonly salt: Uint8Array };

/** What can be wrong with a row. */
export type RowFault =
	/** Its number is skipped. */
	| 'missing'
	/** Its number is not one the log gives out. */
	| 'inserted'
	/** Its text does not have the hash that stands beside it. */
	| 'edited'
	/** Its hash has no tag of the portal. */
	| 'not-ours'
	/** It does not follow the row it was written after. */
	| 'out-of-order'
	/** The same entry stands further up. */
	| 'repeated'
	/** IP, user or browser are not those that were committed to. */
	| 'personal-edited'
	/** IP, user and browser are gone before their deadline. */
	| 'personal-missing'
	/** The sealed tree holds another leaf at this place. */
	| 'not-as-sealed';

/** What is wrong with a row's own text, place and predecessor, or null; its tag is the caller's to check. */
export function findRowFault(
	sha256: Sha256,
	row: LoggedRow,
	before: { readonly seq: number; readonly leafHash: Uint8Array | null }
): RowFault | null {
	if (row.seq <= before.seq) return 'inserted';
	if (row.seq > before.seq + 1) return 'missing';
	const leafHash = leafHashOf(sha256, leafText(row.event, row.personalCommitment));
	if (!areEqual(leafHash, row.leafHash)) return 'edited';
	if (!follows(row.previousLeafHash, before.leafHash)) return 'out-of-order';
	return null;
}

function follows(named: Uint8Array | null, before: Uint8Array | null): boolean {
	if (named === null || before === null) return named === before;
	return areEqual(named, before);
}

/**
 * Whether the personal part is what the row committed to. The owner of a record is left out of the
 * commitment when the act did not read them (`subjectOf`): then they must be the record's.
 */
export function opensCommitment(
	sha256: Sha256,
	personal: LoggedPersonal,
	commitment: Uint8Array,
	isSubjectByRecord: boolean
): boolean {
	const { salt, ...part } = personal;
	if (areEqual(commitmentOf(sha256, salt, personalText(part)), commitment)) return true;
	if (part.subjectAccountId === null || !isSubjectByRecord) return false;
	const without = personalText({ ...part, subjectAccountId: null });
	return areEqual(commitmentOf(sha256, salt, without), commitment);
}
