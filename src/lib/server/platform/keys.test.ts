import { expect, test } from 'vitest';
import { SYSTEM_IDS } from './ids.ts';
import { checkKeys, generateKeys, KEY_PURPOSES, removeKeyVersion, rotateKeys } from './keys.ts';

const { randomBytes } = SYSTEM_IDS;
const keys = generateKeys(randomBytes);

test('D6: a generated set has six different roots and nothing to complain about', () => {
	expect(checkKeys(keys)).toEqual([]);
	const roots = KEY_PURPOSES.map((purpose) => keys[purpose].versions['1']);
	expect(new Set(roots).size).toBe(6);
});

test('D6: two equal keys are found for every pair of purposes, also in an old version', () => {
	for (const purpose of KEY_PURPOSES) {
		for (const other of KEY_PURPOSES.filter((one) => one !== purpose)) {
			const rotated = rotateKeys(keys, [purpose], randomBytes);
			const faults = checkKeys({ ...rotated, [other]: keys[purpose] });
			expect(faults).toHaveLength(1);
			expect(faults[0]).toContain('equals');
		}
	}
});

test('D4: a rotation adds a version to what was named, makes it current and touches nothing else', () => {
	const rotated = rotateKeys(keys, ['data', 'pepper'], randomBytes);
	expect(rotated.data.current).toBe(2);
	expect(rotated.data.versions['1']).toBe(keys.data.versions['1']);
	expect(rotated.data.versions['2']).not.toBe(keys.data.versions['1']);
	expect(rotated.pepper.current).toBe(2);
	expect(rotated.totp).toEqual(keys.totp);
	expect(checkKeys(rotated)).toEqual([]);
});

test('D4: the version in use cannot be removed, and an old one only where it is', () => {
	const rotated = rotateKeys(keys, ['data'], randomBytes);
	expect(() => removeKeyVersion(rotated, 'data', 2)).toThrow('in use');
	expect(() => removeKeyVersion(rotated, 'totp', 2)).toThrow('not there');
	const ofLog = rotateKeys(keys, ['audit'], randomBytes);
	expect(() => removeKeyVersion(ofLog, 'audit', 1)).toThrow('audit keys stay');
	for (const log of [
		{ tags: 1, checkpoints: 0 },
		{ tags: 0, checkpoints: 1 }
	]) {
		expect(() => removeKeyVersion(ofLog, 'audit', 1, log)).toThrow('is needed');
	}
	const freed = removeKeyVersion(ofLog, 'audit', 1, { tags: 0, checkpoints: 0 });
	expect(Object.keys(freed.audit.versions)).toEqual(['2']);
	const ofReceipts = rotateKeys(keys, ['receipt'], randomBytes);
	expect(() => removeKeyVersion(ofReceipts, 'receipt', 1)).toThrow('receipt keys stay');
	const left = removeKeyVersion(rotated, 'data', 1);
	expect(Object.keys(left.data.versions)).toEqual(['2']);
	// The number of a destroyed version never comes back: rows may still name it.
	expect(rotateKeys(left, ['data'], randomBytes).data.current).toBe(3);
});

test('D4: the index key has two versions at most, because each look-up tries them all', () => {
	const rotated = rotateKeys(keys, ['blindIndex'], randomBytes);
	expect(() => rotateKeys(rotated, ['blindIndex'], randomBytes)).toThrow('two versions');
	const next = rotateKeys(removeKeyVersion(rotated, 'blindIndex', 1), ['blindIndex'], randomBytes);
	expect(next.blindIndex.current).toBe(3);
});
