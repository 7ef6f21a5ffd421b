CREATE TABLE `claim_co_insured` (
	`claim_id` text NOT NULL,
	`person_id` text NOT NULL,
	PRIMARY KEY(`claim_id`, `person_id`),
	FOREIGN KEY (`claim_id`) REFERENCES `claims`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`person_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `claim_co_insured_person` ON `claim_co_insured` (`person_id`);--> statement-breakpoint
PRAGMA foreign_keys=OFF;--> statement-breakpoint
CREATE TABLE `__new_cover_uses` (
	`claim_id` text NOT NULL,
	`insured_person_id` text NOT NULL,
	`year_starts_on` text NOT NULL,
	`contract_id` text NOT NULL,
	`deductible_minor` integer NOT NULL,
	`paid_minor` integer NOT NULL,
	PRIMARY KEY(`claim_id`, `insured_person_id`, `year_starts_on`),
	FOREIGN KEY (`insured_person_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`contract_id`) REFERENCES `contracts`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "cover_uses_amounts" CHECK("__new_cover_uses"."deductible_minor" >= 0 and "__new_cover_uses"."paid_minor" >= 0)
);
--> statement-breakpoint
-- A claim was about one person until now.
INSERT INTO `__new_cover_uses`("claim_id", "insured_person_id", "year_starts_on", "contract_id", "deductible_minor", "paid_minor") SELECT `u`.`claim_id`, `c`.`insured_person_id`, `u`.`year_starts_on`, `u`.`contract_id`, `u`.`deductible_minor`, `u`.`paid_minor`
FROM `cover_uses` `u` JOIN `claims` `c` ON `c`.`id` = `u`.`claim_id`;--> statement-breakpoint
DROP TABLE `cover_uses`;--> statement-breakpoint
ALTER TABLE `__new_cover_uses` RENAME TO `cover_uses`;--> statement-breakpoint
PRAGMA foreign_keys=ON;--> statement-breakpoint
CREATE INDEX `cover_uses_contract` ON `cover_uses` (`contract_id`,`insured_person_id`,`year_starts_on`);--> statement-breakpoint
CREATE INDEX `cover_uses_person` ON `cover_uses` (`insured_person_id`);