import { afterEach, beforeEach, expect, test } from 'vitest';
import { createAuditService } from '#lib/server/audit/audit.service.ts';
import { createAuditSignature } from '#lib/server/platform/audit-signature.ts';
import { removeKeyVersion, rotateKeys } from '#lib/server/platform/keys.ts';
import { auditKeyUse } from '../../../tools/keys/audit-key-use.ts';
import { auditRoom, recordMany } from '../../support/audit.ts';
import {
	openTestDatabase,
	TEST_ORIGIN,
	withKeys,
	type TestDatabase
} from '../../support/database.ts';

let it: TestDatabase;
beforeEach(async () => {
	it = await openTestDatabase();
});
afterEach(() => it.close());

/** As after a rotation: what is logged from now on bears the new version. */
function rotated(): TestDatabase {
	const now = withKeys(it, rotateKeys(it.keys, ['audit'], it.ids.randomBytes));
	const auditSignature = createAuditSignature(now.keys);
	const audit = createAuditService({ ...now, auditSignature, origin: TEST_ORIGIN });
	return { ...now, auditSignature, audit };
}

test('D4: the log names which version of the audit key its entries and checkpoints need', async () => {
	await recordMany(it, 3);
	await auditRoom(it).sealing.seal();
	const now = rotated();
	expect(await auditKeyUse(now.client, now.keys, 1)).toEqual({ tags: 3, checkpoints: 1 });
	expect(await auditKeyUse(now.client, now.keys, 2)).toEqual({ tags: 0, checkpoints: 0 });
	await recordMany(now, 2);
	expect(await auditKeyUse(now.client, now.keys, 2)).toEqual({ tags: 2, checkpoints: 0 });
	await auditRoom(now).sealing.seal();
	expect(await auditKeyUse(now.client, now.keys, 2)).toEqual({ tags: 2, checkpoints: 1 });
	const use = await auditKeyUse(now.client, now.keys, 1);
	expect(() => removeKeyVersion(now.keys, 'audit', 1, use)).toThrow(
		'3 entries and 1 checkpoints of the log'
	);
});

test('D4: a version that the log never used, or needs no more, may go', async () => {
	const now = rotated();
	const use = await auditKeyUse(now.client, now.keys, 1);
	const left = removeKeyVersion(now.keys, 'audit', 1, use);
	expect(Object.keys(left.audit.versions)).toEqual(['2']);
});
