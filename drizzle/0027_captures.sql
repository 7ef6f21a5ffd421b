ALTER TABLE `claims` ADD `captured_by` text REFERENCES accounts(id);--> statement-breakpoint
ALTER TABLE `claims` ADD `captured_at_ms` integer;--> statement-breakpoint
CREATE INDEX `claims_captured_by` ON `claims` (`captured_by`) WHERE "claims"."captured_by" is not null;--> statement-breakpoint
CREATE INDEX `documents_statements` ON `documents` (`created_at_ms`,`id`) WHERE "documents"."kind" = 'benefit-statement';