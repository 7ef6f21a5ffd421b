import type { Finding, Verified } from './verify-log.ts';

const TEXTS: Readonly<Record<Finding['fault'], string>> = {
	missing: 'it is missing: somebody has deleted it',
	inserted: 'somebody has put it in: the log gives out no such number',
	edited: 'its text was changed after it was written',
	'not-ours': 'the portal did not write it: its tag is missing or false',
	'out-of-order':
		'it does not follow the row before it: rows were swapped, put in or taken out here',
	repeated: 'it repeats an entry that stands further up',
	'personal-edited': 'its user, IP address or browser was changed after it was written',
	'personal-missing': 'its user, IP address and browser are gone before their deadline',
	'not-as-sealed': 'the sealed tree holds something else at this place',
	cut: 'it is missing, and all after it: the end of the log was cut off',
	'checkpoint-invalid':
		'A checkpoint is not signed by a known key, or does not say what was signed',
	'checkpoint-missing': 'A checkpoint is missing in the database',
	'not-as-signed': 'from here on the log is not the one that was signed',
	'counter-changed': "The database's counter of rows was changed",
	'nodes-added': 'The stored tree holds nodes that belong to no checkpoint, or lacks some',
	orphan: 'There is a personal part without an entry',
	'trigger-missing': 'A trigger that guards the log is missing'
};

/** One line on what is wrong, the row first. */
export function findingText({ fault, seq, id, detail }: Finding): string {
	const row = seq === null ? '' : `Row ${seq}${id === null ? '' : ` (${id})`}: `;
	return `${row}${TEXTS[fault]}${detail && ` (${detail})`}.`;
}

/** One line on what holds, and how far that goes. */
export function verifiedText(
	{ rows, sealed, checkpoints, compared }: Verified,
	used: { readonly folder: boolean; readonly tags: boolean }
): string {
	const outside = used.folder
		? `${compared} of them compared with those kept outside`
		: 'none compared with one kept outside (--checkpoints)';
	const tags = used.tags ? 'each row written by the portal' : 'tags not checked (no KEYS)';
	return `The log holds: ${rows} rows, ${tags}; ${sealed} sealed under ${checkpoints} checkpoints, ${outside}; ${rows - sealed} wait to be sealed.`;
}
