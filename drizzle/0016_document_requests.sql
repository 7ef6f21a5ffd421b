CREATE TABLE `document_requests` (
	`id` text PRIMARY KEY NOT NULL,
	`claim_id` text NOT NULL,
	`kind` text NOT NULL,
	`line` integer NOT NULL,
	`asked_at_ms` integer NOT NULL,
	`asked_by` text NOT NULL,
	`due_on` text NOT NULL,
	`fault` text,
	`file_id` text,
	`answered_at_ms` integer,
	`withdrawn_at_ms` integer,
	FOREIGN KEY (`claim_id`) REFERENCES `claims`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`asked_by`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`file_id`) REFERENCES `files`(`id`) ON UPDATE no action ON DELETE set null,
	CONSTRAINT "document_requests_line" CHECK("document_requests"."line" between 0 and 20),
	CONSTRAINT "document_requests_end" CHECK(("document_requests"."answered_at_ms" is null or "document_requests"."withdrawn_at_ms" is null) and ("document_requests"."file_id" is null or "document_requests"."answered_at_ms" is not null))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `document_requests_once` ON `document_requests` (`claim_id`,`kind`,`line`) WHERE "document_requests"."withdrawn_at_ms" is null;--> statement-breakpoint
CREATE INDEX `document_requests_claim` ON `document_requests` (`claim_id`,`asked_at_ms`);--> statement-breakpoint
CREATE UNIQUE INDEX `document_requests_file` ON `document_requests` (`file_id`);--> statement-breakpoint
CREATE INDEX `document_requests_asked_by` ON `document_requests` (`asked_by`);--> statement-breakpoint
PRAGMA foreign_keys=OFF;--> statement-breakpoint
CREATE TABLE `__new_claims` (
	`id` text PRIMARY KEY NOT NULL,
	`number` text NOT NULL,
	`account_id` text NOT NULL,
	`person_id` text NOT NULL,
	`contract_id` text NOT NULL,
	`insured_person_id` text NOT NULL,
	`submission_id` text NOT NULL,
	`state` text NOT NULL,
	`submitted_at_ms` integer NOT NULL,
	`decided_at_ms` integer,
	`decided_by` text,
	`assignee_id` text,
	`assigned_at_ms` integer,
	`content` blob NOT NULL,
	`decision` blob,
	`version` integer DEFAULT 1 NOT NULL,
	FOREIGN KEY (`account_id`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`person_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`contract_id`) REFERENCES `contracts`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`insured_person_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`submission_id`) REFERENCES `submissions`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`decided_by`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`assignee_id`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "claims_state" CHECK("__new_claims"."state" in ('submitted', 'in_review', 'documents_requested', 'approved', 'partially_approved', 'rejected')),
	CONSTRAINT "claims_decided" CHECK(("__new_claims"."state" in ('submitted', 'in_review', 'documents_requested')) = ("__new_claims"."decided_at_ms" is null)),
	CONSTRAINT "claims_maker" CHECK("__new_claims"."decided_by" is null or "__new_claims"."decided_by" <> "__new_claims"."account_id")
);
--> statement-breakpoint
INSERT INTO `__new_claims`("id", "number", "account_id", "person_id", "contract_id", "insured_person_id", "submission_id", "state", "submitted_at_ms", "decided_at_ms", "decided_by", "assignee_id", "assigned_at_ms", "content", "decision", "version") SELECT "id", "number", "account_id", "person_id", "contract_id", "insured_person_id", "submission_id", "state", "submitted_at_ms", "decided_at_ms", "decided_by", "assignee_id", "assigned_at_ms", "content", "decision", "version" FROM `claims`;--> statement-breakpoint
DROP TABLE `claims`;--> statement-breakpoint
ALTER TABLE `__new_claims` RENAME TO `claims`;--> statement-breakpoint
PRAGMA foreign_keys=ON;--> statement-breakpoint
CREATE UNIQUE INDEX `claims_number_unique` ON `claims` (`number`);--> statement-breakpoint
CREATE UNIQUE INDEX `claims_submission_unique` ON `claims` (`submission_id`);--> statement-breakpoint
CREATE INDEX `claims_of_account` ON `claims` (`account_id`,`submitted_at_ms`);--> statement-breakpoint
CREATE INDEX `claims_open` ON `claims` (`submitted_at_ms`,`id`) WHERE "claims"."decided_at_ms" is null;--> statement-breakpoint
CREATE INDEX `claims_open_of_assignee` ON `claims` (`assignee_id`,`submitted_at_ms`,`id`) WHERE "claims"."decided_at_ms" is null;--> statement-breakpoint
CREATE INDEX `claims_decided_at` ON `claims` (`decided_at_ms`) WHERE "claims"."decided_at_ms" is not null;--> statement-breakpoint
CREATE INDEX `claims_contract` ON `claims` (`contract_id`);--> statement-breakpoint
CREATE INDEX `claims_person` ON `claims` (`person_id`);--> statement-breakpoint
CREATE INDEX `claims_insured_person` ON `claims` (`insured_person_id`);--> statement-breakpoint
CREATE INDEX `claims_decided_by` ON `claims` (`decided_by`) WHERE "claims"."decided_by" is not null;