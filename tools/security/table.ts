import { CHAPTERS, chapterOf } from './asvs.ts';
import type { Claim, Claims } from './coverage.ts';

/**
 * docs/security/asvs.md. It says what the repository claims; `npm test` checks that the claims hold.
 * No dates, durations or titles: it changes when a claim changes, not with every test.
 */
export function writeTable(claims: Claims): string {
	const chapters = Object.entries(CHAPTERS).map(([number, name]) => {
		const own = claims.asvs.filter(
			({ requirement }) => chapterOf(requirement.id) === Number(number)
		);
		return [
			`### V${number} ${name}: ${countDone(own)} of ${own.length}`,
			table(
				['Id', 'Level', 'Meaning', 'Shown by', 'State'],
				own.map(({ requirement: { id, level, proof, meaning }, by, openBecause }) => [
					...[id, `L${level}`, meaning],
					by.map(linkTo).join(', ') || proof,
					state(openBecause)
				])
			)
		].join('\n\n');
	});
	return [
		'# Security requirements and their proofs',
		'Written by `npm run security:coverage -- --write`; do not edit. A test proves the ids its name begins with. ' +
			'`npm test` fails when a done id has no passing test, or when this table is out of date.',
		`Requirements done: ${countDone(claims.requirements)} of ${claims.requirements.length}. ` +
			`ASVS 5.0.0 done: ${countDone(claims.asvs)} of ${claims.asvs.length} that apply.`,
		'## Requirements of the portal',
		table(
			['Id', 'Promise', 'ASVS', 'Tests', 'State'],
			claims.requirements.map(({ requirement: { id, promise, asvs }, by, openBecause }) => [
				...[id, promise, asvs.join(', '), by.map(linkTo).join(', ')],
				state(openBecause)
			])
		),
		'## ASVS 5.0.0 by chapter',
		...chapters
	]
		.join('\n\n')
		.concat('\n');
}

function countDone(claims: readonly Claim<unknown>[]): number {
	return claims.filter(({ openBecause }) => openBecause === null).length;
}

function state(openBecause: string | null): string {
	return openBecause === null ? 'done' : `open: ${openBecause}`;
}

function linkTo(proof: string): string {
	const name = proof.split('/').at(-1) ?? proof;
	if (proof.endsWith('.ts')) return `[${name}](../../${proof})`;
	return proof.endsWith('.md') ? `[${name}](${proof})` : proof;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
	const line = (cells: readonly string[]) =>
		`| ${cells.map((cell) => cell.replaceAll('|', String.raw`\|`)).join(' | ')} |`;
	return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
