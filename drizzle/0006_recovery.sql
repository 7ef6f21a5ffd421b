ALTER TABLE `enrolments` ADD `purpose` text DEFAULT 'registration' NOT NULL;--> statement-breakpoint
ALTER TABLE `enrolments` ADD `recovery_code_hash` blob;--> statement-breakpoint
ALTER TABLE `enrolments` ADD `recovery_case_id` text;--> statement-breakpoint
ALTER TABLE `recovery_cases` ADD `reminders` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX `recovery_cases_one_open` ON `recovery_cases` (`account_id`) WHERE "recovery_cases"."state" in ('waiting', 'checked', 'approved');