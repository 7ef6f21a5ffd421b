/** What is not done, with the reason. Delete a line once its tests prove it: `npm test` then watches over it. */
export const OPEN: Readonly<Record<string, string>> = {
	...reason('its owner sees the policy number whole', 'D8')
};

/** ASVS ids that stay open whatever the tests say: a deviation that was decided, not an oversight. */
export const DEVIATIONS: Readonly<Record<string, string>> = {
	'6.4.2':
		'deviation K1: two security questions exist, as a second hurdle in recovery that opens nothing alone',
	'11.2.3':
		'deviation K12: the passkeys of Windows Hello are RSA keys of 2048 bits, which is 112 bits of security (decision 0035)'
};

/** ASVS ids without a test, and what is missing in the product: said instead of "no test proves it yet". */
export const NOT_YET: Readonly<Record<string, string>> = {
	'11.7.2': 'which cells a page opens is not counted by a test yet',
	'13.2.1': 'tokens of the database are not asked for an end, and SMTP knows passwords only',
	'13.2.2': 'one token of the database both reads and writes; the provider gives no finer rights',
	'15.2.1': 'needs the list of known holes from the registry at the time of the test',
	'16.4.3':
		'checkpoints leave the house, the entries themselves do not; the console goes where the host sends it'
};

function reason(text: string, ids: string): Record<string, string> {
	return Object.fromEntries(ids.split(' ').map((id) => [id, text]));
}
