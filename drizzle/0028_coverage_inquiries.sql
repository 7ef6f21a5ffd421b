CREATE TABLE `coverage_inquiries` (
	`id` text PRIMARY KEY NOT NULL,
	`reference` text NOT NULL,
	`account_id` text NOT NULL,
	`person_id` text NOT NULL,
	`contract_id` text NOT NULL,
	`insured_person_id` text NOT NULL,
	`content` blob NOT NULL,
	`is_urgent` integer NOT NULL,
	`clock` text NOT NULL,
	`received_at_ms` integer NOT NULL,
	`due_on` text NOT NULL,
	`assignee_id` text,
	`state` text NOT NULL,
	`answer` blob,
	`answered_at_ms` integer,
	`answered_by` text,
	`receipt_id` text,
	`answer_id` text,
	FOREIGN KEY (`account_id`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`person_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`contract_id`) REFERENCES `contracts`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`insured_person_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`assignee_id`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`answered_by`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`receipt_id`) REFERENCES `documents`(`id`) ON UPDATE no action ON DELETE set null,
	FOREIGN KEY (`answer_id`) REFERENCES `documents`(`id`) ON UPDATE no action ON DELETE set null,
	CONSTRAINT "coverage_inquiries_words" CHECK("coverage_inquiries"."state" in ('open', 'covered', 'partly-covered', 'not-covered') and "coverage_inquiries"."clock" in ('legal', 'below', 'unknown')),
	CONSTRAINT "coverage_inquiries_assignee" CHECK("coverage_inquiries"."assignee_id" is null or "coverage_inquiries"."assignee_id" <> "coverage_inquiries"."account_id"),
	CONSTRAINT "coverage_inquiries_answer_whole" CHECK(("coverage_inquiries"."state" = 'open') = ("coverage_inquiries"."answer" is null) and ("coverage_inquiries"."state" = 'open') = ("coverage_inquiries"."answered_at_ms" is null) and ("coverage_inquiries"."state" = 'open') = ("coverage_inquiries"."answered_by" is null))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `coverage_inquiries_reference_unique` ON `coverage_inquiries` (`reference`);--> statement-breakpoint
CREATE INDEX `coverage_inquiries_of_account` ON `coverage_inquiries` (`account_id`,`received_at_ms`,`id`);--> statement-breakpoint
CREATE INDEX `coverage_inquiries_contract` ON `coverage_inquiries` (`contract_id`);--> statement-breakpoint
CREATE INDEX `coverage_inquiries_person` ON `coverage_inquiries` (`person_id`);--> statement-breakpoint
CREATE INDEX `coverage_inquiries_insured` ON `coverage_inquiries` (`insured_person_id`);--> statement-breakpoint
CREATE INDEX `coverage_inquiries_receipt` ON `coverage_inquiries` (`receipt_id`);--> statement-breakpoint
CREATE INDEX `coverage_inquiries_answer` ON `coverage_inquiries` (`answer_id`);--> statement-breakpoint
CREATE INDEX `coverage_inquiries_open` ON `coverage_inquiries` (`due_on`,`received_at_ms`,`id`) WHERE "coverage_inquiries"."state" = 'open';--> statement-breakpoint
CREATE INDEX `coverage_inquiries_answered` ON `coverage_inquiries` (`answered_at_ms`) WHERE "coverage_inquiries"."state" <> 'open';--> statement-breakpoint
CREATE TABLE `coverage_inquiry_looks` (
	`id` text PRIMARY KEY NOT NULL,
	`inquiry_id` text NOT NULL,
	`account_id` text NOT NULL,
	`role` text NOT NULL,
	`at_ms` integer NOT NULL,
	FOREIGN KEY (`inquiry_id`) REFERENCES `coverage_inquiries`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`account_id`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `coverage_inquiry_looks_inquiry` ON `coverage_inquiry_looks` (`inquiry_id`,`at_ms`);