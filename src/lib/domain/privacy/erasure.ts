import { DAY_MS, MINUTE_MS } from '../calendar.ts';

/**
 * Between the proven wish and the erasure: time to read the mail and take it back. Well inside the
 * month of Art. 12(3) GDPR (decision 0036).
 */
export const ERASURE_WAIT_MS = 14 * DAY_MS;

/** How long a proven wish for one's data opens the download, and how often. */
export const EXPORT_LIFETIME_MS = 15 * MINUTE_MS;
export const EXPORT_DOWNLOADS = 3;
