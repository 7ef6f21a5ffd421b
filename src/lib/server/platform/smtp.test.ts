import { describe, expect, it } from 'vitest';
import { deliver, type SmtpSession, type SmtpSocket } from './smtp.ts';

const session: SmtpSession = {
	security: 'none',
	credentials: null,
	clientName: 'example.com',
	from: 'portal@example.com',
	to: 'erika@example.org',
	message: 'Subject: x\r\n\r\n.dot\r\n'
};

const PLAIN = ['220 hi', '250 hi', '250 ok', '250 ok', '354 go', '250 taken', '221 bye'];

/** A server that gives one answer to each line it gets; after the last answer it closes. */
function scripted(answers: readonly string[], encrypted: readonly string[] = []) {
	const said: string[] = [];
	const socketOf = (queue: string[]): SmtpSocket => {
		let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
		const answer = () => {
			const next = queue.shift();
			if (next === undefined) controller?.close();
			else controller?.enqueue(new TextEncoder().encode(`${next}\r\n`));
		};
		return {
			opened: Promise.resolve(),
			readable: new ReadableStream({
				start(created) {
					controller = created;
					if (queue[0]?.startsWith('220')) answer();
				}
			}),
			writable: new WritableStream({
				write(chunk) {
					said.push(new TextDecoder().decode(chunk).trimEnd());
					answer();
				}
			}),
			startTls: () => {
				said.push('[encrypted]');
				return socketOf([...encrypted]);
			},
			close: () => Promise.resolve()
		};
	};
	return { said, socket: socketOf([...answers]) };
}

describe('deliver', () => {
	it('hands over one mail and doubles a leading dot', async () => {
		const { said, socket } = scripted(PLAIN);
		await deliver(socket, session);
		expect(said).toEqual([
			'EHLO example.com',
			'MAIL FROM:<portal@example.com>',
			'RCPT TO:<erika@example.org>',
			'DATA',
			'Subject: x\r\n\r\n..dot\r\n\r\n.',
			'QUIT'
		]);
	});

	it('does not fail a mail that was taken because the goodbye fails', async () => {
		await expect(deliver(scripted(PLAIN.slice(0, 6)).socket, session)).resolves.toBeUndefined();
	});

	it.each([0, 1, 2, 3, 4, 5])('fails when the server closes after %i answers', async (answers) => {
		const { socket } = scripted(['220 hi', ...PLAIN.slice(1)].slice(0, answers));
		if (answers === 0) {
			const empty = { ...socket, readable: new ReadableStream({ start: (c) => c.close() }) };
			await expect(deliver(empty, session)).rejects.toThrow('closed');
			return;
		}
		await expect(deliver(socket, session)).rejects.toThrow('closed');
	});

	it('tells a refusal for good from one for now, without the address', async () => {
		const refused = (answer: string) =>
			deliver(scripted([...PLAIN.slice(0, 3), answer]).socket, session).catch((e: unknown) => e);
		await expect(refused('550 <erika@example.org> unknown')).resolves.toMatchObject({
			message: 'SMTP RCPT answered 550',
			isPermanent: true
		});
		await expect(refused('451 later')).resolves.toMatchObject({ isPermanent: false });
	});

	const credentials = { user: 'portal', password: 'secret' };

	it('signs in only after the connection is encrypted', async () => {
		const { said, socket } = scripted(
			['220 hi', '250-hi\r\n250-AUTH PLAIN\r\n250 STARTTLS', '220 go'],
			['250-hi\r\n250 AUTH PLAIN LOGIN', '235 welcome', ...PLAIN.slice(2)]
		);
		await deliver(socket, { ...session, security: 'starttls', credentials });
		expect(said.slice(0, 5)).toEqual([
			'EHLO example.com',
			'STARTTLS',
			'[encrypted]',
			'EHLO example.com',
			`AUTH PLAIN ${btoa('\0portal\0secret')}`
		]);
	});

	it('ASVS 12.3.1: says no password when encryption is not offered', async () => {
		const { said, socket } = scripted(['220 hi', '250-hi\r\n250 AUTH PLAIN', ...PLAIN]);
		const delivery = deliver(socket, { ...session, security: 'starttls', credentials });
		await expect(delivery).rejects.toThrow('no STARTTLS');
		expect(said).toEqual(['EHLO example.com']);
	});

	it('ASVS 12.3.1: refuses what was said in clear after STARTTLS', async () => {
		const { socket } = scripted(['220 hi', '250-hi\r\n250 STARTTLS', '220 go\r\n250 injected']);
		const delivery = deliver(socket, { ...session, security: 'starttls', credentials });
		await expect(delivery).rejects.toThrow('before the encryption');
	});

	it('signs in by LOGIN where PLAIN is missing', async () => {
		const { said, socket } = scripted([
			'220 hi',
			'250-hi\r\n250 AUTH=LOGIN',
			'334 u',
			'334 p',
			'235 ok',
			...PLAIN.slice(2)
		]);
		await deliver(socket, { ...session, credentials });
		expect(said.slice(1, 4)).toEqual(['AUTH LOGIN', btoa('portal'), btoa('secret')]);
	});
});
