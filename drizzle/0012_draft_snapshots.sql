CREATE TABLE `draft_devices` (
	`account_id` text NOT NULL,
	`device_hash` blob NOT NULL,
	`sightings` text NOT NULL,
	`seen_at_ms` integer NOT NULL,
	PRIMARY KEY(`account_id`, `device_hash`),
	FOREIGN KEY (`account_id`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `draft_devices_seen` ON `draft_devices` (`seen_at_ms`);--> statement-breakpoint
CREATE TABLE `draft_parts` (
	`account_id` text NOT NULL,
	`draft_id` text NOT NULL,
	`name` text NOT NULL,
	`sealed` blob NOT NULL,
	PRIMARY KEY(`account_id`, `draft_id`, `name`),
	FOREIGN KEY (`account_id`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `draft_snapshots` (
	`account_id` text NOT NULL,
	`draft_id` text NOT NULL,
	`rev` integer NOT NULL,
	`is_deleted` integer NOT NULL,
	`sealed` blob NOT NULL,
	`updated_at_ms` integer NOT NULL,
	`expires_at_ms` integer NOT NULL,
	`warnings` integer NOT NULL,
	PRIMARY KEY(`account_id`, `draft_id`),
	FOREIGN KEY (`account_id`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `draft_snapshots_expiry` ON `draft_snapshots` (`expires_at_ms`);