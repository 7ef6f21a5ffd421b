import { and, asc, desc, eq, isNull } from 'drizzle-orm';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import { read } from '#lib/server/db/client.ts';
import { claims } from '#lib/server/db/tables/claims.ts';
import { documentRequests } from '#lib/server/db/tables/document-requests.ts';
import type { PostClaims } from './post-claims.ts';

/** As many as somebody finds their way in; older ones are named in the text. */
const CLAIMS = 50;
const REQUESTS = 100;

/** Claims as the front door for post offers them. No access check: the service's permission is for all. */
export const postClaimsRepository: PostClaims = {
	listOf(contractId) {
		return read(
			sqlBuilder
				.select({
					id: claims.id,
					number: claims.number,
					accountId: claims.accountId,
					assigneeId: claims.assigneeId
				})
				.from(claims)
				.where(eq(claims.contractId, contractId))
				.orderBy(desc(claims.submittedAtMs), desc(claims.id))
				.limit(CLAIMS),
			(rows) => rows
		);
	},

	listWaiting(contractId) {
		return read(
			sqlBuilder
				.select({
					id: documentRequests.id,
					claimId: claims.id,
					claimNumber: claims.number,
					accountId: claims.accountId,
					assigneeId: claims.assigneeId,
					kind: documentRequests.kind,
					line: documentRequests.line,
					askedAtMs: documentRequests.askedAtMs
				})
				.from(claims)
				.innerJoin(documentRequests, eq(documentRequests.claimId, claims.id))
				.where(
					and(
						eq(claims.contractId, contractId),
						eq(claims.state, 'documents_requested'),
						isNull(documentRequests.answeredAtMs),
						isNull(documentRequests.withdrawnAtMs)
					)
				)
				.orderBy(asc(documentRequests.askedAtMs), asc(documentRequests.id))
				.limit(REQUESTS),
			(rows) => rows
		);
	}
};
