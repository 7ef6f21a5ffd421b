import { bankDataByBLZ } from 'bankdata-germany';
import { composeIBAN } from 'ibantools';
import { expect, test } from 'vitest';
import { createGermanBanks } from '#lib/server/platform/german-banks.ts';
import { bankList } from './bank-list.ts';

/** An account at the bank with this code. */
const ibanOf = (code: string) =>
	composeIBAN({ countryCode: 'DE', bban: `${code}0532013000` }) ?? '';
const at = (nowMs: number) =>
	createGermanBanks({ fetchList: () => bankList(), clock: { nowMs: () => nowMs } });

test('the list answers as the package does, before and after the day of the next one', async () => {
	const file: unknown = JSON.parse(new TextDecoder().decode(await bankList()));
	const { banks, changes, changesFrom } = file as {
		banks: object;
		changes: object;
		changesFrom: string;
	};
	const codes = new Set([...Object.keys(banks), ...Object.keys(changes)]);
	expect(codes.size).toBeGreaterThan(1000);
	const day = Date.parse(changesFrom);
	for (const nowMs of [day - 1, day]) {
		const findBank = at(nowMs);
		for (const code of codes) {
			const known = bankDataByBLZ(code, new Date(nowMs));
			expect(await findBank(ibanOf(code))).toEqual(
				known && { name: known.bankName, bic: known.bic || null }
			);
		}
	}
});

test('an account of another country and an unknown bank code have no bank', async () => {
	const findBank = at(0);
	expect(await findBank('AT611904300234573201')).toBeNull();
	expect(await findBank(ibanOf('99999999'))).toBeNull();
});

test('a list that is none is an error, and no bank that is made up', async () => {
	const fetchList = () => Promise.resolve(new TextEncoder().encode('{"banks":{}}'));
	const findBank = createGermanBanks({ fetchList, clock: { nowMs: () => 0 } });
	await expect(findBank(ibanOf('37040044'))).rejects.toThrow();
});
