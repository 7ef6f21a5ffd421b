ALTER TABLE `claims` ADD `interim_at_ms` integer;--> statement-breakpoint
CREATE INDEX `claims_interim` ON `claims` (`submitted_at_ms`,`id`) WHERE "claims"."decided_at_ms" is null and "claims"."interim_at_ms" is null and "claims"."state" <> 'documents_requested';--> statement-breakpoint
-- A claim's owner is told once, and that they were told is not taken back.
CREATE TRIGGER `claims_interim_once` BEFORE UPDATE OF `interim_at_ms` ON `claims`
WHEN OLD.`interim_at_ms` IS NOT NULL
BEGIN
	SELECT RAISE(ABORT, 'an interim notice is written once');
END;
