ALTER TABLE `accounts` ADD `last_used_at_ms` integer;--> statement-breakpoint
ALTER TABLE `accounts` ADD `idle_notice_at_ms` integer;--> statement-breakpoint
CREATE INDEX `accounts_last_used` ON `accounts` (`last_used_at_ms`) WHERE "accounts"."status" = 'active' and "accounts"."deletion_due_at_ms" is null;--> statement-breakpoint
ALTER TABLE `legal_holds` ADD `lifted_by` text;--> statement-breakpoint
ALTER TABLE `legal_holds` ADD `lift_reason` text;--> statement-breakpoint
CREATE INDEX `legal_holds_active` ON `legal_holds` (`review_on`,`id`) WHERE "legal_holds"."lifted_at_ms" is null;
--> statement-breakpoint
-- The log of older sign-ins is gone after 90 days: the 24 months begin for everybody with this release.
UPDATE `accounts` SET `last_used_at_ms` = unixepoch() * 1000 WHERE `status` = 'active';
