PRAGMA foreign_keys=OFF;--> statement-breakpoint
CREATE TABLE `__new_documents` (
	`id` text PRIMARY KEY NOT NULL,
	`account_id` text NOT NULL,
	`person_id` text NOT NULL,
	`kind` text NOT NULL,
	`claim_id` text,
	`created_at_ms` integer NOT NULL,
	`read_at_ms` integer,
	`content` blob NOT NULL,
	`pdf_file_id` text,
	FOREIGN KEY (`account_id`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`person_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`claim_id`) REFERENCES `claims`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`pdf_file_id`) REFERENCES `files`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "documents_kind" CHECK("__new_documents"."kind" in ('receipt-confirmation', 'benefit-statement', 'processing-confirmation', 'contract-notice'))
);
--> statement-breakpoint
INSERT INTO `__new_documents`("id", "account_id", "person_id", "kind", "claim_id", "created_at_ms", "read_at_ms", "content", "pdf_file_id") SELECT "id", "account_id", "person_id", "kind", "claim_id", "created_at_ms", "read_at_ms", "content", "pdf_file_id" FROM `documents`;--> statement-breakpoint
DROP TABLE `documents`;--> statement-breakpoint
ALTER TABLE `__new_documents` RENAME TO `documents`;--> statement-breakpoint
PRAGMA foreign_keys=ON;--> statement-breakpoint
CREATE INDEX `documents_of_account` ON `documents` (`account_id`,`created_at_ms`);--> statement-breakpoint
CREATE INDEX `documents_unread` ON `documents` (`account_id`) WHERE "documents"."read_at_ms" is null;--> statement-breakpoint
CREATE INDEX `documents_statements` ON `documents` (`created_at_ms`,`id`) WHERE "documents"."kind" = 'benefit-statement';--> statement-breakpoint
CREATE INDEX `documents_claim` ON `documents` (`claim_id`);--> statement-breakpoint
CREATE INDEX `documents_person` ON `documents` (`person_id`);--> statement-breakpoint
CREATE INDEX `documents_pdf_file` ON `documents` (`pdf_file_id`);--> statement-breakpoint
-- The trigger went with the old table.
CREATE TRIGGER `documents_write_once` BEFORE UPDATE ON `documents`
WHEN OLD.`read_at_ms` IS NOT NULL
	OR NEW.`id` IS NOT OLD.`id` OR NEW.`account_id` IS NOT OLD.`account_id`
	OR NEW.`person_id` IS NOT OLD.`person_id` OR NEW.`kind` IS NOT OLD.`kind`
	OR NEW.`claim_id` IS NOT OLD.`claim_id` OR NEW.`created_at_ms` IS NOT OLD.`created_at_ms`
	OR NEW.`content` IS NOT OLD.`content` OR NEW.`pdf_file_id` IS NOT OLD.`pdf_file_id`
BEGIN
	SELECT RAISE(ABORT, 'a document in the mailbox cannot be changed');
END;
