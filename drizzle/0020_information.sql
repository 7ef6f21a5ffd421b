CREATE TABLE `information_cards` (
	`id` text PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`words` text NOT NULL,
	`rule` text NOT NULL,
	`starts_on` text NOT NULL,
	`ends_on` text NOT NULL,
	`published_at_ms` integer NOT NULL,
	`published_by` text NOT NULL,
	`withdrawn_at_ms` integer,
	FOREIGN KEY (`published_by`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "information_cards_kind" CHECK("information_cards"."kind" in ('service', 'marketing')),
	CONSTRAINT "information_cards_dates" CHECK("information_cards"."ends_on" >= "information_cards"."starts_on")
);
--> statement-breakpoint
CREATE INDEX `information_cards_live` ON `information_cards` (`ends_on`) WHERE "information_cards"."withdrawn_at_ms" is null;--> statement-breakpoint
CREATE INDEX `information_cards_published` ON `information_cards` (`published_at_ms`,`id`);--> statement-breakpoint
CREATE TABLE `information_facts` (
	`account_id` text PRIMARY KEY NOT NULL,
	`federal_state` text,
	`person_group` text,
	`nationality` text,
	`birth_year` integer,
	`changed_at_ms` integer NOT NULL,
	FOREIGN KEY (`account_id`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `marketing_consents` (
	`id` text PRIMARY KEY NOT NULL,
	`account_id` text NOT NULL,
	`text_version` text NOT NULL,
	`text_hash` text NOT NULL,
	`language` text NOT NULL,
	`given_at_ms` integer NOT NULL,
	`withdrawn_at_ms` integer,
	FOREIGN KEY (`account_id`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "marketing_consents_end" CHECK("marketing_consents"."withdrawn_at_ms" is null or "marketing_consents"."withdrawn_at_ms" >= "marketing_consents"."given_at_ms")
);
--> statement-breakpoint
CREATE INDEX `marketing_consents_account` ON `marketing_consents` (`account_id`,`given_at_ms`);
--> statement-breakpoint
-- Of a consent only its end is added, once: it is the proof of what was agreed to.
CREATE TRIGGER `marketing_consents_write_once` BEFORE UPDATE ON `marketing_consents`
WHEN OLD.`withdrawn_at_ms` IS NOT NULL
	OR NEW.`id` IS NOT OLD.`id` OR NEW.`account_id` IS NOT OLD.`account_id`
	OR NEW.`text_version` IS NOT OLD.`text_version` OR NEW.`text_hash` IS NOT OLD.`text_hash`
	OR NEW.`language` IS NOT OLD.`language` OR NEW.`given_at_ms` IS NOT OLD.`given_at_ms`
BEGIN
	SELECT RAISE(ABORT, 'a consent cannot be changed');
END;
