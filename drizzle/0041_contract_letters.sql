ALTER TABLE `documents` ADD `contract_id` text;--> statement-breakpoint
-- Write-once holds for the new column, too.
DROP TRIGGER `documents_write_once`;--> statement-breakpoint
CREATE TRIGGER `documents_write_once` BEFORE UPDATE ON `documents`
WHEN OLD.`read_at_ms` IS NOT NULL
	OR NEW.`id` IS NOT OLD.`id` OR NEW.`account_id` IS NOT OLD.`account_id`
	OR NEW.`person_id` IS NOT OLD.`person_id` OR NEW.`kind` IS NOT OLD.`kind`
	OR NEW.`claim_id` IS NOT OLD.`claim_id` OR NEW.`created_at_ms` IS NOT OLD.`created_at_ms`
	OR NEW.`contract_id` IS NOT OLD.`contract_id`
	OR NEW.`content` IS NOT OLD.`content` OR NEW.`pdf_file_id` IS NOT OLD.`pdf_file_id`
BEGIN
	SELECT RAISE(ABORT, 'a document in the mailbox cannot be changed');
END;
