/** Which conversations staff see: those that wait, one's own of them, what nobody has, what one has answered. */
export const INBOX_PARTS = ['all', 'mine', 'free', 'answered'] as const;
export type InboxPart = (typeof INBOX_PARTS)[number];

/** Conversations of one page. */
export const INBOX_PAGE = 25;

/** Behind the last conversation of the page before: since when it waits, or when it was last answered. */
export type InboxCursor = { readonly atMs: number; readonly id: string };
