import * as v from 'valibot';
import type { Origin } from '#lib/domain/audit/audit.ts';
import type { Cell, Cipher } from '#lib/server/platform/cipher.ts';
import { browserNameOf } from '#lib/server/platform/user-agent.ts';

const sessionOriginSchema = v.object({
	ip: v.string(),
	/** ISO 3166 code as the edge names it, or null. */
	country: v.nullable(v.string()),
	browser: v.nullable(v.string()),
	system: v.nullable(v.string())
});

/** From where a session was last used, as its owner sees it in their list. */
export type SessionOrigin = v.InferOutput<typeof sessionOriginSchema>;

/** Bound to the person and not to the session's id: the id changes whenever the token does (S3). */
const originCell = (personId: string): Cell => ({
	table: 'sessions',
	column: 'origin',
	rowId: personId,
	personId
});

export function sessionOriginOf(origin: Origin): SessionOrigin {
	return {
		ip: origin.ip,
		country: origin.country ?? null,
		...browserNameOf(origin.userAgent)
	};
}

/** The value of `sessions.origin`. The person's key must be known in this request. */
export function sealSessionOrigin(
	cipher: Cipher,
	personId: string,
	origin: Origin
): Promise<Uint8Array> {
	return cipher.sealJson(originCell(personId), sessionOriginOf(origin));
}

export async function openSessionOrigin(
	cipher: Cipher,
	personId: string,
	sealed: Uint8Array
): Promise<SessionOrigin> {
	return v.parse(sessionOriginSchema, await cipher.openJson(originCell(personId), sealed));
}
