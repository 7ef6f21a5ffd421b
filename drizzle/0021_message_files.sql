CREATE TABLE `message_files` (
	`message_id` text NOT NULL,
	`file_id` text NOT NULL,
	`position` integer NOT NULL,
	PRIMARY KEY(`message_id`, `file_id`),
	FOREIGN KEY (`message_id`) REFERENCES `messages`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`file_id`) REFERENCES `files`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `message_files_file_unique` ON `message_files` (`file_id`);
--> statement-breakpoint
-- What came with a message stays with it, as the message itself does.
CREATE TRIGGER `message_files_no_update` BEFORE UPDATE ON `message_files`
BEGIN
	SELECT RAISE(ABORT, 'the files of a message cannot be changed');
END;
--> statement-breakpoint
CREATE TRIGGER `message_files_no_delete` BEFORE DELETE ON `message_files`
WHEN EXISTS (
	SELECT 1 FROM `messages` JOIN `conversations` ON `conversations`.`id` = `messages`.`conversation_id`
	WHERE `messages`.`id` = OLD.`message_id` AND `conversations`.`leaves_at_ms` IS NULL
)
BEGIN
	SELECT RAISE(ABORT, 'the files of a message cannot be deleted');
END;
