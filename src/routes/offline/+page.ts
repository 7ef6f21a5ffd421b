// What the service worker shows in place of a page that the network did not bring.
export const prerender = true;
