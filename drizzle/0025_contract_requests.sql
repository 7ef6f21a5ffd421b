CREATE TABLE `contract_requests` (
	`id` text PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`reference` text NOT NULL,
	`contract_id` text,
	`person_id` text NOT NULL,
	`content` blob NOT NULL,
	`received_at_ms` integer NOT NULL,
	`wished_on` text,
	`state` text NOT NULL,
	`reason` text,
	`decided_at_ms` integer,
	`decided_by` text,
	FOREIGN KEY (`contract_id`) REFERENCES `contracts`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`person_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`decided_by`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "contract_requests_answer" CHECK(("contract_requests"."state" = 'open') = ("contract_requests"."decided_at_ms" is null) and ("contract_requests"."state" = 'refused') = ("contract_requests"."reason" is not null))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `contract_requests_reference_unique` ON `contract_requests` (`reference`);--> statement-breakpoint
CREATE UNIQUE INDEX `contract_requests_waiting` ON `contract_requests` (`contract_id`,`kind`) WHERE "contract_requests"."state" = 'open' and "contract_requests"."kind" <> 'withdrawal';--> statement-breakpoint
CREATE INDEX `contract_requests_contract` ON `contract_requests` (`contract_id`,`received_at_ms`);--> statement-breakpoint
CREATE INDEX `contract_requests_person` ON `contract_requests` (`person_id`);--> statement-breakpoint
CREATE INDEX `contract_requests_open` ON `contract_requests` (`received_at_ms`,`id`) WHERE "contract_requests"."state" = 'open';--> statement-breakpoint
CREATE INDEX `contract_requests_answered` ON `contract_requests` (`decided_at_ms`) WHERE "contract_requests"."state" <> 'open';