import { pngOf } from '../../support/files.ts';
import { requireMatch, type Visitor } from './visitor.ts';

/** What is asked before a treatment, of the one person that the form offers. */
export const INQUIRY = {
	...{ treatment: 'Kniespiegelung links', diagnosis: 'Meniskusriss', provider: 'Klinik am See' },
	...{ amount: '3.400', currency: 'EUR', plannedOn: '', urgent: 'yes' }
};

/** An inquiry with a picture that the clerk has taken; answers its id. */
export async function askBeforeTreatment(customer: Visitor, clerk: Visitor): Promise<string> {
	const form = await customer.open('/claims/inquiries/new');
	const who = requireMatch(form.text, /value="([0-9a-f-]{36}:[0-9a-f-]{36})"/);
	const inquiry = formWith({ ...INQUIRY, who }, 'heilplan.png');
	const sent = await customer.send('POST', '/claims/inquiries/new', {
		expected: 303,
		body: inquiry
	});
	const place = sent.headers.get('location') ?? '';
	const id = requireMatch(place, /\/claims\/inquiries\/([0-9a-f-]{36})/);
	await clerk.post('/staff/inquiries?/take', { id });
	return id;
}

/** A visa that the clerk has asked for, of the one person who is insured there; answers its id. */
export async function askForProof(clerk: Visitor, contractId: string): Promise<string> {
	const form = await clerk.open(`/staff/proofs/ask/${contractId}`);
	const person = requireMatch(form.text, /<option value="([0-9a-f-]{36})"/);
	const dueOn = requireMatch(form.text, /value="(\d{4}-\d{2}-\d{2})"/);
	await clerk.post(`/staff/proofs/ask/${contractId}`, { person, kind: 'visa', dueOn });
	const list = await clerk.open('/staff/proofs');
	return requireMatch(list.text, /href="\/staff\/proofs\/([0-9a-f-]{36})"/);
}

/** A general question with a picture that the clerk has taken; answers the conversation's id. */
export async function askQuestion(
	customer: Visitor,
	clerk: Visitor,
	text: string
): Promise<string> {
	const question = formWith({ topic: 'benefits', about: 'general', text }, 'frage.png');
	const sent = await customer.send('POST', '/mailbox/messages/new', {
		expected: 303,
		body: question
	});
	const place = sent.headers.get('location') ?? '';
	const id = requireMatch(place, /\/mailbox\/messages\/([0-9a-f-]{36})/);
	await clerk.post('/staff/messages', { conversation: id });
	return id;
}

/** A form with what is typed and one picture, as the pages send it. */
function formWith(typed: Readonly<Record<string, string>>, fileName: string): FormData {
	const form = new FormData();
	for (const [name, value] of Object.entries(typed)) form.set(name, value);
	form.set('file1', new File([new Uint8Array(pngOf())], fileName, { type: 'image/png' }));
	return form;
}
