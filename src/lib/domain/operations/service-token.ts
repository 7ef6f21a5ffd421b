import * as v from 'valibot';
import { DAY_MS } from '../calendar.ts';
import { FORBIDDEN, ok, type Result } from '../result.ts';

/** What the insurer's own systems may ask for. A token names what it is for and opens no more. */
export const SERVICE_SCOPES = ['contracts:write', 'claims:read', 'statements:read'] as const;
export type ServiceScope = (typeof SERVICE_SCOPES)[number];

/** A token ends by itself; ASVS 13.2.1 asks for short lives. */
export const TOKEN_DAYS = [7, 30, 90] as const;
export const LONGEST_TOKEN_MS = 90 * DAY_MS;

/** A system that calls, known by its token. */
export type ServiceCaller = {
	readonly tokenId: string;
	readonly name: string;
	readonly scopes: readonly ServiceScope[];
	readonly expiresAtMs: number;
};

/** `portal/forbidden` unless the token is for this. */
export function requireScope(caller: ServiceCaller, scope: ServiceScope): Result<void> {
	return caller.scopes.includes(scope) ? ok(undefined) : FORBIDDEN;
}

/** The token of an `Authorization` header, or null: bearer only, and only the shape we hand out. */
export function bearerTokenOf(header: string | null): string | null {
	return /^Bearer (kpt_[A-Z2-7]{40})$/.exec(header ?? '')?.[1] ?? null;
}

const ticked = v.optional(v.literal('yes', 'invalid'));

/** The form of a new token: a box for every scope, because no form of ours sends a name twice. */
export const newTokenSchema = v.pipe(
	v.object({
		name: v.pipe(
			v.string('required'),
			v.trim(),
			v.minLength(1, 'required'),
			v.maxLength(60, 'too-long')
		),
		days: v.pipe(
			v.picklist(
				TOKEN_DAYS.map((days) => String(days)),
				'required'
			),
			v.transform(Number)
		),
		'contracts:write': ticked,
		'claims:read': ticked,
		'statements:read': ticked
	}),
	v.forward(
		v.check((form) => SERVICE_SCOPES.some((scope) => form[scope] === 'yes'), 'required'),
		['contracts:write']
	),
	v.transform(({ name, days, ...boxes }) => ({
		...{ name, days },
		scopes: SERVICE_SCOPES.filter((scope) => boxes[scope] === 'yes')
	}))
);
export type NewServiceToken = v.InferOutput<typeof newTokenSchema>;

export const tokenIdSchema = v.object({
	token: v.pipe(v.string('required'), v.uuid('invalid'))
});

/** Where the next page of a feed begins: behind the last row of the page before. */
export type FeedCursor = { readonly atMs: number; readonly id: string };

export const FEED_PAGE = 100;

/**
 * A row can be committed a moment after one with a later time. A page ends this long before now, so
 * that nothing comes in behind a cursor that is already past it.
 */
export const FEED_LAG_MS = 30_000;

export function writeFeedCursor({ atMs, id }: FeedCursor): string {
	return `${atMs}_${id}`;
}

/** The key of `Idempotency-Key`: a call repeated with it counts once. */
export const idempotencyKeySchema = v.pipe(
	v.string('required'),
	v.regex(/^[A-Za-z0-9_-]{16,64}$/, 'invalid')
);
