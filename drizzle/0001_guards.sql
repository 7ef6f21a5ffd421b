-- A write that must change a row is followed by `insert into must_change (n) select changes()`:
-- when nothing was changed the trigger raises, and the whole batch of the act is undone.
CREATE VIEW `must_change` AS SELECT 1 AS `n`;
--> statement-breakpoint
CREATE TRIGGER `must_change_guard` INSTEAD OF INSERT ON `must_change`
WHEN NEW.`n` = 0
BEGIN
	SELECT RAISE(ABORT, 'nothing changed');
END;
--> statement-breakpoint
-- The audit log only grows.
CREATE TRIGGER `audit_events_no_update` BEFORE UPDATE ON `audit_events`
BEGIN
	SELECT RAISE(ABORT, 'the audit log cannot be changed');
END;
--> statement-breakpoint
CREATE TRIGGER `audit_events_no_delete` BEFORE DELETE ON `audit_events`
BEGIN
	SELECT RAISE(ABORT, 'the audit log cannot be changed');
END;
--> statement-breakpoint
-- INSERT OR REPLACE deletes without firing a delete trigger.
CREATE TRIGGER `audit_events_no_replace` BEFORE INSERT ON `audit_events`
WHEN EXISTS (SELECT 1 FROM `audit_events` WHERE `id` = NEW.`id` OR `seq` = NEW.`seq`)
BEGIN
	SELECT RAISE(ABORT, 'the audit log cannot be changed');
END;
--> statement-breakpoint
CREATE TRIGGER `audit_personal_no_replace` BEFORE INSERT ON `audit_personal`
WHEN EXISTS (SELECT 1 FROM `audit_personal` WHERE `event_id` = NEW.`event_id`)
BEGIN
	SELECT RAISE(ABORT, 'the personal part of the audit log cannot be changed');
END;
--> statement-breakpoint
CREATE TRIGGER `audit_personal_no_update` BEFORE UPDATE ON `audit_personal`
BEGIN
	SELECT RAISE(ABORT, 'the personal part of the audit log cannot be changed');
END;
--> statement-breakpoint
-- The personal part may go only after its deadline of 90 days (domain.md section 5).
CREATE TRIGGER `audit_personal_no_early_delete` BEFORE DELETE ON `audit_personal`
WHEN OLD.`at_ms` > (unixepoch() - 90 * 86400) * 1000
BEGIN
	SELECT RAISE(ABORT, 'the personal part of the audit log is kept for 90 days');
END;
--> statement-breakpoint
-- A document in the mailbox is write-once: only the time of reading is added, once.
CREATE TRIGGER `documents_write_once` BEFORE UPDATE ON `documents`
WHEN OLD.`read_at_ms` IS NOT NULL
	OR NEW.`id` IS NOT OLD.`id` OR NEW.`account_id` IS NOT OLD.`account_id`
	OR NEW.`person_id` IS NOT OLD.`person_id` OR NEW.`kind` IS NOT OLD.`kind`
	OR NEW.`claim_id` IS NOT OLD.`claim_id` OR NEW.`created_at_ms` IS NOT OLD.`created_at_ms`
	OR NEW.`content` IS NOT OLD.`content` OR NEW.`pdf_file_id` IS NOT OLD.`pdf_file_id`
BEGIN
	SELECT RAISE(ABORT, 'a document in the mailbox cannot be changed');
END;
