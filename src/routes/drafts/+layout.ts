// The offline room: rendered on the device alone, under any address the service worker gives the shell to.
export const ssr = false;
export const csr = true;
export const prerender = false;
