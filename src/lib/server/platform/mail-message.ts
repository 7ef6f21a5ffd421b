// One mail as RFC 5322 text. Everything that ends up in a header is checked: a line break in a name or subject
// would let its author write headers and recipients of their own.

export type Mail = {
	/** `name@example.org` or `Name <name@example.org>`. */
	readonly to: string;
	readonly from: string;
	readonly subject: string;
	readonly text: string;
	readonly html?: string;
	readonly headers?: Readonly<Record<string, string>>;
	/** The same id on every attempt lets the receiver drop a copy. */
	readonly id?: string;
	readonly sentAtMs?: number;
};

export type Mailbox = { readonly name: string; readonly address: string };

const ADDRESS = /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,255}$/;
const HEADER_NAME = /^[A-Za-z][A-Za-z0-9-]*$/;
const CONTROL = /\p{Cc}/u;
const NOT_ASCII = /[^\x20-\x7e]/;
const LINE_LENGTH = 76;
/** Of an encoded word's 75 characters (RFC 2047), base64 and its frame leave 45 bytes. */
const ENCODED_WORD_BYTES = 45;

export function parseMailbox(text: string): Mailbox {
	const named = /^(.*)<([^<>]*)>$/.exec(text.trim());
	const name = named?.[1]?.trim().replaceAll('"', '') ?? '';
	const address = named?.[2] ?? text.trim();
	if (!ADDRESS.test(address)) throw new Error('Mail: not an address that SMTP can carry');
	return { name: withoutControl(name), address };
}

/** Headers and body, lines ended by CRLF, no line beyond 76 characters in the body. */
export function composeMail(mail: Mail): string {
	const from = parseMailbox(mail.from);
	const domain = from.address.slice(from.address.indexOf('@') + 1);
	const headers = {
		From: formatMailbox(from),
		To: formatMailbox(parseMailbox(mail.to)),
		Subject: encodeWords(withoutControl(mail.subject)),
		Date: new Date(mail.sentAtMs ?? Date.now()).toUTCString().replace('GMT', '+0000'),
		'Message-ID': `<${withoutControl(mail.id ?? crypto.randomUUID())}@${domain}>`,
		// Keeps out-of-office robots from answering (RFC 3834).
		'Auto-Submitted': 'auto-generated',
		...mail.headers,
		'MIME-Version': '1.0'
	};
	const lines = Object.entries(headers).map(([name, value]) => headerLine(name, value));
	return [...lines, ...body(mail), ''].join('\r\n');
}

function body({ text, html }: Mail): readonly string[] {
	if (html === undefined) return part('text/plain', text);
	const boundary = `part-${crypto.randomUUID()}`;
	return [
		`Content-Type: multipart/alternative; boundary="${boundary}"`,
		'',
		...[`--${boundary}`, ...part('text/plain', text)],
		...[`--${boundary}`, ...part('text/html', html)],
		`--${boundary}--`
	];
}

function part(type: string, content: string): readonly string[] {
	return [
		`Content-Type: ${type}; charset=utf-8`,
		'Content-Transfer-Encoding: quoted-printable',
		'',
		...content.split(/\r\n|\r|\n/).flatMap(quotedPrintableLines)
	];
}

function quotedPrintableLines(line: string): readonly string[] {
	const bytes = [...new TextEncoder().encode(line)];
	const lines = [''];
	for (const [index, byte] of bytes.entries()) {
		const isBlankAtEnd = (byte === 0x20 || byte === 0x09) && index === bytes.length - 1;
		const isPlain = (byte >= 0x20 && byte <= 0x7e && byte !== 0x3d) || byte === 0x09;
		const unit = isPlain && !isBlankAtEnd ? String.fromCharCode(byte) : `=${hex(byte)}`;
		const last = lines.at(-1) ?? '';
		if (last.length + unit.length < LINE_LENGTH) {
			lines[lines.length - 1] = last + unit;
			continue;
		}
		lines[lines.length - 1] = `${last}=`;
		lines.push(unit);
	}
	return lines;
}

function hex(byte: number): string {
	return byte.toString(16).toUpperCase().padStart(2, '0');
}

function formatMailbox({ name, address }: Mailbox): string {
	if (name === '') return address;
	if (NOT_ASCII.test(name)) return `${encodeWords(name)} <${address}>`;
	return `"${name.replaceAll('\\', '')}" <${address}>`;
}

function encodeWords(text: string): string {
	if (!NOT_ASCII.test(text)) return text;
	const words: string[] = [];
	let word = '';
	for (const character of text) {
		if (byteLength(word + character) > ENCODED_WORD_BYTES) {
			words.push(word);
			word = '';
		}
		word += character;
	}
	return [...words, word].map((part) => `=?UTF-8?B?${base64(part)}?=`).join('\r\n ');
}

function headerLine(name: string, value: string): string {
	// Folded only by encodeWords: a line break followed by a blank.
	const unfolded = value.replaceAll('\r\n =?', ' =?');
	if (!HEADER_NAME.test(name) || CONTROL.test(unfolded) || NOT_ASCII.test(unfolded)) {
		throw new Error('Mail: header with a line break or a forbidden character');
	}
	return `${name}: ${value}`;
}

function withoutControl(text: string): string {
	if (CONTROL.test(text)) throw new Error('Mail: line break or control character in a header');
	return text;
}

function byteLength(text: string): number {
	return new TextEncoder().encode(text).length;
}

function base64(text: string): string {
	return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}
