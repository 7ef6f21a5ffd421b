CREATE TABLE `coverage_inquiry_returns` (
	`id` text PRIMARY KEY NOT NULL,
	`inquiry_id` text NOT NULL,
	`account_id` text NOT NULL,
	`first_look_at_ms` integer NOT NULL,
	`returned_at_ms` integer NOT NULL,
	`reviewed_at_ms` integer,
	`reviewed_by` text,
	FOREIGN KEY (`inquiry_id`) REFERENCES `coverage_inquiries`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`account_id`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`reviewed_by`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "coverage_inquiry_returns_reviewer" CHECK(("coverage_inquiry_returns"."reviewed_by" is null) = ("coverage_inquiry_returns"."reviewed_at_ms" is null) and ("coverage_inquiry_returns"."reviewed_by" is null or "coverage_inquiry_returns"."reviewed_by" <> "coverage_inquiry_returns"."account_id"))
);
--> statement-breakpoint
CREATE INDEX `coverage_inquiry_returns_inquiry` ON `coverage_inquiry_returns` (`inquiry_id`,`account_id`);--> statement-breakpoint
CREATE INDEX `coverage_inquiry_returns_to_review` ON `coverage_inquiry_returns` (`first_look_at_ms`,`id`) WHERE "coverage_inquiry_returns"."reviewed_at_ms" is null;
--> statement-breakpoint
-- Of an inquiry that was put back only the check is added, once.
CREATE TRIGGER `coverage_inquiry_returns_write_once` BEFORE UPDATE ON `coverage_inquiry_returns`
WHEN OLD.`reviewed_at_ms` IS NOT NULL
	OR NEW.`id` IS NOT OLD.`id` OR NEW.`inquiry_id` IS NOT OLD.`inquiry_id`
	OR NEW.`account_id` IS NOT OLD.`account_id`
	OR NEW.`first_look_at_ms` IS NOT OLD.`first_look_at_ms`
	OR NEW.`returned_at_ms` IS NOT OLD.`returned_at_ms`
BEGIN
	SELECT RAISE(ABORT, 'what was put back cannot be changed');
END;
