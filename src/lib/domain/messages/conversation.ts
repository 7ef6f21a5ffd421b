import { groupVisits, type Look, type Visit } from '../claims/access.ts';

/** What a conversation is about: a closed list, so that a list of conversations tells nothing about health. */
export const TOPICS = [
	'claim-progress',
	'claim-documents',
	'payment',
	'benefits',
	'contract',
	'personal-data',
	'complaint',
	'other'
] as const;
export type Topic = (typeof TOPICS)[number];

export const AUTHORS = ['customer', 'staff'] as const;
export type Author = (typeof AUTHORS)[number];

/** Signs of one message. */
export const MESSAGE_LENGTH = 4000;

/** Fields of the form that take a file each. */
export const FILE_FIELDS = ['file1', 'file2', 'file3'] as const;

/** Of all files of a message together: a body that is read whole, in an isolate of 128 MB. */
export const MESSAGE_FILES_BYTES = 10 * 1024 * 1024;

/** Messages of one conversation: whoever needs more begins a new one. */
export const MOST_MESSAGES = 200;

/** What a conversation belongs to; a general question belongs to nothing. */
export type About =
	| { readonly kind: 'claim'; readonly id: string }
	| { readonly kind: 'contract'; readonly id: string }
	| { readonly kind: 'general' };

/** As a form sends it: `claim:<id>`, `contract:<id>` or `general`. Null for anything else. */
export function parseAbout(text: string): About | null {
	if (text === 'general') return { kind: 'general' };
	const [, kind, id] = /^(claim|contract):([0-9a-f-]{36})$/.exec(text) ?? [];
	if (!id) return null;
	return kind === 'claim' ? { kind: 'claim', id } : { kind: 'contract', id };
}

/** The other way round, for the value of a choice. */
export function writeAbout(about: About): string {
	return about.kind === 'general' ? 'general' : `${about.kind}:${about.id}`;
}

/** Who has to act, as a conversation's reader is told. */
export type Turn = 'insurer' | 'customer';

/** Whoever wrote last waits for the other. */
export function turnOf(waitingSinceMs: number | null): Turn {
	return waitingSinceMs === null ? 'customer' : 'insurer';
}

/** Visits of staff to a conversation, as those to a claim (Z6). */
export function visitsOf(looks: readonly Omit<Look, 'reason'>[]): readonly Visit[] {
	return groupVisits(looks.map((look) => ({ ...look, reason: null })));
}
