// What a customer has said so that information fits, and what they agreed to, for the copy of their data.
import { eq } from 'drizzle-orm';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import { read } from '#lib/server/db/client.ts';
import { isoTime, type PersonalSection } from '#lib/server/db/personal-section.ts';
import { informationFacts, marketingConsents } from '#lib/server/db/tables/information.ts';

export const informationSections: readonly PersonalSection[] = [
	{
		name: 'informationFacts',
		read: ({ accountId }) =>
			read(
				sqlBuilder.select().from(informationFacts).where(eq(informationFacts.accountId, accountId)),
				(rows) =>
					rows.map(({ accountId: _own, changedAtMs, ...facts }) => ({
						...facts,
						changedAt: isoTime(changedAtMs)
					}))
			)
	},
	{
		name: 'consents',
		read: ({ accountId }) =>
			read(
				sqlBuilder
					.select()
					.from(marketingConsents)
					.where(eq(marketingConsents.accountId, accountId)),
				(rows) =>
					rows.map((row) => ({
						to: 'advertising in the portal',
						textVersion: row.textVersion,
						textSha256: row.textHash,
						language: row.language,
						givenAt: isoTime(row.givenAtMs),
						withdrawnAt: isoTime(row.withdrawnAtMs)
					}))
			)
	}
];
