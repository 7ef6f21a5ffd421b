// Stands in for the package `url-parse` (vite.config.ts).
export default globalThis.URL;
