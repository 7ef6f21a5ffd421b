import * as v from 'valibot';
import { PROOF_FAULTS, PROOF_KINDS } from './proofs.ts';

/** What a clerk asks for, of whom, until when. */
export const askProofSchema = v.object({
	person: v.pipe(v.string('required'), v.minLength(1, 'required'), v.uuid('invalid')),
	kind: v.picklist(PROOF_KINDS, 'required'),
	dueOn: v.pipe(v.string('required'), v.minLength(1, 'required'), v.maxLength(10, 'date-invalid'))
});
export type AskProof = v.InferOutput<typeof askProofSchema>;

export const proofIdSchema = v.object({ proof: v.pipe(v.string(), v.uuid('invalid')) });

/** Why a proof that came in is asked for once more. */
export const returnProofSchema = v.object({ fault: v.picklist(PROOF_FAULTS, 'required') });
