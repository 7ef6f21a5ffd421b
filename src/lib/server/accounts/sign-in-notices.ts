import { NOT_ME_LIFETIME_MS } from '#lib/domain/accounts/lifetimes.ts';
import { fullName } from '#lib/domain/accounts/profile.ts';
import { LIMITS, UNLOCK_LIFETIME_MS } from '#lib/domain/accounts/throttle.ts';
import type { Origin } from '#lib/domain/audit/audit.ts';
import type { Mail } from '#lib/domain/messages/mail.ts';
import type { Database, Write } from '#lib/server/db/client.ts';
import type { Clock } from '#lib/server/platform/clock.ts';
import { hashToken, newToken, type Ids } from '#lib/server/platform/ids.ts';
import type { Account, AccountsRepository } from './accounts.repository.ts';
import { sessionOriginOf } from './session-origin.ts';
import type { ThrottleService } from './throttle.service.ts';

export type SignInNotices = ReturnType<typeof createSignInNotices>;

/** The mails of the sign-in (A25). None says anything about health, contracts or claims. */
export function createSignInNotices(parts: {
	readonly db: Database;
	readonly clock: Clock;
	readonly ids: Ids;
	readonly origin: Origin;
	readonly accounts: Pick<AccountsRepository, 'insertMailToken'>;
	readonly throttle: Pick<ThrottleService, 'reserve'>;
	readonly mails: {
		enqueue(id: string, personId: string, mail: Mail, nowMs: number): Promise<Write>;
	};
}) {
	const { db, clock, ids, accounts, throttle, mails } = parts;

	const readerOf = ({ contact, language, profile }: Account) => ({
		to: contact.email,
		language,
		name: fullName(profile)
	});
	const put = (account: Account, mail: Mail) =>
		mails.enqueue(ids.newId(), account.personId, mail, clock.nowMs());
	const seen = () => {
		const { country, browser, system } = sessionOriginOf(parts.origin);
		return { atMs: clock.nowMs(), country, browser, system };
	};

	/** A link that only closes things, for a mail about something the owner may not have done. */
	async function notMeLink(account: Account): Promise<{ code: string; write: Write }> {
		const code = newToken(ids);
		return {
			code,
			write: accounts.insertMailToken({
				tokenHash: await hashToken(code),
				accountId: account.id,
				purpose: 'not-me',
				expiresAtMs: clock.nowMs() + NOT_ME_LIFETIME_MS
			})
		};
	}

	return {
		/** For the batch of the sign-in itself. */
		async newDevice(account: Account): Promise<readonly Write[]> {
			const { code, write } = await notMeLink(account);
			const mail = { template: 'new-device', ...readerOf(account), ...seen(), code } as const;
			return [write, await put(account, mail)];
		},

		sessionEnded: (account: Account): Promise<Write> =>
			put(account, { template: 'session-ended', ...readerOf(account) }),

		/** Somebody knows the password. At most one an hour, so that nobody fills a mailbox. */
		async sendWrongCode(account: Account): Promise<void> {
			const { code, write } = await notMeLink(account);
			const mail = { template: 'wrong-code', ...readerOf(account), ...seen(), code } as const;
			await db.commit(
				await throttle.reserve('mails/wrong-code', account.id, LIMITS.wrongCodeMails),
				write,
				await put(account, mail)
			);
		},

		/** The way past a closed throttle. At most one is alive at a time. */
		async sendUnlock(account: Account): Promise<void> {
			const code = newToken(ids);
			await db.commit(
				await throttle.reserve('mails/unlock', account.id, LIMITS.unlockMails),
				accounts.insertMailToken({
					tokenHash: await hashToken(code),
					accountId: account.id,
					purpose: 'unlock-sign-in',
					emailIndex: account.emailIndex,
					expiresAtMs: clock.nowMs() + UNLOCK_LIFETIME_MS
				}),
				await put(account, { template: 'unlock-sign-in', ...readerOf(account), code })
			);
		}
	};
}
