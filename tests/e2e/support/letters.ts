import { randomInt } from 'node:crypto';
import { DEMO_CONTRACTS } from '../../../tools/seed/demo-data.ts';
import { seedContract } from '../../../tools/seed/seed.ts';
import type { Stack } from '../../../tools/start/stack.ts';

export type Letter = {
	readonly policyNumber: string;
	readonly dateOfBirth: string;
	readonly activationCode: string;
	readonly plan: string;
	readonly insuredPerson: string;
};

/** A contract of its own for a test, like the demo's first: the code of a letter works once. */
export async function sendLetter(stack: Stack): Promise<Letter> {
	const [model] = DEMO_CONTRACTS;
	const [insured] = model?.insured ?? [];
	if (!model || !insured) throw new Error('the demo has no contract');
	const { bindings } = stack;
	const policyNumber = `MA-${randomInt(1000, 10_000)}-${randomInt(1000, 10_000)}`;
	const keys: unknown = JSON.parse(bindings['KEYS'] ?? '');
	await seedContract(
		{ url: stack.databaseUrl, token: bindings['DATABASE_TOKEN'] ?? '', keys },
		{ ...model, policyNumber }
	);
	return {
		policyNumber,
		dateOfBirth: insured.dateOfBirth,
		activationCode: model.activationCode,
		plan: model.plan,
		insuredPerson: `${insured.firstName} ${insured.lastName}`
	};
}
