import { SCAN_FIELDS, SCANS_BYTES } from '#lib/domain/claims/capture.ts';
import { failed } from '#lib/domain/result.ts';
import { readFilesForm } from '#lib/server/http.ts';

/** A letter as it is typed in: its fields first, then its scans. */
export const readScanForm = (request: Request) => readFilesForm(request, SCAN_FIELDS, SCANS_BYTES);

/** The answer to scans that are too large together; what was typed comes back. */
export const SCANS_TOO_LARGE = Promise.resolve(
	failed('invalid', 'portal/invalid-input', { [SCAN_FIELDS[0]]: 'files-too-large' })
);
