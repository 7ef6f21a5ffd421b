// The service worker answers every address below /drafts with this empty page; the script reads the address.
export const prerender = true;
export const ssr = false;
export const csr = true;
