CREATE TABLE `push_subscriptions` (
	`id` text PRIMARY KEY NOT NULL,
	`account_id` text NOT NULL,
	`device_hash` blob NOT NULL,
	`subscription` blob NOT NULL,
	`created_at_ms` integer NOT NULL,
	`news_at_ms` integer,
	`due_at_ms` integer,
	`tries` integer DEFAULT 0 NOT NULL,
	FOREIGN KEY (`account_id`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`device_hash`,`account_id`) REFERENCES `known_devices`(`token_hash`,`account_id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `push_subscriptions_account` ON `push_subscriptions` (`account_id`);--> statement-breakpoint
CREATE INDEX `push_subscriptions_device_account` ON `push_subscriptions` (`device_hash`,`account_id`);--> statement-breakpoint
CREATE INDEX `push_subscriptions_due` ON `push_subscriptions` (`due_at_ms`);