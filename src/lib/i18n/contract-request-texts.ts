import type { RequestKind, RequestRefusal, RequestState } from '#lib/domain/contracts/requests.ts';
import { m } from './generated/messages.js';

type Options = Parameters<typeof m.contracts_request_withdrawal>[1];

const KINDS: Readonly<Record<RequestKind, typeof m.contracts_request_withdrawal>> = {
	withdrawal: m.contracts_request_withdrawal,
	termination: m.contracts_request_termination,
	extension: m.contracts_request_extension
};

/** What a customer has declared; `options` names the language of a mail. */
export function requestKindText(kind: RequestKind, options?: Options): string {
	return KINDS[kind]({}, options);
}

const STATES: Readonly<Record<RequestState, () => string>> = {
	open: m.contracts_request_open,
	accepted: m.contracts_request_accepted,
	refused: m.contracts_request_refused
};

export function requestStateText(state: RequestState): string {
	return STATES[state]();
}

const REFUSALS: Readonly<Record<RequestRefusal, typeof m.contracts_refusal_too_late>> = {
	'too-late': m.contracts_refusal_too_late,
	'date-not-possible': m.contracts_refusal_date,
	'term-limit': m.contracts_refusal_term_limit,
	'proof-missing': m.contracts_refusal_proof,
	'no-such-contract': m.contracts_refusal_no_contract
};

/** Why it was refused, as the customer reads it. */
export function refusalText(reason: RequestRefusal, options?: Options): string {
	return REFUSALS[reason]({}, options);
}
