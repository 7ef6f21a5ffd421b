CREATE TABLE `vault_removals` (
	`account_ref` text PRIMARY KEY NOT NULL,
	`proof` blob NOT NULL,
	`created_at_ms` integer NOT NULL,
	`removed_at_ms` integer
);
