import type { ProofFault, ProofKind, ProofState } from '#lib/domain/contracts/proofs.ts';
import { documentFaultText } from './request-texts.ts';
import { m } from './generated/messages.js';

type ProofText = {
	readonly title: () => string;
	readonly why: () => string;
	readonly example: () => string;
};

/** What is asked for, why, and an example. */
export const PROOF_TEXTS: Readonly<Record<ProofKind, ProofText>> = {
	enrolment: {
		title: m.proofs_kind_enrolment,
		why: m.proofs_why_enrolment,
		example: m.proofs_example_enrolment
	},
	visa: { title: m.proofs_kind_visa, why: m.proofs_why_visa, example: m.proofs_example_visa },
	residence: {
		title: m.proofs_kind_residence,
		why: m.proofs_why_residence,
		example: m.proofs_example_residence
	},
	'previous-insurance': {
		title: m.proofs_kind_previous,
		why: m.proofs_why_previous,
		example: m.proofs_example_previous
	},
	employment: {
		title: m.proofs_kind_employment,
		why: m.proofs_why_employment,
		example: m.proofs_example_employment
	}
};

const STATES: Readonly<Record<ProofState, () => string>> = {
	open: m.proofs_state_open,
	'handed-in': m.proofs_state_handed_in,
	accepted: m.proofs_state_accepted,
	withdrawn: m.proofs_state_withdrawn
};

export const PROOF_TONES = {
	open: 'warning',
	'handed-in': 'info',
	accepted: 'success',
	withdrawn: 'neutral'
} as const satisfies Record<ProofState, unknown>;

export function proofStateText(state: ProofState): string {
	return STATES[state]();
}

/** What was wrong with the file before, for the customer. */
export function proofFaultText(fault: ProofFault): string {
	return fault === 'expired' ? m.proofs_fault_expired() : documentFaultText(fault);
}

const CHOICES: Readonly<Record<ProofFault, () => string>> = {
	unreadable: m.proofs_choice_unreadable,
	incomplete: m.proofs_choice_incomplete,
	'wrong-document': m.proofs_choice_wrong,
	expired: m.proofs_choice_expired
};

/** The same in a few words, as a clerk chooses it. */
export function proofFaultChoice(fault: ProofFault): string {
	return CHOICES[fault]();
}
