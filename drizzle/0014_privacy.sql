CREATE TABLE `data_exports` (
	`id` text PRIMARY KEY NOT NULL,
	`account_id` text NOT NULL,
	`session_id` text NOT NULL,
	`created_at_ms` integer NOT NULL,
	`expires_at_ms` integer NOT NULL,
	`downloads` integer DEFAULT 0 NOT NULL,
	FOREIGN KEY (`account_id`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `data_exports_account` ON `data_exports` (`account_id`);--> statement-breakpoint
CREATE TABLE `job_runs` (
	`job` text NOT NULL,
	`day` text NOT NULL,
	`started_at_ms` integer NOT NULL,
	`finished_at_ms` integer,
	`removed` text DEFAULT '{}' NOT NULL,
	`error` text,
	PRIMARY KEY(`job`, `day`)
);
--> statement-breakpoint
CREATE TABLE `legal_holds` (
	`id` text PRIMARY KEY NOT NULL,
	`subject` text NOT NULL,
	`subject_id` text NOT NULL,
	`reason` text NOT NULL,
	`review_on` text NOT NULL,
	`placed_by` text NOT NULL,
	`placed_at_ms` integer NOT NULL,
	`lifted_at_ms` integer,
	CONSTRAINT "legal_holds_subject_kind" CHECK("legal_holds"."subject" in ('account', 'contract', 'claim'))
);
--> statement-breakpoint
CREATE INDEX `legal_holds_subject` ON `legal_holds` (`subject_id`) WHERE "legal_holds"."lifted_at_ms" is null;--> statement-breakpoint
ALTER TABLE `accounts` ADD `deletion_due_at_ms` integer;--> statement-breakpoint
ALTER TABLE `accounts` ADD `erased_at_ms` integer;--> statement-breakpoint
CREATE INDEX `accounts_deletion_due` ON `accounts` (`deletion_due_at_ms`) WHERE "accounts"."deletion_due_at_ms" is not null;--> statement-breakpoint
CREATE INDEX `accounts_erased` ON `accounts` (`erased_at_ms`) WHERE "accounts"."erased_at_ms" is not null;--> statement-breakpoint
CREATE INDEX `claims_person` ON `claims` (`person_id`);--> statement-breakpoint
CREATE INDEX `claims_insured_person` ON `claims` (`insured_person_id`);--> statement-breakpoint
CREATE INDEX `claims_decided_by` ON `claims` (`decided_by`) WHERE "claims"."decided_by" is not null;--> statement-breakpoint
CREATE INDEX `submissions_account` ON `submissions` (`account_id`);--> statement-breakpoint
CREATE INDEX `documents_person` ON `documents` (`person_id`);--> statement-breakpoint
CREATE INDEX `documents_pdf_file` ON `documents` (`pdf_file_id`);--> statement-breakpoint
CREATE INDEX `files_person` ON `files` (`person_id`);--> statement-breakpoint
CREATE INDEX `mail_outbox_person` ON `mail_outbox` (`person_id`);