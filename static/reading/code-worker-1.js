// Looks for QR and bar codes in one photo, beside the page's thread: zxing under a policy that lets this folder, and
// nothing else of the portal, compile WebAssembly (_headers).
/* global importScripts, ZXingWASM */
'use strict';

let isReady = false;

/** `{ script, wasm, bytes }` in, `{ texts }` or `{ error }` out. */
self.onmessage = async ({ origin, data }) => {
	// Only whoever started this worker can speak to it, and that has no origin.
	const isStarter = origin === '';
	if (!isStarter) return;
	try {
		if (!isReady) {
			importScripts(data.script);
			ZXingWASM.prepareZXingModule({ overrides: { locateFile: () => data.wasm } });
			isReady = true;
		}
		const found = await ZXingWASM.readBarcodes(new Blob([data.bytes]), {
			tryHarder: true,
			maxNumberOfSymbols: 8
		});
		const texts = found.filter((code) => code.isValid).map((code) => code.text);
		self.postMessage({ texts });
	} catch (error) {
		self.postMessage({ error: String(error) });
	}
};
