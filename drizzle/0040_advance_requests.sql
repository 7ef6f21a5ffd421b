CREATE TABLE `advance_requests` (
	`id` text PRIMARY KEY NOT NULL,
	`claim_id` text NOT NULL,
	`asked_at_ms` integer NOT NULL,
	`asked_by` text NOT NULL,
	`outcome` text,
	`refusal` text,
	`answered_at_ms` integer,
	`answered_by` text,
	FOREIGN KEY (`claim_id`) REFERENCES `claims`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`asked_by`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`answered_by`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "advance_requests_end" CHECK(("advance_requests"."outcome" is null) = ("advance_requests"."answered_at_ms" is null) and ("advance_requests"."answered_by" is null or "advance_requests"."answered_at_ms" is not null)),
	CONSTRAINT "advance_requests_refusal" CHECK(("advance_requests"."refusal" is not null) = ("advance_requests"."outcome" is 'refused'))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `advance_requests_open_claim` ON `advance_requests` (`claim_id`) WHERE "advance_requests"."answered_at_ms" is null;--> statement-breakpoint
CREATE INDEX `advance_requests_claim` ON `advance_requests` (`claim_id`,`asked_at_ms`);--> statement-breakpoint
CREATE INDEX `advance_requests_open` ON `advance_requests` (`asked_at_ms`,`id`) WHERE "advance_requests"."answered_at_ms" is null;
--> statement-breakpoint
-- An advance (decision 0) is never one person's and begins with nobody's approval, and there is none once the claim is decided.
CREATE TRIGGER `payouts_advance_made` BEFORE INSERT ON `payouts`
WHEN NEW.`decision_no` = 0 AND (
	NEW.`second_look` IS NULL OR NEW.`state` <> 'waiting'
	OR EXISTS (SELECT 1 FROM `claims` WHERE `id` = NEW.`claim_id` AND `decided_at_ms` IS NOT NULL)
)
BEGIN
	SELECT RAISE(ABORT, 'an advance waits for a second person, before the decision');
END;
--> statement-breakpoint
-- It stays one, in four eyes, and nothing else becomes one: it would be paid beside a decision, or by one person.
CREATE TRIGGER `payouts_advance_stays` BEFORE UPDATE ON `payouts`
WHEN (NEW.`decision_no` = 0) <> (OLD.`decision_no` = 0)
	OR (NEW.`decision_no` = 0 AND NEW.`second_look` IS NULL)
BEGIN
	SELECT RAISE(ABORT, 'a payment stays what it pays');
END;
--> statement-breakpoint
-- What a decision has withdrawn was paid by the decision: it never leaves.
CREATE TRIGGER `payouts_withdrawn_stays` BEFORE UPDATE ON `payouts`
WHEN OLD.`state` = 'withdrawn' AND NEW.`state` <> 'withdrawn'
BEGIN
	SELECT RAISE(ABORT, 'a withdrawn payment does not come back');
END;
