import * as v from 'valibot';

/** The account of a payment as it lies sealed there, of either kind. */
export const payeeSchema = v.union([
	v.strictObject({ holder: v.string(), iban: v.string() }),
	v.strictObject({
		...{ holder: v.string(), accountNumber: v.string() },
		...{ bic: v.string(), bankName: v.string() }
	})
]);
