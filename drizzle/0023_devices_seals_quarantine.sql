CREATE TABLE `vault_devices` (
	`id` text PRIMARY KEY NOT NULL,
	`account_id` text NOT NULL,
	`device_hash` blob,
	`proof` blob NOT NULL,
	`opened_at_ms` integer NOT NULL,
	`is_revoked` integer DEFAULT false NOT NULL,
	FOREIGN KEY (`account_id`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `vault_devices_account` ON `vault_devices` (`account_id`);--> statement-breakpoint
DROP INDEX `files_in_quarantine`;--> statement-breakpoint
ALTER TABLE `files` ADD `inspection_tries` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `files` ADD `inspect_after_ms` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX `files_in_quarantine` ON `files` (`inspection_tries`,`created_at_ms`) WHERE "files"."state" = 'complete' and "files"."released_at_ms" is null;--> statement-breakpoint
ALTER TABLE `sessions` ADD `vault_device_id` text;--> statement-breakpoint
ALTER TABLE `payout_items` ADD `returned_by` text REFERENCES accounts(id);--> statement-breakpoint
ALTER TABLE `payouts` ADD `seal` blob;