declare module 'cloudflare:sockets' {
	import type { SmtpSocket } from '#lib/server/platform/smtp.ts';

	export function connect(
		address: { readonly hostname: string; readonly port: number },
		options: { readonly secureTransport: 'on' | 'off' | 'starttls' }
	): SmtpSocket;
}
