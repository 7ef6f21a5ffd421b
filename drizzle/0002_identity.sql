CREATE TABLE `kept_forms` (
	`account_id` text NOT NULL,
	`path` text NOT NULL,
	`values` blob NOT NULL,
	`kept_at_ms` integer NOT NULL,
	`expires_at_ms` integer NOT NULL,
	PRIMARY KEY(`account_id`, `path`),
	FOREIGN KEY (`account_id`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `known_devices` (
	`token_hash` blob PRIMARY KEY NOT NULL,
	`account_id` text NOT NULL,
	`label` text NOT NULL,
	`created_at_ms` integer NOT NULL,
	`last_used_at_ms` integer NOT NULL,
	`expires_at_ms` integer NOT NULL,
	FOREIGN KEY (`account_id`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `known_devices_account` ON `known_devices` (`account_id`);--> statement-breakpoint
CREATE TABLE `passkeys` (
	`id` text PRIMARY KEY NOT NULL,
	`account_id` text NOT NULL,
	`public_key` blob NOT NULL,
	`sign_count` integer NOT NULL,
	`transports` text NOT NULL,
	`is_backed_up` integer NOT NULL,
	`label` text NOT NULL,
	`created_at_ms` integer NOT NULL,
	`last_used_at_ms` integer,
	FOREIGN KEY (`account_id`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `passkeys_account` ON `passkeys` (`account_id`);--> statement-breakpoint
CREATE TABLE `pending_acts` (
	`id` text PRIMARY KEY NOT NULL,
	`account_id` text NOT NULL,
	`session_id` text NOT NULL,
	`act` text NOT NULL,
	`payload` blob NOT NULL,
	`passkey_challenge` text,
	`tries` integer DEFAULT 0 NOT NULL,
	`created_at_ms` integer NOT NULL,
	`expires_at_ms` integer NOT NULL,
	`used_at_ms` integer,
	FOREIGN KEY (`account_id`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `pending_acts_account` ON `pending_acts` (`account_id`);--> statement-breakpoint
CREATE TABLE `recovery_cases` (
	`id` text PRIMARY KEY NOT NULL,
	`account_id` text NOT NULL,
	`state` text NOT NULL,
	`opened_at_ms` integer NOT NULL,
	`ready_at_ms` integer NOT NULL,
	`checked_by` text,
	`checked_at_ms` integer,
	`approved_by` text,
	`approved_at_ms` integer,
	`letter_code_hash` blob,
	`letter_expires_at_ms` integer,
	`letter_tries` integer DEFAULT 0 NOT NULL,
	`closed_at_ms` integer,
	FOREIGN KEY (`account_id`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE cascade,
	CONSTRAINT "recovery_cases_two_people" CHECK("recovery_cases"."approved_by" is null or "recovery_cases"."approved_by" <> "recovery_cases"."checked_by")
);
--> statement-breakpoint
CREATE INDEX `recovery_cases_account` ON `recovery_cases` (`account_id`);--> statement-breakpoint
CREATE INDEX `recovery_cases_state` ON `recovery_cases` (`state`,`ready_at_ms`);--> statement-breakpoint
CREATE TABLE `staff_invitations` (
	`account_id` text PRIMARY KEY NOT NULL,
	`invited_by` text,
	`approved_by` text,
	`created_at_ms` integer NOT NULL,
	`accepted_at_ms` integer,
	FOREIGN KEY (`account_id`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE cascade,
	CONSTRAINT "staff_invitations_two_people" CHECK("staff_invitations"."approved_by" is null or "staff_invitations"."approved_by" <> "staff_invitations"."invited_by")
);
--> statement-breakpoint
CREATE TABLE `throttles` (
	`scope` text NOT NULL,
	`key_hash` blob NOT NULL,
	`tries` integer NOT NULL,
	`next_try_at_ms` integer NOT NULL,
	`updated_at_ms` integer NOT NULL,
	`expires_at_ms` integer NOT NULL,
	PRIMARY KEY(`scope`, `key_hash`)
);
--> statement-breakpoint
CREATE INDEX `throttles_expiry` ON `throttles` (`expires_at_ms`);--> statement-breakpoint
PRAGMA foreign_keys=OFF;--> statement-breakpoint
CREATE TABLE `__new_accounts` (
	`id` text PRIMARY KEY NOT NULL,
	`person_id` text NOT NULL,
	`role` text NOT NULL,
	`status` text NOT NULL,
	`email_index` blob NOT NULL,
	`contact` blob NOT NULL,
	`language` text NOT NULL,
	`password_hash` text NOT NULL,
	`totp_secret` blob,
	`totp_last_step` integer DEFAULT 0 NOT NULL,
	`password_failures` integer DEFAULT 0 NOT NULL,
	`totp_failures` integer DEFAULT 0 NOT NULL,
	`must_change_password` integer DEFAULT false NOT NULL,
	`contact_changed_at_ms` integer,
	`recovered_at_ms` integer,
	`created_at_ms` integer NOT NULL,
	`activated_at_ms` integer,
	FOREIGN KEY (`person_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "accounts_role" CHECK(role in ('customer', 'clerk', 'seniorClerk', 'finance', 'support', 'dpo', 'auditor', 'editor', 'contestOfficer', 'fundMembershipClerk')),
	CONSTRAINT "accounts_status" CHECK("__new_accounts"."status" in ('pending', 'active', 'disabled')),
	CONSTRAINT "accounts_active_has_totp" CHECK("__new_accounts"."status" <> 'active' or "__new_accounts"."totp_secret" is not null or "__new_accounts"."role" <> 'customer')
);
--> statement-breakpoint
-- The columns that both tables have: SQLite takes an unknown quoted name for a text.
INSERT INTO `__new_accounts`("id", "person_id", "role", "status", "email_index", "contact", "language", "password_hash", "totp_secret", "totp_last_step", "created_at_ms", "activated_at_ms") SELECT "id", "person_id", "role", "status", "email_index", "contact", "language", "password_hash", "totp_secret", "totp_last_step", "created_at_ms", "activated_at_ms" FROM `accounts`;--> statement-breakpoint
DROP TABLE `accounts`;--> statement-breakpoint
ALTER TABLE `__new_accounts` RENAME TO `accounts`;--> statement-breakpoint
PRAGMA foreign_keys=ON;--> statement-breakpoint
CREATE UNIQUE INDEX `accounts_email_index_unique` ON `accounts` (`email_index`);--> statement-breakpoint
CREATE INDEX `accounts_person` ON `accounts` (`person_id`);--> statement-breakpoint
ALTER TABLE `mail_tokens` ADD `email_index` blob;--> statement-breakpoint
ALTER TABLE `mail_tokens` ADD `payload` blob;--> statement-breakpoint
ALTER TABLE `sessions` ADD `origin` blob;--> statement-breakpoint
ALTER TABLE `sessions` ADD `opened_by` text DEFAULT 'password+totp' NOT NULL;--> statement-breakpoint
ALTER TABLE `sessions` ADD `device_hash` blob;--> statement-breakpoint
ALTER TABLE `sign_in_challenges` ADD `device_hash` blob;--> statement-breakpoint
ALTER TABLE `sign_in_challenges` ADD `is_delayed` integer DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE `sign_in_challenges` ADD `passkey_challenge` text;