ALTER TABLE `files` ADD `released_at_ms` integer;--> statement-breakpoint
CREATE INDEX `files_in_quarantine` ON `files` (`created_at_ms`) WHERE "files"."state" = 'complete' and "files"."released_at_ms" is null;--> statement-breakpoint
-- What was accepted before there was a quarantine stays readable: nobody may lose a receipt by an update.
UPDATE `files` SET `released_at_ms` = `created_at_ms` WHERE `state` = 'complete';
