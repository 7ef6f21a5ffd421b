import type { StaffRole } from '#lib/domain/actor.ts';
import { m } from '#lib/i18n/generated/messages.js';
import { roleText } from '#lib/i18n/staff-texts.ts';

export const STATUS_TEXTS = {
	pending: m.staff_status_pending,
	active: m.staff_status_active,
	disabled: m.staff_status_disabled
};

export const STATUS_TONES = { pending: 'info', active: 'success', disabled: 'neutral' } as const;

export const DONE_TEXTS = {
	asked: m.staff_people_done_asked,
	approved: m.staff_people_done_approved,
	refused: m.staff_people_done_refused,
	disabled: m.staff_people_done_disabled,
	ended: m.staff_people_done_ended
};

const WAITING_TEXTS = {
	invite: m.staff_waiting_invite,
	role: m.staff_waiting_role,
	readmit: m.staff_waiting_readmit
};

/** What somebody has proposed, in one sentence. */
export function waitingText(change: {
	readonly kind: keyof typeof WAITING_TEXTS;
	readonly name: string;
	readonly role: StaffRole;
}): string {
	return WAITING_TEXTS[change.kind]({ name: change.name, role: roleText(change.role) });
}
