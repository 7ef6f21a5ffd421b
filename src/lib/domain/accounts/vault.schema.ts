import * as v from 'valibot';

/** 32 bytes in base64url. */
const KEY = /^[\w-]{43}$/;

/** What a device says when it asks for the key of its drafts. */
export const vaultRequestSchema = v.strictObject({
	/** False from a device that has sealed drafts: a new key would open none of them. */
	mayCreate: v.optional(v.boolean(), true),
	/** The key as the device has it: kept only where the account has none any more. */
	vaultKey: v.optional(v.pipe(v.string(), v.regex(KEY))),
	/** The name the device has given itself: by it alone it learns later that it must lock (D7). */
	deviceId: v.optional(v.pipe(v.string(), v.regex(KEY)))
});

export type VaultRequest = v.InferOutput<typeof vaultRequestSchema>;

export const removalRequestSchema = v.strictObject({
	accountRef: v.pipe(v.string(), v.regex(KEY)),
	deviceId: v.optional(v.pipe(v.string(), v.regex(KEY)))
});
