import { DAY_MS } from '../calendar.ts';

/** So long a copy of a draft stays with us after its last change. */
export const SNAPSHOT_LIFETIME_MS = 30 * DAY_MS;
/** So long the word that a draft was deleted waits for its owner's other devices. */
export const TOMBSTONE_LIFETIME_MS = 180 * DAY_MS;
/** The owner is told so long before a copy goes. */
export const EXPIRY_WARNINGS_MS = [7 * DAY_MS, DAY_MS] as const;
