import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../calendar.ts';

/** Tries against one person: some free, then pauses that double, from `lockAt` on a mail first. */
export type PauseRule = {
	readonly free: number;
	readonly firstPauseMs: number;
	readonly longestPauseMs: number;
	readonly lockAt: number;
	/** How long the count is kept after the last try. */
	readonly keptMs: number;
};

/** A number of acts in a fixed span of time. The one after the last is refused until the span is over. */
export type Limit = { readonly max: number; readonly windowMs: number };

export type Rule = PauseRule | Limit;

const DOUBLING = { firstPauseMs: 30 * SECOND_MS, longestPauseMs: HOUR_MS, lockAt: 20 } as const;

/** A browser that once made a full sign-in stays known for so long. */
export const DEVICE_LIFETIME_MS = 180 * DAY_MS;

/**
 * The throttle of the sign-in (security.md 3.10).
 * `unknown` is kept as long as a device is known: forgotten sooner, it would give an outsider twenty
 * new tries each time, and with them a way to the hundred failures that switch a password off.
 */
export const SIGN_IN_RULES = {
	device: { ...DOUBLING, free: 10, keptMs: DEVICE_LIFETIME_MS },
	unknown: { ...DOUBLING, free: 5, keptMs: DEVICE_LIFETIME_MS },
	/** For the browser that opened the mail's link, and as long as that link lives. */
	unlocked: { max: 5, windowMs: HOUR_MS },
	/** Households and student halls share an address. */
	address: { max: 100, windowMs: 10 * MINUTE_MS },
	/** Everybody whose address the edge does not name. */
	noAddress: { max: 10, windowMs: 10 * MINUTE_MS },
	/** Brake for the cost of hashing: ten a second. Known devices are not held up by it. */
	global: { max: 6000, windowMs: 10 * MINUTE_MS },
	/** Wrong codes after a right password, over all sign-ins of an account. */
	code: { max: 20, windowMs: DAY_MS },
	codeUnlocked: { max: 5, windowMs: HOUR_MS }
} as const satisfies Record<string, Rule>;

/** NIST 800-63B 3.2.2: after so many failures in a row an authenticator is off. */
export const AUTHENTICATOR_FAILURES = 100;

/** Opens tries and proves nothing by itself, so an hour is fine. At most one lives at a time. */
export const UNLOCK_LIFETIME_MS = HOUR_MS;

/** Business limits (ASVS 2.1.3, B2), each with its own count. */
export const LIMITS = {
	/** Mails that anybody can have sent to an address, by address. */
	mailsToAddress: { max: 5, windowMs: HOUR_MS },
	/** Registrations and mails asked for, by network address. */
	mailsFromAddress: { max: 30, windowMs: HOUR_MS },
	wrongCodeMails: { max: 1, windowMs: HOUR_MS },
	unlockMails: { max: 1, windowMs: UNLOCK_LIFETIME_MS },
	mailCodeTries: { max: 5, windowMs: DAY_MS },
	contractLinks: { max: 10, windowMs: DAY_MS },
	submissions: { max: 20, windowMs: DAY_MS },
	uploads: { max: 200, windowMs: DAY_MS },
	exports: { max: 5, windowMs: DAY_MS },
	messages: { max: 30, windowMs: DAY_MS },
	/** Challenges for a passkey, by network address: asking costs a row. */
	passkeyOffers: { max: 100, windowMs: 10 * MINUTE_MS },
	/** Customers that a member of staff looks up by address to end their sessions. */
	customerLookups: { max: 50, windowMs: DAY_MS },
	/**
	 * Numbers and addresses that one of the staff tries for a legal hold. A court's list is shorter;
	 * whoever tries more is asking who is a customer.
	 */
	holdLookups: { max: 50, windowMs: DAY_MS },
	/**
	 * Whole account numbers that one of the staff is shown, at the desk and at payments together. The
	 * masked number does for nearly all of the forty claims of a full day: fewer than these need it.
	 */
	accountLooks: { max: 30, windowMs: DAY_MS },
	/** Letters that one of the staff types in: eight hours, six minutes each, and nobody does only that. */
	postCaptures: { max: 80, windowMs: DAY_MS },
	/** Their senders looked up: for half of the letters the first search is not the right one. */
	postLookups: { max: 120, windowMs: DAY_MS },
	/** Names typed into the queue's search: as for letters, for customers who call without a number. */
	nameSearches: { max: 120, windowMs: DAY_MS },
	/** Calls of one system of the insurer, by its token. */
	serviceCalls: { max: 600, windowMs: 10 * MINUTE_MS },
	/** Devices that are switched on for notices. Switching off is free and bounded by these. */
	pushSwitches: { max: 30, windowMs: DAY_MS },
	contactChanges: { max: 3, windowMs: DAY_MS }
} as const satisfies Record<string, Limit>;
