import { MAX_SESSIONS } from '#lib/domain/accounts/lifetimes.ts';
import type { AuditFactor, Origin } from '#lib/domain/audit/audit.ts';
import type { AuditService } from '#lib/server/audit/audit.service.ts';
import type { Write } from '#lib/server/db/client.ts';
import type { Clock } from '#lib/server/platform/clock.ts';
import { hashToken, newToken, type Ids } from '#lib/server/platform/ids.ts';
import type { Account } from './accounts.repository.ts';
import { deviceLabelOf, devicesRepository } from './devices.repository.ts';
import { markUsed } from './last-use.ts';
import { cancelCasesOfAccount } from './recovery-cases.repository.ts';
import { dropNoticesOfOthers } from './push-ends.ts';
import type { SessionOpening, Sessions } from './sessions.ts';
import type { SignInNotices } from './sign-in-notices.ts';
import type { ThrottleService } from './throttle.service.ts';

/** Somebody who has proven who they are, and the browser they did it with. */
export type Arrival = {
	readonly account: Account;
	readonly deviceHash: Uint8Array | null;
	readonly isDeviceKnown: boolean;
	/** The browser's token is one of ours, perhaps of somebody else at the same browser. */
	readonly isDeviceIssued: boolean;
	readonly sessionsInUse: number;
	/** The device token of the browser's cookie. */
	readonly broughtDevice: string | null;
	/** The browser's earlier session: it ends, and its token is never used again (S3). */
	readonly oldSessionId: string | null;
};

export type Admission = {
	readonly sessionToken: string;
	/** For the cookie by which the browser is known the next time. */
	readonly deviceToken: string;
	readonly writes: readonly Write[];
};

export type Admit = ReturnType<typeof createAdmission>;

/**
 * The last part of every way in, whatever proved it: device, session, limits, log. Only modules that
 * call this create sessions (A26).
 */
export function createAdmission(parts: {
	readonly clock: Clock;
	readonly ids: Ids;
	readonly sessions: Pick<Sessions, 'create' | 'end' | 'endBeyond'>;
	readonly audit: Pick<AuditService, 'record'>;
	readonly throttle: Pick<ThrottleService, 'forgetSignIn'>;
	readonly notices: Pick<SignInNotices, 'newDevice' | 'sessionEnded'>;
	readonly origin: Origin;
}) {
	const { clock, ids, sessions, audit, throttle, notices, origin } = parts;

	/** The browser's place among the known devices, with a mail when it is new. */
	async function deviceWrites(arrival: Arrival) {
		const { account, isDeviceKnown, isDeviceIssued, deviceHash, broughtDevice } = arrival;
		const nowMs = clock.nowMs();
		if (isDeviceKnown && deviceHash && broughtDevice !== null) {
			const writes = [devicesRepository.markUsed(deviceHash, account.id, nowMs)];
			return { token: broughtDevice, hash: deviceHash, writes };
		}
		// Two people at one browser keep its one token, or each sign-in would push the other out.
		const token = isDeviceIssued && broughtDevice !== null ? broughtDevice : newToken(ids);
		const hash = await hashToken(token);
		const label = deviceLabelOf(origin.userAgent);
		const device = { tokenHash: hash, accountId: account.id, label, nowMs };
		const writes = [devicesRepository.insert(device), ...(await notices.newDevice(account))];
		return { token, hash, writes };
	}

	return async (
		arrival: Arrival,
		openedBy: SessionOpening['openedBy'],
		factors: readonly AuditFactor[]
	): Promise<Admission> => {
		const { account, oldSessionId } = arrival;
		const device = await deviceWrites(arrival);
		const session = await sessions.create(account, { openedBy, deviceHash: device.hash, origin });
		const isOneTooMany = arrival.sessionsInUse >= MAX_SESSIONS;
		return {
			sessionToken: session.token,
			deviceToken: device.token,
			writes: [
				...(await throttle.forgetSignIn(account.contact.email, arrival.deviceHash)),
				...(oldSessionId === null ? [] : [sessions.end(oldSessionId)]),
				...device.writes,
				dropNoticesOfOthers(account.id, device.hash),
				session.write,
				cancelCasesOfAccount(account.id, clock.nowMs()),
				markUsed(account.id, clock.nowMs()),
				sessions.endBeyond(account.id, MAX_SESSIONS),
				...(isOneTooMany ? [await notices.sessionEnded(account)] : []),
				await audit.record({
					event: 'account/signed-in',
					objectRef: 'account',
					accountId: account.id,
					factors
				})
			]
		};
	};
}
