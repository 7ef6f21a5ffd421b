import { m } from './generated/messages.js';

/** Whom a claim is about, in one line of a list. */
export function personText(claim: {
	readonly insuredPersonName: string;
	readonly isOfSeveral: boolean;
}): string {
	const { insuredPersonName: name, isOfSeveral } = claim;
	return isOfSeveral ? m.claims_person_and_others({ name }) : name;
}
