import { sql } from 'drizzle-orm';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import { write, type Write } from '#lib/server/db/client.ts';
import { claimFiles } from '#lib/server/db/tables/claims.ts';

/** A file more of a claim, behind those it has; `capturedBy` where somebody here has typed it in. */
export function addClaimFile(claimId: string, fileId: string, capturedBy?: string): Write {
	const position = sql<number>`(select coalesce(max(position), -1) + 1 from claim_files where claim_id = ${claimId})`;
	return write(sqlBuilder.insert(claimFiles).values({ claimId, fileId, position, capturedBy }));
}
