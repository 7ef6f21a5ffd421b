import { logEvent } from '#lib/server/platform/log.ts';
import type { SealedValueError } from '#lib/server/platform/sealed-value.ts';

/**
 * A stored value that does not open was changed or moved in the database, or its root key is gone
 * (D2). The visitor sees the plain error page; the technical log gets the request, the audit log who
 * stood in front of it. A log that cannot be written must not hide the first error.
 */
export async function noteRefusedValue(
	error: SealedValueError,
	where: {
		readonly requestId: string;
		readonly routeId: string | null;
		readonly accountId: string | null;
		readonly record: (accountId: string | null, objectRef: string) => Promise<unknown>;
	}
): Promise<void> {
	const { requestId, routeId, accountId } = where;
	const fields = { requestId, ...(routeId && { route: routeId }) };
	logEvent('error', 'sealed-value-refused', { ...fields, error: error.message });
	try {
		await where.record(accountId, `route:${routeId ?? 'none'}`);
	} catch (failure) {
		logEvent('error', 'audit-failed', { ...fields, error: String(failure) });
	}
}
