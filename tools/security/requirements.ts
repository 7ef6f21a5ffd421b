/**
 * The portal's own requirements: what each one promises, and which ids of ASVS 5.0.0 its test proves.
 * One line each. A requirement counts as done unless `OPEN` gives the reason why it is not; `npm test`
 * fails on a done one without a passing test whose name begins with its id.
 */
export type Requirement = {
	readonly id: string;
	readonly promise: string;
	readonly asvs: readonly string[];
};

type Row = readonly [id: string, promise: string, asvs: string];

const ROWS: readonly Row[] = [
	['A1', 'a password has 12 to 128 characters', '6.2.1 6.2.9'],
	['A2', 'the whole password counts, as typed', '6.2.5 6.2.8'],
	['A3', 'common, breached and context passwords are refused', '6.2.4 6.2.11 6.2.12'],
	['A4', 'paste, reveal and password managers work', '6.2.6 6.2.7'],
	['A5', 'passwords lie as Argon2id with salt and pepper', '11.4.2'],
	['A6', 'no session before the second factor', '6.3.3'],
	['A7', 'a TOTP code works once', '6.5.1'],
	['A8', 'only the present step by the server clock', '6.5.5 6.5.8'],
	['A9', 'the TOTP secret is made and kept on the server', '6.5.3 6.5.6'],
	['A10', 'an attempt is booked before it is checked', '6.3.1 6.6.3'],
	['A11', 'an outsider locks nobody out', '6.1.1'],
	['A12', '100 failures in a row switch an authenticator off', ''],
	['A13', 'one counter a person', '6.3.1'],
	['A14', 'a delayed account answers like a wrong password', '6.3.8'],
	['A15', 'password and TOTP failures count apart', '6.3.1'],
	['A16', 'only the address the edge vouches for counts', '4.1.3 15.3.4'],
	['A17', 'known and unknown people see the same', '6.3.8'],
	['A18', 'a mail token is bound, works once and expires', '6.4.1 6.6.2'],
	['A19', 'a mail alone sets no password', '6.4.3'],
	['A20', 'ten recovery codes, hashed, shown once', '6.5.2 6.5.4 11.5.1'],
	['A21', 'which proofs open what', '6.4.2 6.4.4'],
	['A22', 'security answers open nothing alone and give no hints', '6.4.2'],
	['A23', 'the waiting time runs by the server clock and can be cancelled', '6.4.4'],
	['A24', 'staff start a reset, never set a secret', '6.4.6'],
	['A25', 'changes and suspicious attempts are told by mail', '6.3.5 6.3.7'],
	['A26', 'only listed modules create sessions', '6.1.3 6.3.4'],
	['S1', 'session tokens are random and lie hashed', '7.2.1 7.2.3'],
	['S2', 'the exact session cookie', '3.3.1 3.3.2 3.3.3 3.3.4 3.3.5'],
	['S3', 'a new token at every change of rights', '7.2.2 7.2.4'],
	['S4', 'idle and absolute end', '7.3.1 7.3.2'],
	['S5', 'a dead session stays dead', '7.4.1 7.4.2'],
	['S6', 'people and staff end sessions', '7.4.3 7.4.5 7.5.2'],
	['S7', 'at most five sessions at once', '7.1.2'],
	['S8', 'step-up before sensitive acts', '7.5.1 7.5.3'],
	['S9', 'no act by a foreign page or by GET', '3.5.1 3.5.2 3.5.3 3.5.8'],
	['Z1', 'default deny', '8.2.1 8.3.1'],
	['Z2', "other people's records do not exist", '8.2.2'],
	['Z3', 'extra fields are refused', '8.2.3 15.3.3'],
	['Z4', 'a role taken away counts at once', '8.3.2'],
	['Z5', 'one table of roles and actions', '8.1.1'],
	['Z6', 'staff see assigned cases, or break the glass', '16.3.2'],
	['Z7', 'a payout has two people and happens once', '2.3.4 2.3.5 15.4.2'],
	['Z8', 'staff work on their own host with a passkey', '3.5.4 6.3.3 8.4.2'],
	['Z9', 'two people at the same time never mix', '15.4.1'],
	['B1', 'steps in order, all or nothing', '2.3.1 2.3.3'],
	['B2', 'costly acts have limits', '2.4.1 2.4.2 15.2.2'],
	['B3', 'one way out, to listed hosts', '1.3.6 13.2.4 13.2.5 15.3.2'],
	['B4', 'malformed input is a bad request', '1.5.2 15.3.5 15.3.6 15.3.7'],
	['B5', 'no mail header is injected', '1.3.11'],
	['W1', 'a strict content policy on every page', '3.4.3 3.4.6 3.4.7'],
	['W2', 'Trusted Types', '3.2.2'],
	['W3', 'one set of headers on every answer', '3.4.1 3.4.2 3.4.4 3.4.5 3.4.8'],
	['W4', 'nothing personal is cached', '14.2.2 14.2.5 14.3.2'],
	['W5', 'the offline cache holds build files alone', '14.3.1'],
	['W6', 'after signing out nothing personal is left to see', '14.3.1'],
	['W7', 'no open redirect, nothing personal in addresses', '3.7.2 14.2.1'],
	['W8', 'no request to anybody else', '3.6.1 14.2.3'],
	['W9', 'foreign messages are dropped', '3.5.5'],
	['W10', 'an old browser gets an explanation and no health data', '3.7.5'],
	['D1', 'health data lie encrypted', '14.2.4'],
	['D2', 'a moved ciphertext does not open', '11.2.5 11.3.3'],
	['D3', 'no nonce comes twice', '11.3.4'],
	['D4', 'keys rotate', '11.2.2 13.3.4'],
	['D5', 'erased stays erased', ''],
	['D6', 'missing, equal and example keys are refused', ''],
	['D7', 'the device keeps health data sealed', '14.3.3'],
	['D8', 'bank and insurance numbers are masked', '14.2.6'],
	['D9', 'deadlines of deletion are kept', '14.2.7'],
	['D10', 'every table is in export and erasure', ''],
	['D11', 'the technical log names nobody', '16.2.5'],
	['F1', 'a file is what it says', '5.2.2'],
	['F2', 'files have limits', '5.2.1 5.2.4'],
	['F3', 'no bomb is unpacked', '5.2.3 5.2.6'],
	['F4', 'metadata are stripped', '14.2.8'],
	['F5', 'files are scanned', '5.4.3'],
	['F6', 'a download is harmless', '3.2.1 5.4.1 5.4.2'],
	['L1', 'every authentication leaves a row', '16.2.1 16.2.2 16.3.1'],
	['L2', 'the audit log cannot be changed unnoticed', '16.4.2'],
	['L3', 'no act without its entry', '16.5.3'],
	['L4', 'an address goes after its deadline, the log still verifies', ''],
	['L5', 'no entry is forged by control characters', '1.2.10 16.4.1'],
	['L6', 'people see their last sign-in and the failed ones', ''],
	['O1', 'a dead part gives an honest 503 and opens nothing', '16.5.1 16.5.2'],
	[
		'O2',
		'the production build shows nothing of its making',
		'13.4.1 13.4.2 13.4.3 13.4.4 13.4.5 13.4.6 13.4.7 15.2.3'
	],
	['O3', 'every dependency is listed, pinned and checked', '15.1.2 15.2.4'],
	['O4', 'the password hash runs in workerd', '11.4.2'],
	['O5', 'no secret is in the build', '13.3.1']
];

export const REQUIREMENTS: readonly Requirement[] = ROWS.map(([id, promise, asvs]) => ({
	...{ id, promise },
	asvs: asvs === '' ? [] : asvs.split(' ')
}));
