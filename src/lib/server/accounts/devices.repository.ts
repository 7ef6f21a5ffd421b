import { and, eq, lte, sql, type SQL } from 'drizzle-orm';
import { DEVICE_LIFETIME_MS } from '#lib/domain/accounts/throttle.ts';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import { write, type Write } from '#lib/server/db/client.ts';
import { accounts, knownDevices } from '#lib/server/db/tables/accounts.ts';
import { browserNameOf } from '#lib/server/platform/user-agent.ts';

/** A condition: a full sign-in to the account of this address was made with the browser. */
export function isDeviceKnown(
	deviceHash: Uint8Array,
	emailIndexes: readonly Uint8Array[],
	nowMs: number
): SQL {
	return sql`exists (select 1 from ${knownDevices} d join ${accounts} a on a.id = d.account_id
		where d.token_hash = ${deviceHash} and a.email_index in ${emailIndexes} and d.expires_at_ms > ${nowMs})`;
}

/**
 * A condition: the token is one of ours, whoever signed in with it. A second person at the same
 * browser keeps it; one that somebody has thought up is never taken over (S3).
 */
export function isDeviceIssued(deviceHash: Uint8Array | null, nowMs: number): SQL<number> {
	return sql`exists (select 1 from ${knownDevices} d
		where d.token_hash = ${deviceHash ?? new Uint8Array()} and d.expires_at_ms > ${nowMs})`;
}

/** What a device is called in its owner's list: "Firefox, Windows". */
export function deviceLabelOf(userAgent: string): string {
	const { browser, system } = browserNameOf(userAgent);
	return [browser, system].filter((name) => name !== null).join(', ');
}

export const devicesRepository = {
	/** Remembers the browser of a full sign-in. */
	insert(device: {
		readonly tokenHash: Uint8Array;
		readonly accountId: string;
		readonly label: string;
		readonly nowMs: number;
	}): Write {
		const { nowMs, tokenHash, accountId, label } = device;
		const times = {
			createdAtMs: nowMs,
			lastUsedAtMs: nowMs,
			expiresAtMs: nowMs + DEVICE_LIFETIME_MS
		};
		return write(
			sqlBuilder
				.insert(knownDevices)
				.values({ tokenHash, accountId, label, ...times })
				// The row of a time that is over may still be there.
				.onConflictDoUpdate({
					target: [knownDevices.tokenHash, knownDevices.accountId],
					set: { label, ...times }
				})
		);
	},

	markUsed(tokenHash: Uint8Array, accountId: string, nowMs: number): Write {
		return write(
			sqlBuilder
				.update(knownDevices)
				.set({ lastUsedAtMs: nowMs, expiresAtMs: nowMs + DEVICE_LIFETIME_MS })
				.where(and(eq(knownDevices.tokenHash, tokenHash), eq(knownDevices.accountId, accountId)))
		);
	},

	purge(nowMs: number): Write {
		return write(sqlBuilder.delete(knownDevices).where(lte(knownDevices.expiresAtMs, nowMs)));
	}
};
