import { requireMatch, type Visitor } from './visitor.ts';

/** A general question that the clerk has taken; answers the conversation's id. */
export async function askQuestion(
	customer: Visitor,
	clerk: Visitor,
	text: string
): Promise<string> {
	const question = { topic: 'benefits', about: 'general', text };
	const sent = await customer.post('/mailbox/messages/new', question);
	const place = sent.headers.get('location') ?? '';
	const id = requireMatch(place, /\/mailbox\/messages\/([0-9a-f-]{36})/);
	await clerk.post('/staff/messages', { conversation: id });
	return id;
}
