// What shows the pages of a PDF at the desk (decision 0079): the build puts it under /receipts.

/** Changes with the package: files of two versions are never mixed, and each may be kept for good. */
export const PDF_READER_FOLDER = '/receipts/pdfium-2.1.13';

/** By the name it is served under; below node_modules. */
export const PDF_READER_FILES: Readonly<Record<string, string>> = {
	'pdfium.js': '@hyzyla/pdfium/dist/index.esm.browser.js',
	'pdfium.wasm': '@hyzyla/pdfium/dist/pdfium.wasm',
	'licence.txt': '@hyzyla/pdfium/LICENSE.md'
};
