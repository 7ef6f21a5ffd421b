CREATE TABLE `audit_checkpoints` (
	`size` integer PRIMARY KEY NOT NULL,
	`previous_size` integer NOT NULL,
	`root` blob NOT NULL,
	`note` text NOT NULL,
	`at_ms` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `audit_checkpoints_previous_unique` ON `audit_checkpoints` (`previous_size`);--> statement-breakpoint
CREATE TABLE `audit_deliveries` (
	`size` integer PRIMARY KEY NOT NULL,
	`at_ms` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `audit_nodes` (
	`position` integer PRIMARY KEY NOT NULL,
	`hash` blob NOT NULL
);
--> statement-breakpoint
ALTER TABLE `sign_in_challenges` ADD `typed_name_index` blob;--> statement-breakpoint
ALTER TABLE `audit_events` ADD `factors` text;--> statement-breakpoint
ALTER TABLE `audit_events` ADD `previous_leaf_hash` blob;--> statement-breakpoint
ALTER TABLE `audit_events` ADD `tag` blob DEFAULT x'' NOT NULL;--> statement-breakpoint
ALTER TABLE `audit_personal` ADD `typed_name_index` blob;--> statement-breakpoint
CREATE INDEX `audit_personal_at` ON `audit_personal` (`at_ms`);--> statement-breakpoint
-- Sealed nodes, checkpoints and deliveries only grow.
CREATE TRIGGER `audit_nodes_no_update` BEFORE UPDATE ON `audit_nodes`
BEGIN
	SELECT RAISE(ABORT, 'the audit log cannot be changed');
END;
--> statement-breakpoint
CREATE TRIGGER `audit_nodes_no_delete` BEFORE DELETE ON `audit_nodes`
BEGIN
	SELECT RAISE(ABORT, 'the audit log cannot be changed');
END;
--> statement-breakpoint
CREATE TRIGGER `audit_nodes_no_replace` BEFORE INSERT ON `audit_nodes`
WHEN EXISTS (SELECT 1 FROM `audit_nodes` WHERE `position` = NEW.`position`)
BEGIN
	SELECT RAISE(ABORT, 'the audit log cannot be changed');
END;
--> statement-breakpoint
CREATE TRIGGER `audit_checkpoints_no_update` BEFORE UPDATE ON `audit_checkpoints`
BEGIN
	SELECT RAISE(ABORT, 'the audit log cannot be changed');
END;
--> statement-breakpoint
CREATE TRIGGER `audit_checkpoints_no_delete` BEFORE DELETE ON `audit_checkpoints`
BEGIN
	SELECT RAISE(ABORT, 'the audit log cannot be changed');
END;
--> statement-breakpoint
CREATE TRIGGER `audit_deliveries_no_update` BEFORE UPDATE ON `audit_deliveries`
BEGIN
	SELECT RAISE(ABORT, 'the audit log cannot be changed');
END;
--> statement-breakpoint
CREATE TRIGGER `audit_deliveries_no_delete` BEFORE DELETE ON `audit_deliveries`
BEGIN
	SELECT RAISE(ABORT, 'the audit log cannot be changed');
END;
--> statement-breakpoint
CREATE TRIGGER `audit_deliveries_no_replace` BEFORE INSERT ON `audit_deliveries`
WHEN EXISTS (SELECT 1 FROM `audit_deliveries` WHERE `size` = NEW.`size`)
BEGIN
	SELECT RAISE(ABORT, 'the audit log cannot be changed');
END;
--> statement-breakpoint
-- A checkpoint follows the newest one: of two sealers at once the second is undone, with its nodes.
CREATE TRIGGER `audit_checkpoints_in_order` BEFORE INSERT ON `audit_checkpoints`
WHEN NEW.`size` <= NEW.`previous_size`
	OR NEW.`previous_size` <> (SELECT coalesce(max(`size`), 0) FROM `audit_checkpoints`)
BEGIN
	SELECT RAISE(ABORT, 'another sealer was faster');
END;
