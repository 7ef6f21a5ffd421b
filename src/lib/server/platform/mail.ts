import { composeMail, parseMailbox, type Mail } from './mail-message.ts';
import { deliver, MailError, type SmtpSecurity, type SmtpSocket } from './smtp.ts';

export type MailSettings = {
	readonly host: string;
	readonly port: number;
	readonly secure: SmtpSecurity;
	/** Empty: the server asks for no name and no password. */
	readonly user: string;
	readonly password: string;
	/** For the whole delivery, connection included; default 20 s. */
	readonly timeoutMs?: number;
};

const TIMEOUT_MS = 20_000;
const TRANSPORT = { none: 'off', starttls: 'starttls', tls: 'on' } as const;
const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost']);

/**
 * Hands one mail to the SMTP server; resolves when the server has accepted it.
 * Throws MailError otherwise; `isPermanent` says that another attempt is pointless.
 */
export async function sendMail(settings: MailSettings, mail: Mail): Promise<void> {
	const { host, port, secure, user, password } = settings;
	const credentials = user === '' ? null : { user, password };
	if (credentials && secure === 'none' && !LOOPBACK.has(host)) {
		throw new MailError('SMTP password would travel in clear: set SMTP_SECURE to tls or starttls');
	}
	const from = parseMailbox(mail.from).address;
	const session = {
		security: secure,
		credentials,
		clientName: from.slice(from.indexOf('@') + 1),
		from,
		to: parseMailbox(mail.to).address,
		message: composeMail(mail)
	};
	// Node knows no such module: the development server and the tests put another in its place.
	const { connect } = await import('cloudflare:sockets');
	const socket: SmtpSocket = connect(
		{ hostname: host, port },
		{ secureTransport: TRANSPORT[secure] }
	);
	let timer;
	const timeout = new Promise<never>((_, failed) => {
		timer = setTimeout(
			() => failed(new MailError('SMTP server took too long')),
			settings.timeoutMs ?? TIMEOUT_MS
		);
	});
	const delivery = socket.opened.then(() => deliver(socket, session));
	try {
		await Promise.race([delivery, timeout]);
	} catch (error) {
		delivery.catch(() => undefined);
		if (error instanceof MailError) throw error;
		throw new MailError('SMTP server not reachable', { cause: error });
	} finally {
		clearTimeout(timer);
		// Not awaited: with a read still pending, closing may wait for a server that never answers.
		socket.close().catch(() => undefined);
	}
}
