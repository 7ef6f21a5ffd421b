CREATE TABLE `conversation_looks` (
	`id` text PRIMARY KEY NOT NULL,
	`conversation_id` text NOT NULL,
	`account_id` text NOT NULL,
	`role` text NOT NULL,
	`at_ms` integer NOT NULL,
	FOREIGN KEY (`conversation_id`) REFERENCES `conversations`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`account_id`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `conversation_looks_conversation` ON `conversation_looks` (`conversation_id`,`at_ms`);--> statement-breakpoint
CREATE TABLE `conversations` (
	`id` text PRIMARY KEY NOT NULL,
	`account_id` text NOT NULL,
	`person_id` text NOT NULL,
	`topic` text NOT NULL,
	`claim_id` text,
	`contract_id` text,
	`started_at_ms` integer NOT NULL,
	`last_message_at_ms` integer NOT NULL,
	`waiting_since_ms` integer,
	`assignee_id` text,
	`leaves_at_ms` integer,
	FOREIGN KEY (`account_id`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`person_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`claim_id`) REFERENCES `claims`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`contract_id`) REFERENCES `contracts`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`assignee_id`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "conversations_topic" CHECK("conversations"."topic" in ('claim-progress', 'claim-documents', 'payment', 'benefits', 'contract', 'personal-data', 'complaint', 'other')),
	CONSTRAINT "conversations_about" CHECK("conversations"."claim_id" is null or "conversations"."contract_id" is null),
	CONSTRAINT "conversations_assignee" CHECK("conversations"."assignee_id" is null or "conversations"."assignee_id" <> "conversations"."account_id")
);
--> statement-breakpoint
CREATE INDEX `conversations_of_account` ON `conversations` (`account_id`,`last_message_at_ms`,`id`);--> statement-breakpoint
CREATE INDEX `conversations_waiting` ON `conversations` (`waiting_since_ms`,`id`) WHERE "conversations"."waiting_since_ms" is not null;--> statement-breakpoint
CREATE INDEX `conversations_waiting_of_assignee` ON `conversations` (`assignee_id`,`waiting_since_ms`,`id`) WHERE "conversations"."waiting_since_ms" is not null;--> statement-breakpoint
CREATE INDEX `conversations_answered_of_assignee` ON `conversations` (`assignee_id`,`last_message_at_ms`,`id`) WHERE "conversations"."waiting_since_ms" is null;--> statement-breakpoint
CREATE INDEX `conversations_person` ON `conversations` (`person_id`);--> statement-breakpoint
CREATE INDEX `conversations_claim` ON `conversations` (`claim_id`);--> statement-breakpoint
CREATE INDEX `conversations_contract` ON `conversations` (`contract_id`);--> statement-breakpoint
CREATE TABLE `messages` (
	`id` text PRIMARY KEY NOT NULL,
	`conversation_id` text NOT NULL,
	`account_id` text NOT NULL,
	`author` text NOT NULL,
	`author_id` text NOT NULL,
	`content` blob NOT NULL,
	`sent_at_ms` integer NOT NULL,
	`read_at_ms` integer,
	FOREIGN KEY (`conversation_id`) REFERENCES `conversations`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`account_id`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`author_id`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "messages_author_kind" CHECK("messages"."author" in ('customer', 'staff'))
);
--> statement-breakpoint
CREATE INDEX `messages_of_conversation` ON `messages` (`conversation_id`,`sent_at_ms`,`id`);--> statement-breakpoint
CREATE INDEX `messages_of_account` ON `messages` (`account_id`,`sent_at_ms`,`id`);--> statement-breakpoint
CREATE INDEX `messages_unread_by_customer` ON `messages` (`account_id`,`conversation_id`) WHERE "messages"."read_at_ms" is null and "messages"."author" = 'staff';--> statement-breakpoint
CREATE INDEX `messages_author` ON `messages` (`author_id`);
--> statement-breakpoint
-- What was written stays as it was written (CJEU C-375/15): only the time of reading is added, once.
CREATE TRIGGER `messages_write_once` BEFORE UPDATE ON `messages`
WHEN OLD.`read_at_ms` IS NOT NULL
	OR NEW.`id` IS NOT OLD.`id` OR NEW.`conversation_id` IS NOT OLD.`conversation_id`
	OR NEW.`account_id` IS NOT OLD.`account_id` OR NEW.`author` IS NOT OLD.`author`
	OR NEW.`author_id` IS NOT OLD.`author_id` OR NEW.`content` IS NOT OLD.`content`
	OR NEW.`sent_at_ms` IS NOT OLD.`sent_at_ms`
BEGIN
	SELECT RAISE(ABORT, 'a message cannot be changed');
END;
--> statement-breakpoint
-- Nobody takes one message out of a conversation: all of them go with it, when its time is over.
CREATE TRIGGER `messages_no_delete` BEFORE DELETE ON `messages`
WHEN EXISTS (
	SELECT 1 FROM `conversations`
	WHERE `id` = OLD.`conversation_id` AND `leaves_at_ms` IS NULL
)
BEGIN
	SELECT RAISE(ABORT, 'a message cannot be deleted');
END;
--> statement-breakpoint
-- INSERT OR REPLACE deletes without firing a delete trigger.
CREATE TRIGGER `messages_no_replace` BEFORE INSERT ON `messages`
WHEN EXISTS (SELECT 1 FROM `messages` WHERE `id` = NEW.`id`)
BEGIN
	SELECT RAISE(ABORT, 'a message cannot be changed');
END;
--> statement-breakpoint
-- What a conversation is about, and whose it is, stays.
CREATE TRIGGER `conversations_fixed` BEFORE UPDATE ON `conversations`
WHEN NEW.`id` IS NOT OLD.`id` OR NEW.`account_id` IS NOT OLD.`account_id`
	OR NEW.`person_id` IS NOT OLD.`person_id` OR NEW.`topic` IS NOT OLD.`topic`
	OR NEW.`claim_id` IS NOT OLD.`claim_id` OR NEW.`contract_id` IS NOT OLD.`contract_id`
	OR NEW.`started_at_ms` IS NOT OLD.`started_at_ms`
BEGIN
	SELECT RAISE(ABORT, 'a conversation cannot be changed');
END;
--> statement-breakpoint
-- What the customer is shown of looks at their messages only grows.
CREATE TRIGGER `conversation_looks_no_update` BEFORE UPDATE ON `conversation_looks`
BEGIN
	SELECT RAISE(ABORT, 'a look cannot be changed');
END;
