ALTER TABLE `messages` ADD `captured_by` text REFERENCES accounts(id);--> statement-breakpoint
ALTER TABLE `messages` ADD `captured_at_ms` integer;--> statement-breakpoint
CREATE INDEX `messages_captured_by` ON `messages` (`captured_by`) WHERE "messages"."captured_by" is not null;--> statement-breakpoint
ALTER TABLE `document_requests` ADD `captured_by` text REFERENCES accounts(id);--> statement-breakpoint
ALTER TABLE `document_requests` ADD `captured_at_ms` integer;--> statement-breakpoint
CREATE INDEX `document_requests_captured_by` ON `document_requests` (`captured_by`) WHERE "document_requests"."captured_by" is not null;--> statement-breakpoint
-- Who typed a letter in, and when, stays as what was written does.
DROP TRIGGER `messages_write_once`;
--> statement-breakpoint
CREATE TRIGGER `messages_write_once` BEFORE UPDATE ON `messages`
WHEN OLD.`read_at_ms` IS NOT NULL
	OR NEW.`id` IS NOT OLD.`id` OR NEW.`conversation_id` IS NOT OLD.`conversation_id`
	OR NEW.`account_id` IS NOT OLD.`account_id` OR NEW.`author` IS NOT OLD.`author`
	OR NEW.`author_id` IS NOT OLD.`author_id` OR NEW.`content` IS NOT OLD.`content`
	OR NEW.`sent_at_ms` IS NOT OLD.`sent_at_ms`
	OR NEW.`captured_by` IS NOT OLD.`captured_by` OR NEW.`captured_at_ms` IS NOT OLD.`captured_at_ms`
BEGIN
	SELECT RAISE(ABORT, 'a message cannot be changed');
END;
