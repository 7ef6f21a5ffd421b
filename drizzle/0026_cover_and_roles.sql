CREATE TABLE `contract_invitations` (
	`code_hash` blob PRIMARY KEY NOT NULL,
	`contract_id` text NOT NULL,
	`role` text NOT NULL,
	`person_id` text,
	`scope` text,
	`ends_on` text,
	`valid_until_ms` integer NOT NULL,
	FOREIGN KEY (`contract_id`) REFERENCES `contracts`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`contract_id`,`person_id`) REFERENCES `insured_persons`(`contract_id`,`person_id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "contract_invitations_role" CHECK("contract_invitations"."role" <> 'policyholder')
);
--> statement-breakpoint
CREATE INDEX `contract_invitations_contract` ON `contract_invitations` (`contract_id`,`person_id`);--> statement-breakpoint
CREATE TABLE `cover_uses` (
	`claim_id` text NOT NULL,
	`year_starts_on` text NOT NULL,
	`contract_id` text NOT NULL,
	`deductible_minor` integer NOT NULL,
	`paid_minor` integer NOT NULL,
	PRIMARY KEY(`claim_id`, `year_starts_on`),
	FOREIGN KEY (`contract_id`) REFERENCES `contracts`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "cover_uses_amounts" CHECK("cover_uses"."deductible_minor" >= 0 and "cover_uses"."paid_minor" >= 0)
);
--> statement-breakpoint
CREATE INDEX `cover_uses_contract` ON `cover_uses` (`contract_id`,`year_starts_on`);--> statement-breakpoint
-- Treatments are sealed: what was used so far counts to the insurance year in which its claim came in.
INSERT INTO `cover_uses` (`claim_id`, `year_starts_on`, `contract_id`, `deductible_minor`, `paid_minor`)
SELECT `d`.`claim_id`,
	max(`k`.`starts_on`, date(`k`.`starts_on`, (`d`.`years` - (date(`k`.`starts_on`, `d`.`years` || ' years') > `d`.`day`)) || ' years')),
	`d`.`contract_id`, `d`.`amount_minor`,
	coalesce((SELECT sum(`p`.`amount_minor`) FROM `payouts` `p` WHERE `p`.`claim_id` = `d`.`claim_id`), 0)
FROM (
	SELECT `u`.*, date(`c`.`submitted_at_ms` / 1000, 'unixepoch') AS `day`,
		strftime('%Y', `c`.`submitted_at_ms` / 1000, 'unixepoch') - substr(`s`.`starts_on`, 1, 4) AS `years`
	FROM `deductible_uses` `u`
	JOIN `claims` `c` ON `c`.`id` = `u`.`claim_id`
	JOIN `contracts` `s` ON `s`.`id` = `u`.`contract_id`
) `d`
JOIN `contracts` `k` ON `k`.`id` = `d`.`contract_id`;--> statement-breakpoint
DROP TABLE `deductible_uses`;--> statement-breakpoint
PRAGMA foreign_keys=OFF;--> statement-breakpoint
CREATE TABLE `__new_contract_links` (
	`account_id` text NOT NULL,
	`contract_id` text NOT NULL,
	`linked_at_ms` integer NOT NULL,
	`role` text DEFAULT 'policyholder' NOT NULL,
	`person_id` text,
	`scope` text,
	`ends_on` text,
	`released_at_ms` integer,
	PRIMARY KEY(`account_id`, `contract_id`),
	FOREIGN KEY (`account_id`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`contract_id`) REFERENCES `contracts`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`contract_id`,`person_id`) REFERENCES `insured_persons`(`contract_id`,`person_id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "contract_links_representative" CHECK(("__new_contract_links"."role" = 'representative') = ("__new_contract_links"."scope" is not null) and ("__new_contract_links"."role" = 'representative') = ("__new_contract_links"."ends_on" is not null)),
	CONSTRAINT "contract_links_insured_person" CHECK(("__new_contract_links"."role" <> 'insured-person' or "__new_contract_links"."person_id" is not null) and ("__new_contract_links"."released_at_ms" is null or "__new_contract_links"."role" = 'insured-person'))
);
--> statement-breakpoint
INSERT INTO `__new_contract_links`("account_id", "contract_id", "linked_at_ms") SELECT "account_id", "contract_id", "linked_at_ms" FROM `contract_links`;--> statement-breakpoint
DROP TABLE `contract_links`;--> statement-breakpoint
ALTER TABLE `__new_contract_links` RENAME TO `contract_links`;--> statement-breakpoint
PRAGMA foreign_keys=ON;--> statement-breakpoint
CREATE INDEX `contract_links_contract` ON `contract_links` (`contract_id`,`person_id`);