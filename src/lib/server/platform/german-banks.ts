// The file `banks/de.json`: name and BIC of every German bank as the Bundesbank lists them, written by
// tools/build/bank-list.ts. A sixth of a megabyte, so it is fetched where a bank is really looked up.
import { extractIBAN } from 'ibantools';
import * as v from 'valibot';

/** Where static files have the list. */
export const BANK_LIST_PATH = '/banks/de.json';

/** Name and BIC, where the Bundesbank lists one. */
const bankSchema = v.tuple([
	v.pipe(v.string(), v.maxLength(100)),
	v.nullable(v.pipe(v.string(), v.regex(/^[A-Z0-9]{8,11}$/)))
]);
const bankCodeSchema = v.pipe(v.string(), v.regex(/^\d{8}$/));

const bankListSchema = v.object({
	banks: v.record(bankCodeSchema, bankSchema),
	/** What the Bundesbank has announced for a day to come; null for a number that ends. */
	changesFrom: v.pipe(v.string(), v.maxLength(30), v.isoTimestamp()),
	changes: v.record(bankCodeSchema, v.nullable(bankSchema))
});
export type BankList = v.InferOutput<typeof bankListSchema>;

export type FindBank = (
	iban: string
) => Promise<{ readonly name: string; readonly bic: string | null } | null>;

/** Finds the bank of a German account; null for other countries. The list is fetched once at most. */
export function createGermanBanks(parts: {
	readonly fetchList: () => Promise<Uint8Array>;
	readonly clock: { nowMs(): number };
}): FindBank {
	let list: Promise<BankList> | undefined;
	const readList = async () => {
		const text = new TextDecoder().decode(await parts.fetchList());
		return v.parse(bankListSchema, JSON.parse(text));
	};
	return async (iban) => {
		const { countryCode, bankIdentifier } = extractIBAN(iban);
		if (countryCode !== 'DE' || !bankIdentifier) return null;
		const { banks, changes, changesFrom } = await (list ??= readList());
		const isChanged = parts.clock.nowMs() >= Date.parse(changesFrom) && bankIdentifier in changes;
		const bank = isChanged ? changes[bankIdentifier] : banks[bankIdentifier];
		if (!bank) return null;
		const [name, bic] = bank;
		return { name, bic };
	};
}
