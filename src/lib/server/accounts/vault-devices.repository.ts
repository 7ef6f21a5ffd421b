/**
 * Devices with keys of drafts: opened by a session, revoked when somebody ends it from elsewhere (D7). What
 * ends a device that way also ends the notices it gets (decision 0074).
 */
import { and, eq, exists, lt, sql, type SQL } from 'drizzle-orm';
import { VAULT_DEVICE_KEPT_MS } from '#lib/domain/accounts/lifetimes.ts';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import { joinWrites, read, write, type Read, type Write } from '#lib/server/db/client.ts';
import { sessions, vaultDevices } from '#lib/server/db/tables/accounts.ts';
import { pushSubscriptions } from '#lib/server/db/tables/push.ts';
import { deviceHashOf, dropNotices } from './push-ends.ts';

const revoke = (accountId: string, which?: SQL): Write =>
	write(
		sqlBuilder
			.update(vaultDevices)
			.set({ isRevoked: true })
			.where(and(eq(vaultDevices.accountId, accountId), which))
	);

const openedIn = (sessionId: string): SQL =>
	sql`(select s.vault_device_id from ${sessions} s where s.id = ${sessionId})`;

/**
 * Notes that the keys are on this device now. Only a session that still stands counts, and it lifts an
 * earlier revocation: whoever has it has proven themselves since.
 */
export function keepVaultDevice(device: {
	readonly id: string;
	readonly accountId: string;
	readonly sessionId: string;
	readonly proof: Uint8Array;
	readonly nowMs: number;
}): Write {
	const { id, accountId, sessionId, proof, nowMs } = device;
	const session = and(eq(sessions.id, sessionId), eq(sessions.accountId, accountId));
	return joinWrites(
		write(
			sqlBuilder
				.delete(vaultDevices)
				.where(
					and(
						eq(vaultDevices.accountId, accountId),
						lt(vaultDevices.openedAtMs, nowMs - VAULT_DEVICE_KEPT_MS)
					)
				)
		),
		write(
			sqlBuilder
				.insert(vaultDevices)
				.select(
					sqlBuilder
						.select({
							id: sql<string>`${id}`.as('id'),
							accountId: sessions.accountId,
							deviceHash: sessions.deviceHash,
							proof: sql<Uint8Array>`${proof}`.as('proof'),
							openedAtMs: sql<number>`${nowMs}`.as('opened_at_ms'),
							isRevoked: sql<boolean>`0`.as('is_revoked')
						})
						.from(sessions)
						.where(session)
				)
				.onConflictDoUpdate({
					target: vaultDevices.id,
					set: {
						openedAtMs: nowMs,
						deviceHash: sql`excluded.device_hash`,
						isRevoked: false
					},
					// Somebody else's device is not taken over by its name.
					setWhere: eq(vaultDevices.accountId, accountId)
				})
		),
		write(
			sqlBuilder
				.update(sessions)
				.set({ vaultDeviceId: id })
				.where(
					and(
						session,
						exists(
							sqlBuilder
								.select({ id: vaultDevices.id })
								.from(vaultDevices)
								.where(and(eq(vaultDevices.id, id), eq(vaultDevices.accountId, accountId)))
						)
					)
				)
		)
	);
}

/** The word that will tell this device of a revocation; null for a name of somebody else's. */
export function findVaultDevice(id: string, accountId: string): Read<Uint8Array | null> {
	return read(
		sqlBuilder
			.select({ proof: vaultDevices.proof })
			.from(vaultDevices)
			.where(and(eq(vaultDevices.id, id), eq(vaultDevices.accountId, accountId))),
		([row]) => row?.proof ?? null
	);
}

/** The word, but only when the device is revoked. */
export function findRevokedVaultDevice(id: string): Read<Uint8Array | null> {
	return read(
		sqlBuilder
			.select({ proof: vaultDevices.proof })
			.from(vaultDevices)
			.where(and(eq(vaultDevices.id, id), eq(vaultDevices.isRevoked, true))),
		([row]) => row?.proof ?? null
	);
}

/** Every device of the account: with "this was not me" and whatever else ends every session. */
export const revokeVaultDevices = (accountId: string): Write =>
	joinWrites(revoke(accountId), dropNotices(accountId));

/** Every device but the one this session is on. */
export const revokeOtherVaultDevices = (accountId: string, sessionId: string): Write =>
	joinWrites(
		revoke(accountId, sql`${vaultDevices.id} is not ${openedIn(sessionId)}`),
		dropNotices(accountId, sql`${pushSubscriptions.deviceHash} is not ${deviceHashOf(sessionId)}`)
	);

/** The device of one session. Belongs before the write that ends it. */
export const revokeVaultDeviceOf = (accountId: string, sessionId: string): Write =>
	joinWrites(
		revoke(accountId, sql`${vaultDevices.id} = ${openedIn(sessionId)}`),
		dropNotices(accountId, sql`${pushSubscriptions.deviceHash} = ${deviceHashOf(sessionId)}`)
	);

/** A known device that its owner has taken off their list. */
export const revokeVaultsOnDevice = (accountId: string, deviceHash: Uint8Array): Write =>
	joinWrites(
		revoke(accountId, eq(vaultDevices.deviceHash, deviceHash)),
		dropNotices(accountId, eq(pushSubscriptions.deviceHash, deviceHash))
	);
