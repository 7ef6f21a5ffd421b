import { and, inArray, type SQL } from 'drizzle-orm';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import { joinWrites, read, write, type Write } from '#lib/server/db/client.ts';
import {
	coverageInquiries,
	coverageInquiryFiles
} from '#lib/server/db/tables/coverage-inquiries.ts';
import { fileChunks, files } from '#lib/server/db/tables/files.ts';
import type { RetentionStep } from './retention-step.ts';

/** Cost inquiries with the files that came with them; the looks at them go by themselves. */
export function removeInquiries(isOver: SQL | undefined): Write {
	const gone = sqlBuilder
		.select({ id: coverageInquiries.id })
		.from(coverageInquiries)
		.where(isOver);
	const theirFiles = sqlBuilder
		.select({ id: coverageInquiryFiles.fileId })
		.from(coverageInquiryFiles)
		.where(inArray(coverageInquiryFiles.inquiryId, gone));
	return joinWrites(
		write(sqlBuilder.delete(fileChunks).where(inArray(fileChunks.fileId, theirFiles))),
		write(sqlBuilder.delete(files).where(inArray(files.id, theirFiles))),
		write(sqlBuilder.delete(coverageInquiries).where(isOver))
	);
}

/** Inquiries after their time. */
export function oldInquiries(isOver: SQL | undefined): RetentionStep {
	return {
		name: 'coverage-inquiries',
		find: (limit) =>
			read(
				sqlBuilder
					.select({ id: coverageInquiries.id })
					.from(coverageInquiries)
					.where(isOver)
					.limit(limit),
				(rows) => rows
			),
		remove: (found) =>
			removeInquiries(
				and(
					inArray(
						coverageInquiries.id,
						found.map(({ id }) => id)
					),
					isOver
				)
			)
	};
}
