// Questions of the waiting customer, so that mailbox and inbox have something in them from the start.
import { eq } from 'drizzle-orm';
import { calendarDateOf, DAY_MS, HOUR_MS } from '#lib/domain/calendar.ts';
import type { About, Author, Topic } from '#lib/domain/messages/conversation.ts';
import { createConversationsRepository } from '#lib/server/messages/conversations.repository.ts';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import { write, type Write } from '#lib/server/db/client.ts';
import { conversations } from '#lib/server/db/tables/conversations.ts';
import type { Cipher } from '#lib/server/platform/cipher.ts';
import { SYSTEM_IDS } from '#lib/server/platform/ids.ts';

type Owner = { readonly accountId: string; readonly personId: string };
type Said = readonly [author: Author, text: string, agoMs: number];

/** One that `clerkId` has answered and the customer has not read yet, and one that nobody has taken. */
export async function conversationWrites(
	cipher: Cipher,
	owner: Owner,
	place: { readonly clerkId: string; readonly claimId: string },
	nowMs: number
): Promise<readonly Write[]> {
	const repository = createConversationsRepository(cipher);
	const talk = async (topic: Topic, about: About, said: readonly Said[]) => {
		const id = SYSTEM_IDS.newId();
		const isAnswered = said.some(([author]) => author === 'staff');
		const [[, , firstAgoMs] = [null, null, 0]] = said;
		const startedAtMs = nowMs - firstAgoMs;
		const today = calendarDateOf(nowMs);
		const writes = [repository.start({ id, ...owner, topic, about, startedAtMs, today })];
		for (const [author, text, agoMs] of said) {
			writes.push(
				await repository.send({
					...{ id: SYSTEM_IDS.newId(), conversationId: id, ...owner, author, text, fileIds: [] },
					authorId: author === 'staff' ? place.clerkId : owner.accountId,
					sentAtMs: nowMs - agoMs
				})
			);
		}
		if (isAnswered) {
			writes.push(
				write(
					sqlBuilder
						.update(conversations)
						.set({ assigneeId: place.clerkId })
						.where(eq(conversations.id, id))
				)
			);
		}
		return writes;
	};
	return [
		...(await talk('claim-documents', { kind: 'claim', id: place.claimId }, [
			['customer', 'Ich habe das Rezept nur als Kopie. Reicht Ihnen das?', DAY_MS + 3 * HOUR_MS],
			['staff', 'Ja, eine gut lesbare Kopie oder ein Foto reicht uns.', DAY_MS]
		])),
		...(await talk('benefits', { kind: 'general' }, [
			[
				'customer',
				'Zahlen Sie auch eine Zahnreinigung? Ich möchte nächste Woche einen Termin machen.',
				2 * HOUR_MS
			]
		]))
	];
}
