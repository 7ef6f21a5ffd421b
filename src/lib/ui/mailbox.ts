import type { MailboxEntry } from '#lib/domain/messages/mailbox.ts';

/** Where a line of the mailbox leads. */
export function pathOfEntry({ id, subject }: Pick<MailboxEntry, 'id' | 'subject'>): string {
	return subject.of === 'document' ? `/mailbox/${id}` : `/mailbox/messages/${id}`;
}
