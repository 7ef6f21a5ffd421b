import type { GiveUpReason, JobName } from '#lib/domain/operations/jobs.ts';
import { m } from '#lib/i18n/generated/messages.js';

export const JOB_TEXTS = {
	'recovery-expire': m.operations_job_recovery_expire,
	'recovery-remind': m.operations_job_recovery_remind,
	'inspect-files': m.operations_job_inspect_files,
	'warn-idle': m.operations_job_warn_idle,
	'erase-accounts': m.operations_job_erase_accounts,
	retention: m.operations_job_retention,
	'exchange-rates': m.operations_job_exchange_rates,
	'decide-by-rules': m.operations_job_decide_by_rules,
	clocks: m.operations_job_clocks,
	'remind-documents': m.operations_job_remind_documents,
	outbox: m.operations_job_outbox,
	push: m.operations_job_push,
	'audit-seal': m.operations_job_audit_seal,
	'audit-deliver': m.operations_job_audit_deliver,
	'audit-erase': m.operations_job_audit_erase,
	'sign-in-purge': m.operations_job_sign_in_purge,
	'drafts-warn': m.operations_job_drafts_warn,
	'drafts-purge': m.operations_job_drafts_purge,
	'rewrap-keys': m.operations_job_rewrap_keys
} satisfies Record<JobName, unknown>;

export const GIVE_UP_TEXTS = {
	'address-gone': m.operations_reason_address_gone,
	'told-otherwise': m.operations_reason_told_otherwise,
	'out-of-date': m.operations_reason_out_of_date
} satisfies Record<GiveUpReason, unknown>;
