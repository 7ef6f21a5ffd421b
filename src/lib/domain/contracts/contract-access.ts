import type { CalendarDate } from '../calendar.ts';

/** Roles of an account towards a contract (domain.md 3.0, decision 0064). */
export const CONTRACT_ROLES = ['policyholder', 'insured-person', 'representative'] as const;
export type ContractRole = (typeof CONTRACT_ROLES)[number];

/** What a representative may do: hand in claims for insured persons, or see to the contract's papers. */
export const REPRESENTATIVE_SCOPES = ['claims', 'contract'] as const;
export type RepresentativeScope = (typeof REPRESENTATIVE_SCOPES)[number];

/** How far a release goes: what was used of the cover, or claims and statements as well (decision 0075). */
export const RELEASE_SCOPES = ['uses', 'claims'] as const;
export type ReleaseScope = (typeof RELEASE_SCOPES)[number];

/** What an insured person lets the policyholder see, and since when. */
export type Release = { readonly scope: ReleaseScope; readonly atMs: number };

/** As whom an account sees a contract. */
export type ContractLink = {
	readonly role: ContractRole;
	/** Which insured person the account is; null where nobody has said so. */
	readonly personId: string | null;
	readonly scope: RepresentativeScope | null;
	/** Last day of a representative's access. */
	readonly endsOn: CalendarDate | null;
	/** What an insured person lets the policyholder see of their health data; null while it is nothing. */
	readonly release: Release | null;
};

/** What is not everybody's who sees a contract. */
export const CONTRACT_ACTS = [
	'see-account',
	'change-account',
	'declare',
	'share',
	'claim',
	'release',
	'prove'
] as const;
export type ContractAct = (typeof CONTRACT_ACTS)[number];

type Standing = Exclude<ContractRole, 'representative'> | RepresentativeScope;

/** The one table of who may do what at a contract. A pair that is not in it is refused. */
export const ACTS_AT_CONTRACT: Readonly<Record<Standing, readonly ContractAct[]>> = {
	policyholder: ['see-account', 'change-account', 'declare', 'share', 'claim', 'prove'],
	'insured-person': ['claim', 'release'],
	claims: ['claim'],
	contract: ['prove']
};

export function mayAtContract(link: ContractLink, act: ContractAct): boolean {
	const standing = link.role === 'representative' ? link.scope : link.role;
	return standing !== null && ACTS_AT_CONTRACT[standing].includes(act);
}

/** Somebody insured, as far as it matters who may see what of them. */
export type InsuredAccess = {
	readonly personId: string;
	readonly dateOfBirth: CalendarDate | null;
	/** Whether this person sees the contract with an account of their own. */
	readonly hasOwnAccess: boolean;
	/** How much of their health data they let the policyholder see; null for nothing. */
	readonly releasedScope: ReleaseScope | null;
};

/** An insured person sees themselves only; who else is insured is the policyholder's business. */
export function isNamedTo(link: ContractLink, person: Pick<InsuredAccess, 'personId'>): boolean {
	return link.role !== 'insured-person' || link.personId === person.personId;
}

/**
 * Whether an account may see what a person has used of the cover and hand in claims for them. An adult
 * who has an account of their own decides that themselves; before that there is nothing of theirs here
 * but what the policyholder has handed in. A release is for the policyholder alone.
 */
export function isOpenTo(link: ContractLink, person: InsuredAccess, today: CalendarDate): boolean {
	if (!mayAtContract(link, 'claim')) return false;
	if (link.role === 'insured-person') return link.personId === person.personId;
	if (!person.hasOwnAccess || !isAdult(person.dateOfBirth, today)) return true;
	return link.role === 'policyholder' && person.releasedScope !== null;
}

/**
 * Whether an account may read, and never change, the claims that an insured person has handed in
 * themselves: the policyholder alone, while that person, of age, lets them (decision 0075).
 */
export function mayReadClaims(
	link: ContractLink,
	person: InsuredAccess,
	today: CalendarDate
): boolean {
	if (link.role !== 'policyholder' || !person.hasOwnAccess) return false;
	return person.releasedScope === 'claims' && isAdult(person.dateOfBirth, today);
}

/** Whether somebody says what is seen of this person: they themselves, once they are of age. */
export function mayRelease(
	link: ContractLink,
	person: Pick<InsuredAccess, 'personId' | 'dateOfBirth'>,
	today: CalendarDate
): boolean {
	if (!mayAtContract(link, 'release') || link.personId !== person.personId) return false;
	return isAdult(person.dateOfBirth, today);
}

const ADULT_YEARS = 18;

/** Of age on a day (§ 2 BGB). Nobody whose birthday is not known is treated as a child. */
export function isAdult(dateOfBirth: CalendarDate | null, today: CalendarDate): boolean {
	if (dateOfBirth === null) return true;
	const year = Number(dateOfBirth.slice(0, 4)) + ADULT_YEARS;
	return `${String(year).padStart(4, '0')}${dateOfBirth.slice(4)}` <= today;
}

/** Days in which the code that lets somebody in can be used. */
export const INVITATION_DAYS = 14;
/** Representatives who may have a code at the same time. */
export const MAX_INVITATIONS = 5;
/** Days for which somebody may be let in at most; then the policyholder says so again. */
export const MAX_REPRESENTATION_DAYS = 366;
