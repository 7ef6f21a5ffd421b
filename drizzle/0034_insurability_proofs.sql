CREATE TABLE `insurability_looks` (
	`id` text PRIMARY KEY NOT NULL,
	`proof_id` text NOT NULL,
	`account_id` text NOT NULL,
	`role` text NOT NULL,
	`at_ms` integer NOT NULL,
	FOREIGN KEY (`proof_id`) REFERENCES `insurability_proofs`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`account_id`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `insurability_looks_proof` ON `insurability_looks` (`proof_id`,`at_ms`);--> statement-breakpoint
CREATE TABLE `insurability_proofs` (
	`id` text PRIMARY KEY NOT NULL,
	`contract_id` text NOT NULL,
	`person_id` text NOT NULL,
	`kind` text NOT NULL,
	`state` text NOT NULL,
	`asked_at_ms` integer NOT NULL,
	`asked_by` text NOT NULL,
	`due_on` text NOT NULL,
	`fault` text,
	`assignee_id` text,
	`file_id` text,
	`handed_in_at_ms` integer,
	`ended_at_ms` integer,
	FOREIGN KEY (`contract_id`) REFERENCES `contracts`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`person_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`asked_by`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`assignee_id`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`file_id`) REFERENCES `files`(`id`) ON UPDATE no action ON DELETE set null,
	CONSTRAINT "insurability_proofs_state" CHECK("insurability_proofs"."state" in ('open', 'handed-in', 'accepted', 'withdrawn')),
	CONSTRAINT "insurability_proofs_file_given" CHECK(("insurability_proofs"."state" in ('handed-in', 'accepted')) = ("insurability_proofs"."handed_in_at_ms" is not null) and ("insurability_proofs"."file_id" is null or "insurability_proofs"."handed_in_at_ms" is not null)),
	CONSTRAINT "insurability_proofs_end" CHECK(("insurability_proofs"."state" in ('accepted', 'withdrawn')) = ("insurability_proofs"."ended_at_ms" is not null))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `insurability_proofs_once` ON `insurability_proofs` (`contract_id`,`person_id`,`kind`) WHERE "insurability_proofs"."state" <> 'withdrawn';--> statement-breakpoint
CREATE INDEX `insurability_proofs_contract` ON `insurability_proofs` (`contract_id`,`asked_at_ms`);--> statement-breakpoint
CREATE INDEX `insurability_proofs_person` ON `insurability_proofs` (`person_id`);--> statement-breakpoint
CREATE INDEX `insurability_proofs_asked_by` ON `insurability_proofs` (`asked_by`);--> statement-breakpoint
CREATE INDEX `insurability_proofs_assignee` ON `insurability_proofs` (`assignee_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `insurability_proofs_file` ON `insurability_proofs` (`file_id`);--> statement-breakpoint
CREATE INDEX `insurability_proofs_handed_in` ON `insurability_proofs` (`handed_in_at_ms`,`id`) WHERE "insurability_proofs"."state" = 'handed-in';--> statement-breakpoint
CREATE INDEX `insurability_proofs_open` ON `insurability_proofs` (`due_on`,`id`) WHERE "insurability_proofs"."state" = 'open';