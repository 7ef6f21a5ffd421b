// Which mails went to a customer, and when. What stands in them is words of ours and spent codes. And which devices are
// told of news, and since when: addresses and keys of them stay here, as other secrets do.
import { and, asc, eq } from 'drizzle-orm';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import { read } from '#lib/server/db/client.ts';
import { parseMail } from '#lib/domain/messages/mail.ts';
import { isoTime, type PersonalSection } from '#lib/server/db/personal-section.ts';
import { knownDevices } from '#lib/server/db/tables/accounts.ts';
import { mailOutbox } from '#lib/server/db/tables/messages.ts';
import { pushSubscriptions } from '#lib/server/db/tables/push.ts';
import type { Cipher } from '#lib/server/platform/cipher.ts';
import { mailCell } from './mails.repository.ts';

export function mailSections(cipher: Cipher): readonly PersonalSection[] {
	return [
		{
			name: 'mails',
			read: ({ personId }) =>
				read(
					sqlBuilder
						.select()
						.from(mailOutbox)
						.where(eq(mailOutbox.personId, personId))
						.orderBy(asc(mailOutbox.createdAtMs)),
					(rows) =>
						Promise.all(
							rows.map(async (row) => {
								const mail = parseMail(await cipher.openJson(mailCell(row.id, personId), row.mail));
								return {
									to: mail.to,
									about: mail.template,
									state: row.state,
									createdAt: isoTime(row.createdAtMs),
									sentAt: isoTime(row.sentAtMs)
								};
							})
						)
				)
		},
		{
			name: 'notices',
			read: ({ accountId }) =>
				read(
					sqlBuilder
						.select({ notices: pushSubscriptions, label: knownDevices.label })
						.from(pushSubscriptions)
						.innerJoin(
							knownDevices,
							and(
								eq(knownDevices.tokenHash, pushSubscriptions.deviceHash),
								eq(knownDevices.accountId, pushSubscriptions.accountId)
							)
						)
						.where(eq(pushSubscriptions.accountId, accountId))
						.orderBy(asc(pushSubscriptions.createdAtMs)),
					(rows) =>
						rows.map(({ notices, label }) => ({
							device: label,
							switchedOnAt: isoTime(notices.createdAtMs),
							lastNewsAt: isoTime(notices.newsAtMs)
						}))
				)
		}
	];
}
