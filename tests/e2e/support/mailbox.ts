import { expect } from '@playwright/test';

export type ReceivedMail = {
	readonly subject: string;
	readonly text: string;
	readonly to: readonly { readonly address: string }[];
};

/** Every mail the catcher has received for an address, oldest first. */
export async function mailsTo(inboxUrl: string, address: string): Promise<readonly ReceivedMail[]> {
	const response = await fetch(`${inboxUrl}/email`);
	const mails = (await response.json()) as readonly ReceivedMail[];
	return mails.filter((mail) => mail.to.some((one) => one.address === address));
}

/** Waits for a mail whose subject matches; mails leave after the answer, so it may take a moment. */
export async function waitForMail(
	inboxUrl: string,
	address: string,
	subject: RegExp,
	count = 1
): Promise<ReceivedMail> {
	let found: readonly ReceivedMail[] = [];
	await expect
		.poll(
			async () => {
				found = (await mailsTo(inboxUrl, address)).filter((mail) => subject.test(mail.subject));
				return found.length;
			},
			{ message: `a mail to ${address} about ${subject.source}`, timeout: 90_000 }
		)
		.toBeGreaterThanOrEqual(count);
	const newest = found.at(-1);
	if (!newest) throw new Error('unreachable: the poll has found one');
	return newest;
}
