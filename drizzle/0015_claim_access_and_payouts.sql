CREATE TABLE `claim_looks` (
	`id` text PRIMARY KEY NOT NULL,
	`claim_id` text NOT NULL,
	`account_id` text NOT NULL,
	`role` text NOT NULL,
	`opening_id` text,
	`what` text NOT NULL,
	`at_ms` integer NOT NULL,
	FOREIGN KEY (`claim_id`) REFERENCES `claims`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`account_id`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`opening_id`) REFERENCES `claim_openings`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "claim_looks_what" CHECK("claim_looks"."what" in ('claim', 'file'))
);
--> statement-breakpoint
CREATE INDEX `claim_looks_claim` ON `claim_looks` (`claim_id`,`at_ms`);--> statement-breakpoint
CREATE TABLE `claim_openings` (
	`id` text PRIMARY KEY NOT NULL,
	`claim_id` text NOT NULL,
	`account_id` text NOT NULL,
	`reason` text NOT NULL,
	`note` blob NOT NULL,
	`opened_at_ms` integer NOT NULL,
	`ends_at_ms` integer NOT NULL,
	`reviewed_at_ms` integer,
	`reviewed_by` text,
	FOREIGN KEY (`claim_id`) REFERENCES `claims`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`account_id`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`reviewed_by`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "claim_openings_end" CHECK("claim_openings"."ends_at_ms" > "claim_openings"."opened_at_ms"),
	CONSTRAINT "claim_openings_reviewer" CHECK(("claim_openings"."reviewed_by" is null) = ("claim_openings"."reviewed_at_ms" is null) and ("claim_openings"."reviewed_by" is null or "claim_openings"."reviewed_by" <> "claim_openings"."account_id"))
);
--> statement-breakpoint
CREATE INDEX `claim_openings_live` ON `claim_openings` (`claim_id`,`account_id`,`ends_at_ms`);--> statement-breakpoint
CREATE INDEX `claim_openings_to_review` ON `claim_openings` (`opened_at_ms`,`id`) WHERE "claim_openings"."reviewed_at_ms" is null;--> statement-breakpoint
CREATE TABLE `payout_items` (
	`payout_id` text NOT NULL,
	`payout_version` integer NOT NULL,
	`run_id` text NOT NULL,
	`position` integer NOT NULL,
	`person_id` text NOT NULL,
	`content` blob NOT NULL,
	`returned_at_ms` integer,
	`return_reason` text,
	PRIMARY KEY(`payout_id`, `payout_version`),
	FOREIGN KEY (`payout_id`) REFERENCES `payouts`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`run_id`) REFERENCES `payout_runs`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`person_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `payout_items_position_unique` ON `payout_items` (`run_id`,`position`);--> statement-breakpoint
CREATE TABLE `payout_runs` (
	`id` text PRIMARY KEY NOT NULL,
	`number` integer NOT NULL,
	`route` text NOT NULL,
	`created_at_ms` integer NOT NULL,
	`created_by` text NOT NULL,
	`executes_on` text NOT NULL,
	`debtor` text NOT NULL,
	`items` integer NOT NULL,
	`sha256` text NOT NULL,
	`confirmed_at_ms` integer,
	`confirmed_by` text,
	FOREIGN KEY (`created_by`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`confirmed_by`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `payout_runs_number_unique` ON `payout_runs` (`number`);--> statement-breakpoint
CREATE TABLE `payouts` (
	`id` text PRIMARY KEY NOT NULL,
	`claim_id` text NOT NULL,
	`account_id` text NOT NULL,
	`person_id` text NOT NULL,
	`amount_minor` integer NOT NULL,
	`currency` text NOT NULL,
	`route` text NOT NULL,
	`payee` blob NOT NULL,
	`version` integer DEFAULT 1 NOT NULL,
	`content_hash` blob NOT NULL,
	`state` text NOT NULL,
	`second_look` text,
	`made_by` text NOT NULL,
	`made_at_ms` integer NOT NULL,
	`checked_by` text,
	`checked_at_ms` integer,
	`approved_hash` blob,
	`refusal` text,
	`paid_at_ms` integer,
	FOREIGN KEY (`claim_id`) REFERENCES `claims`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`account_id`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`person_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`made_by`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`checked_by`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "payouts_amount" CHECK("payouts"."amount_minor" > 0),
	CONSTRAINT "payouts_two_people" CHECK("payouts"."made_by" <> "payouts"."account_id" and ("payouts"."checked_by" is null or ("payouts"."checked_by" <> "payouts"."made_by" and "payouts"."checked_by" <> "payouts"."account_id"))),
	CONSTRAINT "payouts_approved" CHECK("payouts"."state" not in ('ready', 'ordered', 'paid') or "payouts"."second_look" is null or ("payouts"."approved_hash" is not null and "payouts"."approved_hash" = "payouts"."content_hash" and "payouts"."checked_by" is not null))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `payouts_claim_unique` ON `payouts` (`claim_id`);--> statement-breakpoint
