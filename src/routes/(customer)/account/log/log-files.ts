import { OWN_LOG_FORMAT, type OwnLogFile } from '#lib/domain/audit/own-log.ts';
import type { AuditEventKind } from '#lib/domain/audit/audit.ts';
import { csvOf } from '#lib/domain/csv.ts';
import { auditText } from '#lib/i18n/audit-texts.ts';
import { m } from '#lib/i18n/generated/messages.js';

type Entry = OwnLogFile['entries'][number] & {
	readonly atMs: number;
	readonly event: AuditEventKind;
	readonly outcome: 'success' | 'failure';
	readonly ip: string;
	readonly userAgent: string;
};
type Log = Pick<OwnLogFile, 'keys' | 'checkpoint'> & {
	readonly entries: readonly Omit<Entry, 'at' | 'what'>[];
};
type TextFile = { readonly name: string; readonly type: string; readonly text: string };

/** The own log as a file that a program checks, with a note for people on top. */
export function jsonFile(log: Log, accountId: string): TextFile {
	const file: OwnLogFile = {
		format: OWN_LOG_FORMAT,
		howToCheck: [
			m.audit_check_what(),
			m.audit_check_leaf(),
			m.audit_check_root(),
			m.audit_check_keep()
		],
		accountId,
		keys: log.keys,
		checkpoint: log.checkpoint,
		entries: log.entries.map((entry) => ({
			at: timeOf(entry),
			what: auditText(entry),
			leaf: entry.leaf,
			personal: entry.personal,
			proof: entry.proof
		}))
	};
	const text = JSON.stringify(file, null, '\t');
	return { name: `${m.audit_file_name()}.json`, type: 'application/json; charset=utf-8', text };
}

/** The own log as a table for a spreadsheet. */
export function csvFile(log: Log): TextFile {
	const head = [
		m.accounts_log_when(),
		m.accounts_log_what(),
		m.audit_outcome(),
		m.accounts_log_ip(),
		m.audit_browser()
	];
	const rows = log.entries.map((entry) => [
		timeOf(entry),
		auditText(entry),
		entry.outcome === 'success' ? m.audit_outcome_success() : m.audit_outcome_failure(),
		entry.ip || m.accounts_log_insurer(),
		entry.userAgent
	]);
	const text = csvOf([head, ...rows]);
	return { name: `${m.audit_file_name()}.csv`, type: 'text/csv; charset=utf-8', text };
}

/** UTC, so that the file means the same everywhere. */
function timeOf({ atMs }: { readonly atMs: number }): string {
	return new Date(atMs).toISOString();
}
