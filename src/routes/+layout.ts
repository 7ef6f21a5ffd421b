// Pages are HTML and forms; the offline room alone hydrates and says so itself.
export const csr = false;