CREATE INDEX `payouts_state` ON `payouts` (`state`,`route`,`made_at_ms`,`id`);--> statement-breakpoint
ALTER TABLE `claims` ADD `assignee_id` text REFERENCES accounts(id);--> statement-breakpoint
ALTER TABLE `claims` ADD `assigned_at_ms` integer;--> statement-breakpoint
CREATE INDEX `claims_open_of_assignee` ON `claims` (`assignee_id`,`submitted_at_ms`,`id`) WHERE "claims"."decided_at_ms" is null;--> statement-breakpoint
CREATE INDEX `claims_decided_at` ON `claims` (`decided_at_ms`) WHERE "claims"."decided_at_ms" is not null;
--> statement-breakpoint
-- What the customer is shown of looks at their health data only grows.
CREATE TRIGGER `claim_looks_no_update` BEFORE UPDATE ON `claim_looks`
BEGIN
	SELECT RAISE(ABORT, 'a look cannot be changed');
END;
--> statement-breakpoint
-- Of an opening only the check is added, once.
CREATE TRIGGER `claim_openings_write_once` BEFORE UPDATE ON `claim_openings`
WHEN OLD.`reviewed_at_ms` IS NOT NULL
	OR NEW.`id` IS NOT OLD.`id` OR NEW.`claim_id` IS NOT OLD.`claim_id`
	OR NEW.`account_id` IS NOT OLD.`account_id` OR NEW.`reason` IS NOT OLD.`reason`
	OR NEW.`note` IS NOT OLD.`note` OR NEW.`opened_at_ms` IS NOT OLD.`opened_at_ms`
	OR NEW.`ends_at_ms` IS NOT OLD.`ends_at_ms`
BEGIN
	SELECT RAISE(ABORT, 'an opening cannot be changed');
END;
--> statement-breakpoint
-- A run and its payments make the file anew: nothing of them changes but what comes later.
CREATE TRIGGER `payout_runs_write_once` BEFORE UPDATE ON `payout_runs`
WHEN OLD.`confirmed_at_ms` IS NOT NULL
	OR NEW.`id` IS NOT OLD.`id` OR NEW.`number` IS NOT OLD.`number` OR NEW.`route` IS NOT OLD.`route`
	OR NEW.`created_at_ms` IS NOT OLD.`created_at_ms` OR NEW.`created_by` IS NOT OLD.`created_by`
	OR NEW.`executes_on` IS NOT OLD.`executes_on` OR NEW.`debtor` IS NOT OLD.`debtor`
	OR NEW.`items` IS NOT OLD.`items` OR NEW.`sha256` IS NOT OLD.`sha256`
BEGIN
	SELECT RAISE(ABORT, 'a payment run cannot be changed');
END;
--> statement-breakpoint
CREATE TRIGGER `payout_items_write_once` BEFORE UPDATE ON `payout_items`
WHEN OLD.`returned_at_ms` IS NOT NULL
	OR NEW.`payout_id` IS NOT OLD.`payout_id` OR NEW.`payout_version` IS NOT OLD.`payout_version`
	OR NEW.`run_id` IS NOT OLD.`run_id` OR NEW.`position` IS NOT OLD.`position`
	OR NEW.`person_id` IS NOT OLD.`person_id` OR NEW.`content` IS NOT OLD.`content`
BEGIN
	SELECT RAISE(ABORT, 'a payment in a run cannot be changed');
END;
