import type { CaseState } from '#lib/domain/accounts/recovery.ts';
import { m } from '#lib/i18n/generated/messages.js';

type Shown = {
	readonly state: CaseState;
	readonly isReady: boolean;
	readonly isLetterPrinted: boolean;
};

/** Who acts next on a case, in words. */
export function caseStateText({ state, isReady, isLetterPrinted }: Shown): string {
	switch (state) {
		case 'waiting':
			return isReady ? m.recovery_staff_state_ready() : m.recovery_staff_state_waiting();
		case 'checked':
			return m.recovery_staff_state_checked();
		case 'approved':
			return isLetterPrinted ? m.recovery_staff_state_printed() : m.recovery_staff_state_approved();
		case 'done':
			return m.recovery_staff_state_done();
		case 'cancelled':
			return m.recovery_staff_state_cancelled();
		case 'expired':
			return m.recovery_staff_state_expired();
		default:
			return state satisfies never;
	}
}

export function caseTone({ state, isReady, isLetterPrinted }: Shown) {
	if (state === 'waiting') return isReady ? 'warning' : 'neutral';
	if (state === 'checked') return 'warning';
	if (state === 'approved') return isLetterPrinted ? 'info' : 'warning';
	return state === 'done' ? 'success' : 'neutral';
}
