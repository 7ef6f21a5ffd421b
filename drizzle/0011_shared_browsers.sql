PRAGMA foreign_keys=OFF;--> statement-breakpoint
CREATE TABLE `__new_known_devices` (
	`token_hash` blob NOT NULL,
	`account_id` text NOT NULL,
	`label` text NOT NULL,
	`created_at_ms` integer NOT NULL,
	`last_used_at_ms` integer NOT NULL,
	`expires_at_ms` integer NOT NULL,
	PRIMARY KEY(`token_hash`, `account_id`),
	FOREIGN KEY (`account_id`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
INSERT INTO `__new_known_devices`("token_hash", "account_id", "label", "created_at_ms", "last_used_at_ms", "expires_at_ms") SELECT "token_hash", "account_id", "label", "created_at_ms", "last_used_at_ms", "expires_at_ms" FROM `known_devices`;--> statement-breakpoint
DROP TABLE `known_devices`;--> statement-breakpoint
ALTER TABLE `__new_known_devices` RENAME TO `known_devices`;--> statement-breakpoint
PRAGMA foreign_keys=ON;--> statement-breakpoint
CREATE INDEX `known_devices_account` ON `known_devices` (`account_id`);--> statement-breakpoint
ALTER TABLE `contracts` DROP COLUMN `activation_tries`;