import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { composeMail, parseMailbox, type Mail } from './mail-message.ts';

const mail: Mail = {
	to: 'erika@example.org',
	from: 'Kundenportal <portal@example.com>',
	subject: 'Neue Nachricht',
	text: 'Guten Tag,\n\nes gibt eine neue Nachricht.\n',
	id: 'mail-1',
	sentAtMs: Date.UTC(2026, 10, 22, 8, 5)
};

const headersOf = (text: string) => text.slice(0, text.indexOf('\r\n\r\n')).split(/\r\n(?! )/);

function decodeBody(text: string): string {
	const body = text.slice(text.indexOf('\r\n\r\n') + 4).replaceAll('=\r\n', '');
	const bytes = body.replace(/=([0-9A-F]{2})/g, (_, code: string) =>
		String.fromCharCode(Number.parseInt(code, 16))
	);
	return Buffer.from(bytes, 'latin1').toString('utf8');
}

describe('composeMail', () => {
	it('writes the headers a receiver expects', () => {
		expect(headersOf(composeMail(mail))).toEqual([
			'From: "Kundenportal" <portal@example.com>',
			'To: erika@example.org',
			'Subject: Neue Nachricht',
			'Date: Sun, 22 Nov 2026 08:05:00 +0000',
			'Message-ID: <mail-1@example.com>',
			'Auto-Submitted: auto-generated',
			'MIME-Version: 1.0',
			'Content-Type: text/plain; charset=utf-8',
			'Content-Transfer-Encoding: quoted-printable'
		]);
	});

	it('splits a long subject into encoded words between characters', () => {
		const subject =
			'Ihre Bestätigung für die Übermittlung der Unterlagen zum Schadenfall in Österreich';
		const line = headersOf(composeMail({ ...mail, subject })).find((l) => l.startsWith('Subject'));
		const words = line?.slice('Subject: '.length).split('\r\n ') ?? [];
		const decoded = words.map((word) => Buffer.from(word.slice(10, -2), 'base64').toString('utf8'));
		expect(decoded.join('')).toBe(subject);
		expect(Math.max(...words.map((word) => word.length))).toBeLessThanOrEqual(75);
	});

	it('offers text and html as alternatives', () => {
		const text = composeMail({ ...mail, html: '<p>Guten Tag</p>' });
		expect(text).toMatch(/multipart\/alternative; boundary="part-/);
		expect(text).toContain('Content-Type: text/html; charset=utf-8');
		expect(text).toMatch(/--part-[0-9a-f-]+--\r\n$/);
	});

	it.each([
		['subject', { subject: 'x\r\nBcc: other@example.org' }],
		['name of the sender', { from: 'A\nBcc: x <portal@example.com>' }],
		['recipient', { to: 'a@example.org\r\nRCPT TO:<b@example.org>' }],
		['recipient in brackets', { to: 'A <a@example.org>\r\n' + 'B: <b@example.org>' }],
		['header value', { headers: { 'X-Claim': '1\r\nBcc: x@example.org' } }],
		['folded header value', { headers: { 'X-Claim': '1\r\n Bcc: x@example.org' } }],
		['header name', { headers: { 'X\r\nBcc': 'x@example.org' } }],
		['id', { id: 'x>\r\nBcc: <y' }]
	] as const)('B5: a line break in the %s is refused', (_, change) => {
		expect(() => composeMail({ ...mail, ...change })).toThrow('Mail:');
	});

	it('keeps every text, in lines of at most 76 printable characters', () => {
		fc.assert(
			fc.property(fc.string({ unit: 'grapheme', maxLength: 400 }), (text) => {
				const composed = composeMail({ ...mail, text });
				const body = composed.slice(composed.indexOf('\r\n\r\n') + 4);
				expect(body).toMatch(/^(?:[\t\x20-\x7e]{0,76}\r\n)*$/);
				expect(body).not.toMatch(/[ \t]\r\n/);
				expect(decodeBody(composed)).toBe(`${text.replaceAll(/\r\n|\r|\n/g, '\r\n')}\r\n`);
			})
		);
	});
});

describe('parseMailbox', () => {
	it.each(['', 'a', 'a@', '@b', 'a b@example.org', 'ä@example.org', '<a@example.org', 'a@b>'])(
		'refuses %j',
		(text) => {
			expect(() => parseMailbox(text)).toThrow('Mail:');
		}
	);
});
