import { and, eq, notExists, sql } from 'drizzle-orm';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import { claimFiles } from '#lib/server/db/tables/claims.ts';
import { messageFiles } from '#lib/server/db/tables/conversations.ts';
import { coverageInquiryFiles } from '#lib/server/db/tables/coverage-inquiries.ts';
import { documents } from '#lib/server/db/tables/documents.ts';
import { files } from '#lib/server/db/tables/files.ts';
import { insurabilityProofs } from '#lib/server/db/tables/proofs.ts';

const FOUND = { found: sql`1` };

/** A file that no claim, message, inquiry, proof or document shows. */
export const isLoose = () =>
	and(
		...[claimFiles, messageFiles, coverageInquiryFiles, insurabilityProofs].map((table) =>
			notExists(sqlBuilder.select(FOUND).from(table).where(eq(table.fileId, files.id)))
		),
		notExists(sqlBuilder.select(FOUND).from(documents).where(eq(documents.pdfFileId, files.id)))
	);
