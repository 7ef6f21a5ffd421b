CREATE TABLE `staff_changes` (
	`id` text PRIMARY KEY NOT NULL,
	`account_id` text NOT NULL,
	`kind` text NOT NULL,
	`role` text NOT NULL,
	`state` text NOT NULL,
	`asked_by` text,
	`asked_at_ms` integer NOT NULL,
	`approved_by` text,
	`closed_at_ms` integer,
	FOREIGN KEY (`account_id`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE cascade,
	CONSTRAINT "staff_changes_two_people" CHECK(("staff_changes"."asked_by" is null or "staff_changes"."asked_by" <> "staff_changes"."account_id")
				and ("staff_changes"."approved_by" is null
					or ("staff_changes"."approved_by" <> "staff_changes"."asked_by" and "staff_changes"."approved_by" <> "staff_changes"."account_id"))
				and ("staff_changes"."state" <> 'approved' or "staff_changes"."asked_by" is null or "staff_changes"."approved_by" is not null)),
	CONSTRAINT "staff_changes_staff_only" CHECK("staff_changes"."role" <> 'customer')
);
--> statement-breakpoint
CREATE UNIQUE INDEX `staff_changes_one_waiting` ON `staff_changes` (`account_id`) WHERE state = 'waiting';--> statement-breakpoint
CREATE INDEX `staff_changes_account` ON `staff_changes` (`account_id`);--> statement-breakpoint
CREATE TABLE `staff_own_contracts` (
	`account_id` text NOT NULL,
	`contract_id` text NOT NULL,
	`named_at_ms` integer NOT NULL,
	PRIMARY KEY(`account_id`, `contract_id`),
	FOREIGN KEY (`account_id`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`contract_id`) REFERENCES `contracts`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `staff_own_contracts_contract` ON `staff_own_contracts` (`contract_id`);