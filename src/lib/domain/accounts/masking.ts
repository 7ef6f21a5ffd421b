/** An address as its owner knows it again and a stranger behind them cannot use it: z•••@example.org. */
export function maskEmail(email: string): string {
	const at = email.lastIndexOf('@');
	const [first = ''] = email.slice(0, Math.max(at, 0));
	return `${first}•••${at < 0 ? '' : email.slice(at)}`;
}

/** The last three digits of a number: ••• 345. */
export function maskMobile(mobile: string): string {
	return `••• ${mobile.replace(/\D/g, '').slice(-3)}`;
}
