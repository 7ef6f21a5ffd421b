import { customType } from 'drizzle-orm/sqlite-core';

/** Bytes in a BLOB column: ciphertext, hash or wrapped key. libSQL hands them out as ArrayBuffer. */
export const bytes = customType<{ data: Uint8Array; driverData: Uint8Array | ArrayBuffer }>({
	dataType: () => 'blob',
	toDriver: (value) => value,
	fromDriver: (value) => new Uint8Array(value)
});
