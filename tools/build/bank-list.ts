// The list of German banks as the Worker reads it, made from the Bundesbank's list in an npm package.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { bankDataByBLZ } from 'bankdata-germany';
import * as v from 'valibot';
import { SYSTEM_CLOCK } from '#lib/server/platform/clock.ts';
import {
	BANK_LIST_PATH,
	createGermanBanks,
	type BankList
} from '#lib/server/platform/german-banks.ts';

const PROJECT_DIR = resolve(import.meta.dirname, '../..');
const DATA = 'node_modules/bankdata-germany/dist/cjs/data';

const currentSchema = v.record(v.string(), v.unknown());
const nextSchema = v.object({
	valid: v.string(),
	upsert: v.record(v.string(), v.unknown()),
	remove: v.array(v.string())
});

/** What the package answers for every bank code today, and what it will answer from the day of the next list. */
export async function bankList(projectDir = PROJECT_DIR): Promise<Uint8Array<ArrayBuffer>> {
	const read = async (name: string): Promise<unknown> =>
		JSON.parse(await readFile(join(projectDir, DATA, name), 'utf8'));
	const current = v.parse(currentSchema, await read('current.json'));
	const next = v.parse(nextSchema, await read('next.json'));
	const changesFrom = new Date(next.valid);
	const dayBefore = new Date(changesFrom.getTime() - 1);
	const answers = (codes: readonly string[], date: Date) =>
		codes.map((code) => {
			const bank = bankDataByBLZ(code, date);
			return [code, bank && [bank.bankName, bank.bic || null]] as const;
		});
	const list = {
		banks: Object.fromEntries(answers(Object.keys(current), dayBefore)),
		changesFrom: changesFrom.toISOString(),
		changes: Object.fromEntries(answers([...Object.keys(next.upsert), ...next.remove], changesFrom))
	} as BankList;
	return new TextEncoder().encode(JSON.stringify(list));
}

/** As the Worker finds banks, for tools and tests. */
export const findGermanBank = createGermanBanks({
	fetchList: () => bankList(),
	clock: SYSTEM_CLOCK
});

export async function copyBankList(projectDir: string, assetsDir: string): Promise<void> {
	const target = join(assetsDir, BANK_LIST_PATH);
	await mkdir(join(target, '..'), { recursive: true });
	await writeFile(target, await bankList(projectDir));
}
