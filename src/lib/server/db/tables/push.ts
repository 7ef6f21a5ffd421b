import { foreignKey, index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { accounts, knownDevices } from './accounts.ts';
import { bytes } from './columns.ts';

/** Devices that are told of news. What they are told is one word, so a mark is all that waits. */
export const pushSubscriptions = sqliteTable(
	'push_subscriptions',
	{
		/** SHA-256 of the endpoint in hex: one browser has one row, whoever uses it. */
		id: text('id').primaryKey(),
		accountId: text('account_id')
			.notNull()
			.references(() => accounts.id, { onDelete: 'cascade' }),
		/** The known device it was switched on at: it goes when that is forgotten. */
		deviceHash: bytes('device_hash').notNull(),
		/** Encrypted JSON: endpoint and keys. Whoever has them can write to the device. */
		subscription: bytes('subscription').notNull(),
		createdAtMs: integer('created_at_ms').notNull(),
		/** When there was news last. */
		newsAtMs: integer('news_at_ms'),
		/** Null while nothing waits to be told. */
		dueAtMs: integer('due_at_ms'),
		tries: integer('tries').notNull().default(0)
	},
	(table) => [
		foreignKey({
			name: 'push_subscriptions_device',
			columns: [table.deviceHash, table.accountId],
			foreignColumns: [knownDevices.tokenHash, knownDevices.accountId]
		}).onDelete('cascade'),
		index('push_subscriptions_account').on(table.accountId),
		index('push_subscriptions_device_account').on(table.deviceHash, table.accountId),
		index('push_subscriptions_due').on(table.dueAtMs)
	]
);
