import { daysBetween, type CalendarDate } from '../calendar.ts';

/** Days after which a clerk is warned: BaFin expects average claims to be done within a month. */
export const CLOCK_DAYS = { soon: 14, urgent: 21, overdue: 30 } as const;

export type ClockState = 'on-time' | 'soon' | 'urgent' | 'overdue';

export type LegalClock = {
	readonly ageDays: number;
	/** Until the customer may demand what is owed at least (§ 14 (2) VVG); negative when past. */
	readonly daysLeft: number;
	readonly state: ClockState;
};

/**
 * How long a claim has been with us, and how pressing that is (domain.md 3.1, §§ 14, 15 VVG).
 * `pausedDays`: days the customer let pass after a document was due, which count for nobody.
 */
export function readLegalClock(
	submittedOn: CalendarDate,
	today: CalendarDate,
	pausedDays = 0
): LegalClock {
	const ageDays = daysBetween(submittedOn, today) - pausedDays;
	return { ageDays, daysLeft: CLOCK_DAYS.overdue - ageDays, state: stateAt(ageDays) };
}

function stateAt(ageDays: number): ClockState {
	if (ageDays >= CLOCK_DAYS.overdue) return 'overdue';
	if (ageDays >= CLOCK_DAYS.urgent) return 'urgent';
	return ageDays >= CLOCK_DAYS.soon ? 'soon' : 'on-time';
}
