import { SECOND_MS } from '#lib/domain/calendar.ts';
import { m } from '#lib/i18n/generated/messages.js';
import type { Unlocked } from '#lib/offline/unlock.ts';

/** Why the drafts did not open; empty when they did. */
export function unlockProblem(outcome: Unlocked): string {
	switch (outcome.kind) {
		case 'open':
			return '';
		case 'wrong':
			return m.vault_wrong();
		case 'wrong-pin':
			return outcome.triesLeft === 1
				? m.vault_pin_wrong_one()
				: m.vault_pin_wrong({ count: outcome.triesLeft });
		case 'wait':
			return m.vault_wait({ time: waitingTime(outcome.forMs) });
		case 'pin-gone':
			return m.vault_pin_gone();
		case 'passkey-unable':
		case 'passkey-broken':
			return m.vault_passkey_unable();
		case 'cancelled':
			return m.vault_failed_cancelled();
	}
}

function waitingTime(forMs: number): string {
	const seconds = Math.ceil(forMs / SECOND_MS);
	return seconds <= 90
		? m.vault_wait_seconds({ count: seconds })
		: m.vault_wait_minutes({ count: Math.ceil(seconds / 60) });
}
