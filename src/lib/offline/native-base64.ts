// Stands in for the one function of the package `js-base64` that tus-js-client calls (vite.config.ts).
export const Base64 = {
	encode: (text: string): string => btoa(String.fromCharCode(...new TextEncoder().encode(text)))
};
