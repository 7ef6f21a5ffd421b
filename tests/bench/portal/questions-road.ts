import { pngOf } from '../../support/files.ts';
import { requireMatch, type Visitor } from './visitor.ts';

/** A general question with a picture that the clerk has taken; answers the conversation's id. */
export async function askQuestion(
	customer: Visitor,
	clerk: Visitor,
	text: string
): Promise<string> {
	const question = new FormData();
	for (const [name, value] of [
		['topic', 'benefits'],
		['about', 'general'],
		['text', text]
	] as const)
		question.set(name, value);
	question.set('file1', new File([new Uint8Array(pngOf())], 'frage.png', { type: 'image/png' }));
	const sent = await customer.send('POST', '/mailbox/messages/new', {
		expected: 303,
		body: question
	});
	const place = sent.headers.get('location') ?? '';
	const id = requireMatch(place, /\/mailbox\/messages\/([0-9a-f-]{36})/);
	await clerk.post('/staff/messages', { conversation: id });
	return id;
}
