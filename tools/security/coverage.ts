import { ASVS, type AsvsRequirement } from './asvs.ts';
import { DEVIATIONS, NOT_YET, OPEN } from './open.ts';
import type { Outcome } from './reports.ts';
import { REQUIREMENTS, type Requirement } from './requirements.ts';
import type { Sources } from './sources.ts';

/** What the repository claims: nothing here depends on a run of the tests. */
export type Claim<T> = {
	readonly requirement: T;
	/** Where the proof stands: test files, requirement ids or documents. */
	readonly by: readonly string[];
	/** Null when it is claimed as done. */
	readonly openBecause: string | null;
};

export type Claims = {
	readonly requirements: readonly Claim<Requirement>[];
	readonly asvs: readonly Claim<AsvsRequirement>[];
};

const NO_TEST = 'no test proves it yet';
const NO_DOCUMENT = 'its document is not written yet';
const PLATFORM = 'a setting or scan of the platform: needs the deployed host';

export function claimAll(
	sources: Sources,
	requirements: readonly Requirement[] = REQUIREMENTS,
	open: Readonly<Record<string, string>> = OPEN
): Claims {
	const claimed = requirements.map((requirement) => ({
		requirement,
		by: sources.filesOf.get(requirement.id) ?? [],
		openBecause: open[requirement.id] ?? null
	}));
	return {
		requirements: claimed,
		asvs: ASVS.map((one) => claimAsvs(one, claimed, sources))
	};
}

/**
 * An id counts when every requirement that names it is done, or when a test carries it in its name.
 * One requirement of several is not enough: each proves its own part.
 */
function claimAsvs(
	requirement: AsvsRequirement,
	claims: readonly Claim<Requirement>[],
	{ filesOf, documentsOf }: Sources
): Claim<AsvsRequirement> {
	const { id, proof } = requirement;
	const deviation = DEVIATIONS[id];
	if (deviation) return { requirement, by: [], openBecause: deviation };
	if (proof === 'platform') return { requirement, by: [], openBecause: PLATFORM };
	if (proof === 'document') {
		const by = documentsOf.get(id) ?? [];
		return { requirement, by, openBecause: by.length > 0 ? null : NO_DOCUMENT };
	}
	const naming = claims.filter((one) => one.requirement.asvs.includes(id));
	const files = filesOf.get(id) ?? [];
	const by = [...naming.map((one) => one.requirement.id), ...files];
	const open = naming.find(({ openBecause }) => openBecause !== null);
	if (open) return { requirement, by, openBecause: `${open.requirement.id}: ${open.openBecause}` };
	return { requirement, by, openBecause: by.length > 0 ? null : (NOT_YET[id] ?? NO_TEST) };
}

/** Proven by the last run: at least one test with this id passed, and none failed or was skipped. */
export function isProven(id: string, outcomes: readonly Outcome[]): boolean {
	const own = outcomes.filter(({ ids }) => ids.includes(id));
	return own.length > 0 && own.every(({ isPassed }) => isPassed);
}

/** Done ids that the last run does not prove, requirements first. */
export function brokenClaims(claims: Claims, outcomes: readonly Outcome[]): readonly string[] {
	const requirements = claims.requirements
		.filter(({ openBecause }) => openBecause === null)
		.map(({ requirement }) => requirement.id);
	const direct = claims.asvs
		.filter(({ openBecause, by }) => openBecause === null && by.some((one) => one.endsWith('.ts')))
		.map(({ requirement }) => requirement.id);
	return [...requirements, ...direct].filter((id) => !isProven(id, outcomes));
}

/** ASVS ids that are done and whose requirements and tests the last run proves. */
export function provenAsvs(claims: Claims, outcomes: readonly Outcome[]): readonly string[] {
	const broken = new Set(brokenClaims(claims, outcomes));
	return claims.asvs
		.filter(({ openBecause }) => openBecause === null)
		.filter(({ requirement, by }) => ![requirement.id, ...by].some((id) => broken.has(id)))
		.map(({ requirement }) => requirement.id);
}

/** Ids in names of tests or documents that no list of ours knows: a slip of the pen proves nothing. */
export function unknownIds({ filesOf, documentsOf }: Sources): readonly string[] {
	const known = new Set([...REQUIREMENTS, ...ASVS].map(({ id }) => id));
	return [...filesOf.keys(), ...documentsOf.keys()].filter((id) => !known.has(id));
}
