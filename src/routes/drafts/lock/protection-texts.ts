import { faultOfPassphrase } from '#lib/domain/accounts/passphrase.ts';
import { m } from '#lib/i18n/generated/messages.js';
import type { Protected } from '#lib/offline/door.svelte.ts';

/** What is wrong with a new passphrase, in words; empty when nothing is. */
export function passphraseProblem(text: string): string {
	const fault = faultOfPassphrase(text);
	if (fault === 'too-short') return m.vault_passphrase_short();
	return fault === 'too-simple' ? m.vault_passphrase_simple() : '';
}

/** Why protecting did not work; empty when it did. */
export function protectionProblem(outcome: Protected): string {
	switch (outcome) {
		case 'done':
			return '';
		case 'offline':
			return m.vault_failed_offline();
		case 'signed-out':
			return m.vault_failed_signed_out();
		case 'lost':
			return m.vault_failed_lost();
		case 'cancelled':
			return m.vault_failed_cancelled();
		case 'unable':
			return m.vault_failed_unable();
		case 'not-kept':
			return m.vault_failed_not_kept();
	}
}
