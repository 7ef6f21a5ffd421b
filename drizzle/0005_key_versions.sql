CREATE INDEX `accounts_totp_secret` ON `accounts` (`totp_secret`);--> statement-breakpoint
CREATE INDEX `enrolments_expires` ON `enrolments` (`expires_at_ms`);--> statement-breakpoint
CREATE INDEX `people_root_version` ON `people` (`root_version`);
--> statement-breakpoint
-- Blind indexes now begin with the version of their key; up to here there was only version 1.
UPDATE `accounts` SET `email_index` = CAST(x'01' || `email_index` AS BLOB) WHERE length(`email_index`) = 32;
--> statement-breakpoint
UPDATE `contracts` SET
	`policy_number_index` = CAST(x'01' || `policy_number_index` AS BLOB),
	`activation_hash` = CAST(x'01' || `activation_hash` AS BLOB)
WHERE length(`policy_number_index`) = 32;
