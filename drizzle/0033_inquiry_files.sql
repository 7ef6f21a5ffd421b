CREATE TABLE `coverage_inquiry_files` (
	`inquiry_id` text NOT NULL,
	`file_id` text NOT NULL,
	`position` integer NOT NULL,
	PRIMARY KEY(`inquiry_id`, `file_id`),
	FOREIGN KEY (`inquiry_id`) REFERENCES `coverage_inquiries`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`file_id`) REFERENCES `files`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `coverage_inquiry_files_file_unique` ON `coverage_inquiry_files` (`file_id`);