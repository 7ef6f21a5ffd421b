CREATE TABLE `accounts` (
	`id` text PRIMARY KEY NOT NULL,
	`person_id` text NOT NULL,
	`role` text NOT NULL,
	`status` text NOT NULL,
	`email_index` blob NOT NULL,
	`contact` blob NOT NULL,
	`language` text NOT NULL,
	`password_hash` text NOT NULL,
	`totp_secret` blob,
	`totp_last_step` integer DEFAULT 0 NOT NULL,
	`created_at_ms` integer NOT NULL,
	`activated_at_ms` integer,
	FOREIGN KEY (`person_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "accounts_role" CHECK("accounts"."role" in ('customer', 'clerk')),
	CONSTRAINT "accounts_status" CHECK("accounts"."status" in ('pending', 'active', 'disabled')),
	CONSTRAINT "accounts_active_has_totp" CHECK("accounts"."status" <> 'active' or "accounts"."totp_secret" is not null)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `accounts_email_index_unique` ON `accounts` (`email_index`);--> statement-breakpoint
CREATE INDEX `accounts_person` ON `accounts` (`person_id`);--> statement-breakpoint
CREATE TABLE `enrolments` (
	`token_hash` blob PRIMARY KEY NOT NULL,
	`account_id` text NOT NULL,
	`totp_secret` blob NOT NULL,
	`expires_at_ms` integer NOT NULL,
	`tries` integer DEFAULT 0 NOT NULL,
	`used_at_ms` integer,
	FOREIGN KEY (`account_id`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `enrolments_account` ON `enrolments` (`account_id`);--> statement-breakpoint
CREATE TABLE `mail_tokens` (
	`token_hash` blob PRIMARY KEY NOT NULL,
	`account_id` text NOT NULL,
	`purpose` text NOT NULL,
	`expires_at_ms` integer NOT NULL,
	`used_at_ms` integer,
	FOREIGN KEY (`account_id`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `mail_tokens_account` ON `mail_tokens` (`account_id`);--> statement-breakpoint
CREATE TABLE `recovery_codes` (
	`code_hash` blob PRIMARY KEY NOT NULL,
	`account_id` text NOT NULL,
	`used_at_ms` integer,
	FOREIGN KEY (`account_id`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `recovery_codes_account` ON `recovery_codes` (`account_id`);--> statement-breakpoint
CREATE TABLE `security_answers` (
	`account_id` text NOT NULL,
	`slot` integer NOT NULL,
	`question` blob NOT NULL,
	`answer_hash` text NOT NULL,
	PRIMARY KEY(`account_id`, `slot`),
	FOREIGN KEY (`account_id`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE cascade,
	CONSTRAINT "security_answers_slot" CHECK("security_answers"."slot" in (1, 2))
);
--> statement-breakpoint
CREATE TABLE `sessions` (
	`id` text PRIMARY KEY NOT NULL,
	`account_id` text NOT NULL,
	`created_at_ms` integer NOT NULL,
	`last_seen_at_ms` integer NOT NULL,
	`expires_at_ms` integer NOT NULL,
	FOREIGN KEY (`account_id`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `sessions_account` ON `sessions` (`account_id`);--> statement-breakpoint
CREATE TABLE `shown_notices` (
	`account_id` text NOT NULL,
	`notice` text NOT NULL,
	`version` text NOT NULL,
	`language` text NOT NULL,
	`shown_at_ms` integer NOT NULL,
	PRIMARY KEY(`account_id`, `notice`, `version`),
	FOREIGN KEY (`account_id`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `sign_in_challenges` (
	`token_hash` blob PRIMARY KEY NOT NULL,
	`account_id` text,
	`is_password_right` integer NOT NULL,
	`door` text NOT NULL,
	`expires_at_ms` integer NOT NULL,
	`tries` integer DEFAULT 0 NOT NULL,
	`used_at_ms` integer,
	FOREIGN KEY (`account_id`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `vault_escrows` (
	`account_id` text PRIMARY KEY NOT NULL,
	`vault_key` blob NOT NULL,
	`created_at_ms` integer NOT NULL,
	FOREIGN KEY (`account_id`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `audit_events` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`id` text NOT NULL,
	`at_ms` integer NOT NULL,
	`event` text NOT NULL,
	`outcome` text NOT NULL,
	`object_ref` text NOT NULL,
	`request_id` text NOT NULL,
	`personal_commitment` blob NOT NULL,
	`leaf_hash` blob NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `audit_events_id_unique` ON `audit_events` (`id`);--> statement-breakpoint
CREATE TABLE `audit_personal` (
	`event_id` text PRIMARY KEY NOT NULL,
	`account_id` text,
	`subject_account_id` text,
	`ip` text NOT NULL,
	`user_agent` text NOT NULL,
	`salt` blob NOT NULL,
	`at_ms` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `audit_personal_account` ON `audit_personal` (`account_id`,`at_ms`);--> statement-breakpoint
CREATE INDEX `audit_personal_subject` ON `audit_personal` (`subject_account_id`,`at_ms`);--> statement-breakpoint
CREATE TABLE `claim_files` (
	`claim_id` text NOT NULL,
	`file_id` text NOT NULL,
	`position` integer NOT NULL,
	PRIMARY KEY(`claim_id`, `file_id`),
	FOREIGN KEY (`claim_id`) REFERENCES `claims`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`file_id`) REFERENCES `files`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `claim_files_file_unique` ON `claim_files` (`file_id`);--> statement-breakpoint
CREATE TABLE `claims` (
	`id` text PRIMARY KEY NOT NULL,
	`number` text NOT NULL,
	`account_id` text NOT NULL,
	`person_id` text NOT NULL,
	`contract_id` text NOT NULL,
	`insured_person_id` text NOT NULL,
	`submission_id` text NOT NULL,
	`state` text NOT NULL,
	`submitted_at_ms` integer NOT NULL,
	`decided_at_ms` integer,
	`decided_by` text,
	`content` blob NOT NULL,
	`decision` blob,
	`version` integer DEFAULT 1 NOT NULL,
	FOREIGN KEY (`account_id`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`person_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`contract_id`) REFERENCES `contracts`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`insured_person_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`submission_id`) REFERENCES `submissions`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`decided_by`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "claims_state" CHECK("claims"."state" in ('submitted', 'in_review', 'approved', 'partially_approved', 'rejected')),
	CONSTRAINT "claims_decided" CHECK(("claims"."state" in ('submitted', 'in_review')) = ("claims"."decided_at_ms" is null)),
	CONSTRAINT "claims_maker" CHECK("claims"."decided_by" is null or "claims"."decided_by" <> "claims"."account_id")
);
--> statement-breakpoint
CREATE UNIQUE INDEX `claims_number_unique` ON `claims` (`number`);--> statement-breakpoint
CREATE UNIQUE INDEX `claims_submission_unique` ON `claims` (`submission_id`);--> statement-breakpoint
CREATE INDEX `claims_of_account` ON `claims` (`account_id`,`submitted_at_ms`);--> statement-breakpoint
CREATE INDEX `claims_open` ON `claims` (`submitted_at_ms`,`id`) WHERE "claims"."decided_at_ms" is null;--> statement-breakpoint
CREATE INDEX `claims_contract` ON `claims` (`contract_id`);--> statement-breakpoint
CREATE TABLE `submissions` (
	`id` text PRIMARY KEY NOT NULL,
	`account_id` text NOT NULL,
	`draft_id` text NOT NULL,
	`manifest_hash` text NOT NULL,
	`manifest` blob NOT NULL,
	`state` text NOT NULL,
	`created_at_ms` integer NOT NULL,
	FOREIGN KEY (`account_id`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "submissions_state" CHECK("submissions"."state" in ('open', 'committed', 'withdrawn'))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `submissions_live_draft` ON `submissions` (`account_id`,`draft_id`) WHERE "submissions"."state" <> 'withdrawn';--> statement-breakpoint
CREATE TABLE `contract_links` (
	`account_id` text NOT NULL,
	`contract_id` text NOT NULL,
	`linked_at_ms` integer NOT NULL,
	PRIMARY KEY(`account_id`, `contract_id`),
	FOREIGN KEY (`account_id`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`contract_id`) REFERENCES `contracts`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `contract_links_contract` ON `contract_links` (`contract_id`);--> statement-breakpoint
CREATE TABLE `contracts` (
	`id` text PRIMARY KEY NOT NULL,
	`policy_number_index` blob NOT NULL,
	`policy_number` blob NOT NULL,
	`policyholder_id` text NOT NULL,
	`bank_account` blob NOT NULL,
	`plan` text NOT NULL,
	`starts_on` text NOT NULL,
	`ends_on` text,
	`currency` text NOT NULL,
	`deductible_minor` integer NOT NULL,
	`maximum_minor` integer,
	`activation_hash` blob,
	`activation_tries` integer DEFAULT 0 NOT NULL,
	FOREIGN KEY (`policyholder_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "contracts_dates" CHECK("contracts"."ends_on" is null or "contracts"."ends_on" >= "contracts"."starts_on"),
	CONSTRAINT "contracts_deductible" CHECK("contracts"."deductible_minor" >= 0)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `contracts_policy_number_unique` ON `contracts` (`policy_number_index`);--> statement-breakpoint
CREATE INDEX `contracts_policyholder` ON `contracts` (`policyholder_id`);--> statement-breakpoint
CREATE TABLE `deductible_uses` (
	`claim_id` text PRIMARY KEY NOT NULL,
	`contract_id` text NOT NULL,
	`amount_minor` integer NOT NULL,
	FOREIGN KEY (`contract_id`) REFERENCES `contracts`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "deductible_uses_amount" CHECK("deductible_uses"."amount_minor" >= 0)
);
--> statement-breakpoint
CREATE INDEX `deductible_uses_contract` ON `deductible_uses` (`contract_id`);--> statement-breakpoint
CREATE TABLE `insured_persons` (
	`contract_id` text NOT NULL,
	`person_id` text NOT NULL,
	PRIMARY KEY(`contract_id`, `person_id`),
	FOREIGN KEY (`contract_id`) REFERENCES `contracts`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`person_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `insured_persons_person` ON `insured_persons` (`person_id`);--> statement-breakpoint
CREATE TABLE `documents` (
	`id` text PRIMARY KEY NOT NULL,
	`account_id` text NOT NULL,
	`person_id` text NOT NULL,
	`kind` text NOT NULL,
	`claim_id` text,
	`created_at_ms` integer NOT NULL,
	`read_at_ms` integer,
	`content` blob NOT NULL,
	`pdf_file_id` text,
	FOREIGN KEY (`account_id`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`person_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`claim_id`) REFERENCES `claims`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`pdf_file_id`) REFERENCES `files`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "documents_kind" CHECK("documents"."kind" in ('receipt-confirmation', 'benefit-statement'))
);
--> statement-breakpoint
CREATE INDEX `documents_of_account` ON `documents` (`account_id`,`created_at_ms`);--> statement-breakpoint
CREATE INDEX `documents_unread` ON `documents` (`account_id`) WHERE "documents"."read_at_ms" is null;--> statement-breakpoint
CREATE INDEX `documents_claim` ON `documents` (`claim_id`);--> statement-breakpoint
CREATE TABLE `file_chunks` (
	`file_id` text NOT NULL,
	`start_byte` integer NOT NULL,
	`ciphertext` blob NOT NULL,
	PRIMARY KEY(`file_id`, `start_byte`),
	FOREIGN KEY (`file_id`) REFERENCES `files`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `files` (
	`id` text PRIMARY KEY NOT NULL,
	`account_id` text NOT NULL,
	`person_id` text NOT NULL,
	`submission_id` text,
	`attachment_id` text,
	`file_key` blob NOT NULL,
	`name` blob NOT NULL,
	`type` text NOT NULL,
	`size_bytes` integer NOT NULL,
	`received_bytes` integer NOT NULL,
	`sha256` text NOT NULL,
	`state` text NOT NULL,
	`created_at_ms` integer NOT NULL,
	FOREIGN KEY (`account_id`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`person_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "files_state" CHECK("files"."state" in ('open', 'complete', 'refused')),
	CONSTRAINT "files_received" CHECK("files"."received_bytes" between 0 and "files"."size_bytes")
);
--> statement-breakpoint
CREATE UNIQUE INDEX `files_attachment_unique` ON `files` (`submission_id`,`attachment_id`) WHERE "files"."state" <> 'refused';--> statement-breakpoint
CREATE INDEX `files_account` ON `files` (`account_id`);--> statement-breakpoint
CREATE TABLE `mail_outbox` (
	`id` text PRIMARY KEY NOT NULL,
	`person_id` text NOT NULL,
	`mail` blob NOT NULL,
	`state` text NOT NULL,
	`tries` integer DEFAULT 0 NOT NULL,
	`next_try_at_ms` integer NOT NULL,
	`created_at_ms` integer NOT NULL,
	`sent_at_ms` integer,
	FOREIGN KEY (`person_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "mail_outbox_state" CHECK("mail_outbox"."state" in ('waiting', 'sent', 'dead'))
);
--> statement-breakpoint
CREATE INDEX `mail_outbox_due` ON `mail_outbox` (`state`,`next_try_at_ms`);--> statement-breakpoint
CREATE TABLE `people` (
	`id` text PRIMARY KEY NOT NULL,
	`wrapped_key` blob NOT NULL,
	`root_version` integer NOT NULL,
	`profile` blob NOT NULL,
	`created_at_ms` integer NOT NULL
);
