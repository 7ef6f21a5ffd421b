import { readFileSync } from 'node:fs';

/** USER_HZ: what /proc counts in, on every Linux machine that Node runs on. */
const TICKS_PER_SECOND = 100;
const MICROSECONDS = 1_000_000;

/** CPU time a process has used up to now, user and system, in microseconds. */
export function cpuMicroseconds(pid: number): number {
	const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
	// The second field is the program's name in brackets and may contain anything.
	const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
	const ticks = Number(fields[11]) + Number(fields[12]);
	return (ticks / TICKS_PER_SECOND) * MICROSECONDS;
}
