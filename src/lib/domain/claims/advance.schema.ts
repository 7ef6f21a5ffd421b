import * as v from 'valibot';
import { ADVANCE_REFUSALS } from './advance.ts';

/** The amount stays text here: only the contract tells its currency. */
export const grantAdvanceSchema = v.object({
	advanceAmount: v.pipe(
		v.string('required'),
		v.trim(),
		v.minLength(1, 'required'),
		v.maxLength(20, 'too-long')
	)
});

export const refuseAdvanceSchema = v.object({
	advanceReason: v.picklist(ADVANCE_REFUSALS, 'required')
});
