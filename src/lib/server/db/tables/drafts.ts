import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { accounts } from './accounts.ts';
import { bytes } from './columns.ts';

/** Copies of drafts for their owner's other devices, sealed there: we can count them and nothing else. */
export const draftSnapshots = sqliteTable(
	'draft_snapshots',
	{
		accountId: text('account_id')
			.notNull()
			.references(() => accounts.id),
		draftId: text('draft_id').notNull(),
		/** Counts up with every change: a change that has not seen the last one is refused. */
		rev: integer('rev').notNull(),
		isDeleted: integer('is_deleted', { mode: 'boolean' }).notNull(),
		/** The draft, or the owner's word that it is deleted, sealed under a key of their devices. */
		sealed: bytes('sealed').notNull(),
		updatedAtMs: integer('updated_at_ms').notNull(),
		expiresAtMs: integer('expires_at_ms').notNull(),
		/** How often its owner was told that it will go. */
		warnings: integer('warnings').notNull()
	},
	(table) => [
		primaryKey({ columns: [table.accountId, table.draftId] }),
		index('draft_snapshots_expiry').on(table.expiresAtMs)
	]
);

/** Sealed parts of the files of a draft, as they lie on the device. */
export const draftParts = sqliteTable(
	'draft_parts',
	{
		accountId: text('account_id')
			.notNull()
			.references(() => accounts.id),
		draftId: text('draft_id').notNull(),
		/** `<attachment id>.<part>`. */
		name: text('name').notNull(),
		sealed: bytes('sealed').notNull()
	},
	(table) => [primaryKey({ columns: [table.accountId, table.draftId, table.name] })]
);

/** Which drafts a device had at its last contact: how we notice that its browser has cleared them away. */
export const draftDevices = sqliteTable(
	'draft_devices',
	{
		accountId: text('account_id')
			.notNull()
			.references(() => accounts.id),
		/** SHA-256 of the device's cookie. */
		deviceHash: bytes('device_hash').notNull(),
		/** JSON: ids and revisions, no word of a draft. */
		sightings: text('sightings').notNull(),
		seenAtMs: integer('seen_at_ms').notNull()
	},
	(table) => [
		primaryKey({ columns: [table.accountId, table.deviceHash] }),
		index('draft_devices_seen').on(table.seenAtMs)
	]
);
