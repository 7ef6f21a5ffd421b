CREATE TABLE `account_looks` (
	`id` text PRIMARY KEY NOT NULL,
	`claim_id` text NOT NULL,
	`account_id` text NOT NULL,
	`role` text NOT NULL,
	`reason` text NOT NULL,
	`at_ms` integer NOT NULL,
	FOREIGN KEY (`claim_id`) REFERENCES `claims`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`account_id`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `account_looks_claim` ON `account_looks` (`claim_id`,`at_ms`);
--> statement-breakpoint
CREATE TRIGGER `account_looks_no_update` BEFORE UPDATE ON `account_looks`
BEGIN
	SELECT RAISE(ABORT, 'a look cannot be changed');
END;
