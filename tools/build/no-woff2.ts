// Stands in for the unpacker of WOFF2 fonts that fontkit brings: its dictionary alone is 60 kB of the Worker after
// gzip, and the PDFs embed TrueType (tools/build/fonts.ts).
export default function decompress(): never {
	throw new Error(
		'The PDFs embed TrueType fonts. WOFF2 is left out of the Worker (wrangler.toml).'
	);
}
