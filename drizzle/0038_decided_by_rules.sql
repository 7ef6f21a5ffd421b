PRAGMA foreign_keys=OFF;--> statement-breakpoint
CREATE TABLE `__new_payouts` (
	`id` text PRIMARY KEY NOT NULL,
	`claim_id` text NOT NULL,
	`account_id` text NOT NULL,
	`person_id` text NOT NULL,
	`decision_no` integer DEFAULT 1 NOT NULL,
	`amount_minor` integer NOT NULL,
	`currency` text NOT NULL,
	`route` text NOT NULL,
	`payee` blob NOT NULL,
	`version` integer DEFAULT 1 NOT NULL,
	`content_hash` blob NOT NULL,
	`state` text NOT NULL,
	`second_look` text,
	`made_by` text,
	`made_at_ms` integer NOT NULL,
	`checked_by` text,
	`checked_at_ms` integer,
	`approved_hash` blob,
	`refusal` text,
	`seal` blob,
	`paid_at_ms` integer,
	FOREIGN KEY (`claim_id`) REFERENCES `claims`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`account_id`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`person_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`made_by`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`checked_by`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "payouts_amount" CHECK("__new_payouts"."amount_minor" > 0),
	CONSTRAINT "payouts_two_people" CHECK("__new_payouts"."made_by" is not "__new_payouts"."account_id" and ("__new_payouts"."checked_by" is null or ("__new_payouts"."checked_by" is not "__new_payouts"."made_by" and "__new_payouts"."checked_by" <> "__new_payouts"."account_id"))),
	CONSTRAINT "payouts_by_rules" CHECK("__new_payouts"."made_by" is not null or ("__new_payouts"."second_look" is null and "__new_payouts"."decision_no" = 1 and "__new_payouts"."version" = 1)),
	CONSTRAINT "payouts_approved" CHECK("__new_payouts"."state" not in ('ready', 'ordered', 'paid') or "__new_payouts"."second_look" is null or ("__new_payouts"."approved_hash" is not null and "__new_payouts"."approved_hash" = "__new_payouts"."content_hash" and "__new_payouts"."checked_by" is not null))
);
--> statement-breakpoint
INSERT INTO `__new_payouts`("id", "claim_id", "account_id", "person_id", "decision_no", "amount_minor", "currency", "route", "payee", "version", "content_hash", "state", "second_look", "made_by", "made_at_ms", "checked_by", "checked_at_ms", "approved_hash", "refusal", "seal", "paid_at_ms") SELECT "id", "claim_id", "account_id", "person_id", "decision_no", "amount_minor", "currency", "route", "payee", "version", "content_hash", "state", "second_look", "made_by", "made_at_ms", "checked_by", "checked_at_ms", "approved_hash", "refusal", "seal", "paid_at_ms" FROM `payouts`;--> statement-breakpoint
DROP TABLE `payouts`;--> statement-breakpoint
ALTER TABLE `__new_payouts` RENAME TO `payouts`;--> statement-breakpoint
PRAGMA foreign_keys=ON;--> statement-breakpoint
CREATE UNIQUE INDEX `payouts_decision_unique` ON `payouts` (`claim_id`,`decision_no`);--> statement-breakpoint
CREATE INDEX `payouts_state` ON `payouts` (`state`,`route`,`made_at_ms`,`id`);--> statement-breakpoint
ALTER TABLE `claims` ADD `checked_by_rules_at_ms` integer;--> statement-breakpoint
ALTER TABLE `claims` ADD `left_to_people` text;--> statement-breakpoint
CREATE INDEX `claims_unchecked` ON `claims` (`submitted_at_ms`,`id`) WHERE "claims"."state" = 'submitted' and "claims"."assignee_id" is null and "claims"."checked_by_rules_at_ms" is null;--> statement-breakpoint
CREATE INDEX `files_sha256` ON `files` (`sha256`);
--> statement-breakpoint
-- Nobody is refused without a person (§ 37 BDSG): a decision that names nobody is an approval, and rules have checked it.
CREATE TRIGGER `claims_decided_by_rules` BEFORE UPDATE ON `claims`
WHEN NEW.`decided_at_ms` IS NOT NULL AND NEW.`decided_by` IS NULL
	AND (NEW.`state` <> 'approved' OR NEW.`checked_by_rules_at_ms` IS NULL OR NEW.`left_to_people` IS NOT NULL)
BEGIN
	SELECT RAISE(ABORT, 'a person decides what rules do not approve in full');
END;
--> statement-breakpoint
-- Rules look at a claim once: what came of it stays as it was.
CREATE TRIGGER `claims_checked_once` BEFORE UPDATE ON `claims`
WHEN OLD.`checked_by_rules_at_ms` IS NOT NULL AND (
	NEW.`checked_by_rules_at_ms` IS NOT OLD.`checked_by_rules_at_ms`
	OR NEW.`left_to_people` IS NOT OLD.`left_to_people`
)
BEGIN
	SELECT RAISE(ABORT, 'rules look at a claim once');
END;
--> statement-breakpoint
-- A payment that nobody made belongs to a claim that rules have decided.
CREATE TRIGGER `payouts_made_by_rules` BEFORE INSERT ON `payouts`
WHEN NEW.`made_by` IS NULL AND NOT EXISTS (
	SELECT 1 FROM `claims` WHERE `id` = NEW.`claim_id` AND `decided_at_ms` IS NOT NULL AND `decided_by` IS NULL
)
BEGIN
	SELECT RAISE(ABORT, 'only rules pay without a person, and only what they decided');
END;
--> statement-breakpoint
CREATE TRIGGER `payouts_maker_stays` BEFORE UPDATE ON `payouts`
WHEN NEW.`made_by` IS NULL AND OLD.`made_by` IS NOT NULL
BEGIN
	SELECT RAISE(ABORT, 'a payment does not lose its maker');
END;
