CREATE TABLE `released_claim_looks` (
	`id` text PRIMARY KEY NOT NULL,
	`claim_id` text NOT NULL,
	`account_id` text NOT NULL,
	`at_ms` integer NOT NULL,
	FOREIGN KEY (`claim_id`) REFERENCES `claims`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`account_id`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `released_claim_looks_claim` ON `released_claim_looks` (`claim_id`,`at_ms`);--> statement-breakpoint
CREATE INDEX `released_claim_looks_account` ON `released_claim_looks` (`account_id`);--> statement-breakpoint
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
	`release_scope` text,
	PRIMARY KEY(`account_id`, `contract_id`),
	FOREIGN KEY (`account_id`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`contract_id`) REFERENCES `contracts`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`contract_id`,`person_id`) REFERENCES `insured_persons`(`contract_id`,`person_id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "contract_links_representative" CHECK(("__new_contract_links"."role" = 'representative') = ("__new_contract_links"."scope" is not null) and ("__new_contract_links"."role" = 'representative') = ("__new_contract_links"."ends_on" is not null)),
	CONSTRAINT "contract_links_insured_person" CHECK(("__new_contract_links"."role" <> 'insured-person' or "__new_contract_links"."person_id" is not null) and ("__new_contract_links"."released_at_ms" is null or "__new_contract_links"."role" = 'insured-person')),
	CONSTRAINT "contract_links_release" CHECK(("__new_contract_links"."released_at_ms" is null) = ("__new_contract_links"."release_scope" is null) and ("__new_contract_links"."release_scope" is null or "__new_contract_links"."release_scope" in ('uses', 'claims')))
);
--> statement-breakpoint
-- Whoever released something so far has released what was used of the cover, and stays at that.
INSERT INTO `__new_contract_links`("account_id", "contract_id", "linked_at_ms", "role", "person_id", "scope", "ends_on", "released_at_ms", "release_scope") SELECT "account_id", "contract_id", "linked_at_ms", "role", "person_id", "scope", "ends_on", "released_at_ms", CASE WHEN "released_at_ms" IS NOT NULL THEN 'uses' END FROM `contract_links`;--> statement-breakpoint
DROP TABLE `contract_links`;--> statement-breakpoint
ALTER TABLE `__new_contract_links` RENAME TO `contract_links`;--> statement-breakpoint
PRAGMA foreign_keys=ON;--> statement-breakpoint
CREATE INDEX `contract_links_contract` ON `contract_links` (`contract_id`,`person_id`);
--> statement-breakpoint
-- What an insured person is shown of looks at their claims only grows.
CREATE TRIGGER `released_claim_looks_no_update` BEFORE UPDATE ON `released_claim_looks`
BEGIN
	SELECT RAISE(ABORT, 'a look cannot be changed');
END;
