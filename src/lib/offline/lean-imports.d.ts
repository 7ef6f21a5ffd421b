// The room has 130 kB of script for everything: it takes the parts of its packages that are written for today's
// browsers. Their types are those of the packages' main files.

declare module 'dexie/dist/modern/dexie.min.mjs' {
	export * from 'dexie';
}

declare module 'tus-js-client/lib/upload.js' {
	import type { Upload, UploadOptions } from 'tus-js-client';

	export default class BaseUpload {
		static readonly defaultOptions: UploadOptions;
		constructor(file: Blob, options: UploadOptions);
		start: Upload['start'];
		abort: Upload['abort'];
	}
}

declare module 'tus-js-client/lib/error.js' {
	export { DetailedError as default } from 'tus-js-client';
}

declare module 'tus-js-client/lib/browser/httpStack.js' {
	export { DefaultHttpStack as default } from 'tus-js-client';
}

declare module 'tus-js-client/lib/noopUrlStorage.js' {
	import type { UploadOptions } from 'tus-js-client';

	const NoopUrlStorage: new () => NonNullable<UploadOptions['urlStorage']>;
	export default NoopUrlStorage;
}
