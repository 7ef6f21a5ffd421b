// The SMTP dialogue of one mail (RFC 5321). Own code because worker-mailer 1.2.1 loops without end, and with it the
// whole Worker, when the server closes the connection, and sends the password in clear when STARTTLS is not offered.

/** What `connect` of `cloudflare:sockets` gives, as far as it is used here. */
export type SmtpSocket = {
	readonly readable: ReadableStream<Uint8Array>;
	readonly writable: WritableStream<Uint8Array>;
	readonly opened: Promise<unknown>;
	startTls(): SmtpSocket;
	close(): Promise<void>;
};

export type SmtpSecurity = 'none' | 'starttls' | 'tls';

export type SmtpSession = {
	readonly security: SmtpSecurity;
	readonly credentials: { readonly user: string; readonly password: string } | null;
	/** How this side introduces itself. */
	readonly clientName: string;
	readonly from: string;
	readonly to: string;
	readonly message: string;
};

/** `isPermanent`: the server refuses this mail for good, trying again is pointless. */
export class MailError extends Error {
	override name = 'MailError';
	readonly isPermanent: boolean;

	constructor(
		message: string,
		{ isPermanent = false, cause }: { isPermanent?: boolean; cause?: unknown } = {}
	) {
		super(message, { cause });
		this.isPermanent = isPermanent;
	}
}

type Reply = { readonly code: number; readonly lines: readonly string[] };

const REPLY_LIMIT = 16_384;

/** Resolves when the server has taken the mail over. What fails after that moment cannot fail the mail. */
export async function deliver(connected: SmtpSocket, session: SmtpSession): Promise<void> {
	const clear = new Line(connected);
	await clear.expect(220, 'greeting');
	const abilities = await greet(clear, session.clientName);
	if (session.security !== 'starttls') return converse(clear, abilities, session);

	if (!abilities.has('STARTTLS')) throw new MailError('SMTP server offers no STARTTLS');
	await clear.ask('STARTTLS', 220, 'STARTTLS');
	const encrypted = clear.upgrade();
	try {
		await converse(encrypted, await greet(encrypted, session.clientName), session);
	} finally {
		encrypted.close();
	}
}

async function converse(
	line: Line,
	abilities: ReadonlyMap<string, string>,
	session: SmtpSession
): Promise<void> {
	if (session.credentials) await signIn(line, abilities, session.credentials);
	await line.ask(`MAIL FROM:<${session.from}>`, 250, 'MAIL');
	await line.ask(`RCPT TO:<${session.to}>`, 250, 'RCPT');
	await line.ask('DATA', 354, 'DATA');
	// A line that begins with a dot would end the mail early.
	await line.ask(`${session.message.replace(/^\./gm, '..')}\r\n.`, 250, 'message');
	await line.ask('QUIT', 221, 'QUIT').catch(() => undefined);
}

async function greet(line: Line, clientName: string): Promise<ReadonlyMap<string, string>> {
	const { lines } = await line.ask(`EHLO ${clientName}`, 250, 'EHLO');
	return new Map(
		lines.slice(1).map((ability) => {
			const [name = '', ...parameters] = ability.toUpperCase().split(/[ =]/);
			return [name, parameters.join(' ')];
		})
	);
}

async function signIn(
	line: Line,
	abilities: ReadonlyMap<string, string>,
	{ user, password }: { readonly user: string; readonly password: string }
): Promise<void> {
	const methods = abilities.get('AUTH')?.split(' ') ?? [];
	if (methods.includes('PLAIN')) {
		await line.ask(`AUTH PLAIN ${base64(`\0${user}\0${password}`)}`, 235, 'AUTH');
		return;
	}
	if (!methods.includes('LOGIN')) throw new MailError('SMTP server offers neither PLAIN nor LOGIN');
	await line.ask('AUTH LOGIN', 334, 'AUTH');
	await line.ask(base64(user), 334, 'AUTH');
	await line.ask(base64(password), 235, 'AUTH');
}

class Line {
	readonly #socket: SmtpSocket;
	readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
	readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
	readonly #decoder = new TextDecoder();
	#pending = '';

	constructor(socket: SmtpSocket) {
		this.#socket = socket;
		this.#reader = socket.readable.getReader();
		this.#writer = socket.writable.getWriter();
	}

	/** The same connection from here on encrypted. */
	upgrade(): Line {
		// What came in clear after the answer to STARTTLS could be an attacker's (CVE-2011-0411).
		if (this.#pending !== '') throw new MailError('SMTP server spoke before the encryption');
		this.#reader.releaseLock();
		this.#writer.releaseLock();
		return new Line(this.#socket.startTls());
	}

	close(): void {
		this.#socket.close().catch(() => undefined);
	}

	async ask(command: string, code: number, step: string): Promise<Reply> {
		await this.#writer.write(new TextEncoder().encode(`${command}\r\n`));
		return this.expect(code, step);
	}

	async expect(code: number, step: string): Promise<Reply> {
		const reply = await this.#read();
		if (reply.code === code) return reply;
		// Only the number: the text of the server may hold the address.
		throw new MailError(`SMTP ${step} answered ${reply.code}`, {
			isPermanent: reply.code >= 500 && (step === 'RCPT' || step === 'message')
		});
	}

	async #read(): Promise<Reply> {
		for (;;) {
			const whole = /^(?:\d{3}-[^\n]*\n)*\d{3}(?: [^\n]*)?\n/.exec(this.#pending)?.[0];
			if (whole !== undefined) {
				this.#pending = this.#pending.slice(whole.length);
				const lines = whole.split(/\r?\n/).filter((line) => line !== '');
				return { code: Number(whole.slice(0, 3)), lines: lines.map((line) => line.slice(4)) };
			}
			const { value, done } = await this.#reader.read();
			if (done) throw new MailError('SMTP server closed the connection');
			this.#pending += this.#decoder.decode(value, { stream: true });
			if (this.#pending.length > REPLY_LIMIT) throw new MailError('SMTP reply too long');
		}
	}
}

function base64(text: string): string {
	return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}
