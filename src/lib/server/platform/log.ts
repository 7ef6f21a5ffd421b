/**
 * The technical log: one JSON line an event, fields from a closed list. No identifiers, addresses
 * or texts of people (security.md K8); the audit log is another stream.
 */
export type LogFields = {
	readonly requestId?: string;
	readonly route?: string;
	readonly status?: number;
	readonly durationMs?: number;
	readonly code?: string;
	readonly job?: string;
	readonly count?: number;
	/** Class and message of an error of our own platform code, never of user input. */
	readonly error?: string;
};

export function logEvent(
	level: 'info' | 'warning' | 'error',
	event: string,
	fields: LogFields = {}
): void {
	console.log(JSON.stringify({ at: new Date().toISOString(), level, event, ...fields }));
}
