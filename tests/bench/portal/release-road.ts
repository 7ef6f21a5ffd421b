// The way of an insured person from the policyholder's code to claims that the policyholder reads.
import { submitClaim, type SubmittedClaim } from './claims-road.ts';
import { JUST_TAKE } from './steps.ts';
import { requireMatch, type Visitor } from './visitor.ts';

export type Letter = { readonly policyNumber: string; readonly dateOfBirth: string };

/** Lets the contract's insured person in as themselves; answers who they are at the contract. */
export async function letInsuredIn(
	holder: Visitor,
	insured: Visitor,
	contractId: string,
	{ policyNumber, dateOfBirth }: Letter
): Promise<string> {
	const access = `/contracts/${contractId}/access`;
	const person = requireMatch(
		(await holder.open(access)).text,
		/name="person" value="([0-9a-f-]+)"/
	);
	const { text } = await holder.post(`${access}?/inviteInsured`, { person }, 200);
	const activationCode = requireMatch(text, /id="code"[^>]*>([A-Z2-7-]+)</);
	await insured.post('/contracts/link', { policyNumber, dateOfBirth, activationCode });
	return person;
}

/** Hands in a claim as the insured person and releases it; answers it, with who released it. */
export async function releaseClaim(
	holder: Visitor,
	insured: Visitor,
	contractId: string,
	letter: Letter
): Promise<{ readonly person: string; readonly submitted: SubmittedClaim }> {
	const person = await letInsuredIn(holder, insured, contractId, letter);
	const submitted = await submitClaim(insured, contractId, JUST_TAKE);
	await insured.post(`/contracts/${contractId}/access?/release`, { release: 'claims' });
	return { person, submitted };
}
