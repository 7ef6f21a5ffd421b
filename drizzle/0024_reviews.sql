CREATE TABLE `claim_notes` (
	`id` text PRIMARY KEY NOT NULL,
	`claim_id` text NOT NULL,
	`account_id` text NOT NULL,
	`note` blob NOT NULL,
	`at_ms` integer NOT NULL,
	FOREIGN KEY (`claim_id`) REFERENCES `claims`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`account_id`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `claim_notes_claim` ON `claim_notes` (`claim_id`,`at_ms`);--> statement-breakpoint
CREATE TABLE `claim_reviews` (
	`id` text PRIMARY KEY NOT NULL,
	`claim_id` text NOT NULL,
	`kind` text NOT NULL,
	`line` integer NOT NULL,
	`reason` blob NOT NULL,
	`file_id` text,
	`opened_at_ms` integer NOT NULL,
	`opened_by` text NOT NULL,
	`outcome` text,
	`closed_at_ms` integer,
	`closed_by` text,
	`document_id` text,
	FOREIGN KEY (`claim_id`) REFERENCES `claims`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`file_id`) REFERENCES `files`(`id`) ON UPDATE no action ON DELETE set null,
	FOREIGN KEY (`opened_by`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`closed_by`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`document_id`) REFERENCES `documents`(`id`) ON UPDATE no action ON DELETE set null,
	CONSTRAINT "claim_reviews_line" CHECK("claim_reviews"."line" between 0 and 20),
	CONSTRAINT "claim_reviews_end" CHECK(("claim_reviews"."outcome" is null) = ("claim_reviews"."closed_at_ms" is null) and ("claim_reviews"."closed_by" is null) = ("claim_reviews"."closed_at_ms" is null))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `claim_reviews_open_line` ON `claim_reviews` (`claim_id`,`line`) WHERE "claim_reviews"."closed_at_ms" is null;--> statement-breakpoint
CREATE INDEX `claim_reviews_claim` ON `claim_reviews` (`claim_id`,`opened_at_ms`);--> statement-breakpoint
CREATE INDEX `claim_reviews_open` ON `claim_reviews` (`opened_at_ms`,`id`) WHERE "claim_reviews"."closed_at_ms" is null;--> statement-breakpoint
CREATE UNIQUE INDEX `claim_reviews_file` ON `claim_reviews` (`file_id`);--> statement-breakpoint
CREATE INDEX `claim_reviews_opened_by` ON `claim_reviews` (`opened_by`);--> statement-breakpoint
CREATE INDEX `claim_reviews_document` ON `claim_reviews` (`document_id`);--> statement-breakpoint
CREATE TABLE `person_names` (
	`word_index` blob NOT NULL,
	`person_id` text NOT NULL,
	PRIMARY KEY(`word_index`, `person_id`),
	FOREIGN KEY (`person_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `person_names_person` ON `person_names` (`person_id`);--> statement-breakpoint
DROP INDEX `payouts_claim_unique`;--> statement-breakpoint
ALTER TABLE `payouts` ADD `decision_no` integer DEFAULT 1 NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX `payouts_decision_unique` ON `payouts` (`claim_id`,`decision_no`);--> statement-breakpoint
DROP INDEX `claims_insured_person`;--> statement-breakpoint
CREATE INDEX `claims_open_in_state` ON `claims` (`state`,`submitted_at_ms`,`id`) WHERE "claims"."decided_at_ms" is null;--> statement-breakpoint
CREATE INDEX `claims_open_in_state_of_assignee` ON `claims` (`assignee_id`,`state`,`submitted_at_ms`,`id`) WHERE "claims"."decided_at_ms" is null;--> statement-breakpoint
CREATE INDEX `claims_insured_person` ON `claims` (`insured_person_id`,`submitted_at_ms`);--> statement-breakpoint
ALTER TABLE `people` ADD `names_version` integer;--> statement-breakpoint
CREATE INDEX `people_names_version` ON `people` (`names_version`);