CREATE TABLE `exchange_rates` (
	`currency` text NOT NULL,
	`day` text NOT NULL,
	`rate` text NOT NULL,
	`kind` text NOT NULL,
	`source` text NOT NULL,
	`evidence` text,
	`made_by` text,
	`checked_by` text,
	`recorded_at_ms` integer NOT NULL,
	PRIMARY KEY(`currency`, `day`),
	FOREIGN KEY (`made_by`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`checked_by`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "exchange_rates_second" CHECK("exchange_rates"."kind" = 'ecb' or ("exchange_rates"."kind" = 'second' and "exchange_rates"."evidence" is not null and "exchange_rates"."made_by" is not null and "exchange_rates"."checked_by" is not null and "exchange_rates"."made_by" <> "exchange_rates"."checked_by"))
);
--> statement-breakpoint
CREATE INDEX `exchange_rates_day` ON `exchange_rates` (`day`);--> statement-breakpoint
CREATE TABLE `rate_proposals` (
	`id` text PRIMARY KEY NOT NULL,
	`currency` text NOT NULL,
	`day` text NOT NULL,
	`rate` text NOT NULL,
	`source` text NOT NULL,
	`evidence` text NOT NULL,
	`state` text NOT NULL,
	`made_by` text NOT NULL,
	`made_at_ms` integer NOT NULL,
	`checked_by` text,
	`checked_at_ms` integer,
	FOREIGN KEY (`made_by`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`checked_by`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "rate_proposals_state" CHECK("rate_proposals"."state" in ('waiting', 'approved', 'refused')),
	CONSTRAINT "rate_proposals_two_people" CHECK("rate_proposals"."state" <> 'approved' or ("rate_proposals"."checked_by" is not null and "rate_proposals"."checked_by" <> "rate_proposals"."made_by"))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `rate_proposals_waiting` ON `rate_proposals` (`currency`,`day`) WHERE "rate_proposals"."state" = 'waiting';--> statement-breakpoint
CREATE TABLE `job_states` (
	`job` text PRIMARY KEY NOT NULL,
	`started_at_ms` integer NOT NULL,
	`finished_at_ms` integer NOT NULL,
	`done` integer NOT NULL,
	`error` text,
	`last_done_at_ms` integer,
	`last_done` integer NOT NULL,
	`failing_since_ms` integer
);
--> statement-breakpoint
ALTER TABLE `mail_outbox` ADD `given_up_at_ms` integer;--> statement-breakpoint
ALTER TABLE `mail_outbox` ADD `given_up_by` text REFERENCES accounts(id);--> statement-breakpoint
ALTER TABLE `mail_outbox` ADD `give_up_reason` text;
--> statement-breakpoint
-- A rate is fixed by currency and day: what was decided with it can always be looked up.
CREATE TRIGGER `exchange_rates_no_update` BEFORE UPDATE ON `exchange_rates`
BEGIN
	SELECT RAISE(ABORT, 'a fixed rate cannot be changed');
END;
--> statement-breakpoint
CREATE TRIGGER `exchange_rates_no_delete` BEFORE DELETE ON `exchange_rates`
BEGIN
	SELECT RAISE(ABORT, 'a fixed rate cannot be changed');
END;
--> statement-breakpoint
-- Of a proposal only what became of it is added, once.
CREATE TRIGGER `rate_proposals_write_once` BEFORE UPDATE ON `rate_proposals`
WHEN OLD.`state` IS NOT 'waiting'
	OR NEW.`id` IS NOT OLD.`id` OR NEW.`currency` IS NOT OLD.`currency` OR NEW.`day` IS NOT OLD.`day`
	OR NEW.`rate` IS NOT OLD.`rate` OR NEW.`source` IS NOT OLD.`source`
	OR NEW.`evidence` IS NOT OLD.`evidence` OR NEW.`made_by` IS NOT OLD.`made_by`
	OR NEW.`made_at_ms` IS NOT OLD.`made_at_ms`
BEGIN
	SELECT RAISE(ABORT, 'a proposed rate cannot be changed');
END;
