import type { Topic } from '#lib/domain/messages/conversation.ts';
import type { Subject } from '#lib/domain/messages/mailbox.ts';
import { documentTitle } from './document-titles.ts';
import { m } from './generated/messages.js';

const TOPIC_TEXTS = {
	'claim-progress': m.messages_topic_claim_progress,
	'claim-documents': m.messages_topic_claim_documents,
	payment: m.messages_topic_payment,
	benefits: m.messages_topic_benefits,
	contract: m.messages_topic_contract,
	'personal-data': m.messages_topic_personal_data,
	complaint: m.messages_topic_complaint,
	other: m.messages_topic_other
} satisfies Record<Topic, unknown>;

/** What a conversation is about, in the reader's language. */
export function topicText(topic: Topic): string {
	return TOPIC_TEXTS[topic]();
}

/** The subject of a line of the mailbox. */
export function subjectText(subject: Subject): string {
	return subject.of === 'document' ? documentTitle(subject.name) : topicText(subject.topic);
}
