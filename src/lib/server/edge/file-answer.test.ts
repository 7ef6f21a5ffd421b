import { expect, test } from 'vitest';
import { answerFile, dispositionOf } from './file-answer.ts';

test.each([
	['abrechnung.pdf', `attachment; filename="abrechnung.pdf"; filename*=UTF-8''abrechnung.pdf`],
	[
		'Müller (1).pdf',
		`attachment; filename="M_ller (1).pdf"; filename*=UTF-8''M%C3%BCller%20%281%29.pdf`
	],
	['../../etc/passwd', `attachment; filename="__.._etc_passwd"; filename*=UTF-8''__.._etc_passwd`],
	[
		'a"; filename="b.html',
		`attachment; filename="a_; filename=_b.html"; filename*=UTF-8''a_%3B%20filename%3D_b.html`
	],
	[
		'a\r\nSet-Cookie: x',
		`attachment; filename="a__Set-Cookie_ x"; filename*=UTF-8''a__Set-Cookie_%20x`
	],
	['a\u202egnp.pdf', `attachment; filename="a_gnp.pdf"; filename*=UTF-8''a_gnp.pdf`],
	['a\ud800b', `attachment; filename="a_b"; filename*=UTF-8''a%EF%BF%BDb`]
])('F6, ASVS 1.3.3: the name %j is harmless', (name, header) => {
	expect(dispositionOf('attachment', name)).toBe(header);
	expect(() => new Headers({ 'Content-Disposition': header })).not.toThrow();
});

test('ASVS 1.3.3: a name longer than any file system takes is cut', () => {
	const header = dispositionOf('attachment', `${'ü'.repeat(5000)}.pdf`);
	expect(header.length).toBeLessThan(1000);
	expect(header).toMatch(/^attachment; filename="_{120}"; filename\*=UTF-8''(%C3%BC){120}$/);
});

test('F6: a file comes back with its own type and may do nothing', () => {
	const bytes = new ReadableStream<Uint8Array>();
	const answer = answerFile({ name: 'a.pdf', type: 'application/pdf', sizeBytes: 5, bytes });
	expect(Object.fromEntries(answer.headers)).toMatchObject({
		'content-type': 'application/pdf',
		'content-length': '5',
		'x-content-type-options': 'nosniff',
		'cross-origin-resource-policy': 'same-origin',
		'content-security-policy': expect.stringMatching(/^sandbox; default-src 'none'/)
	});
});
