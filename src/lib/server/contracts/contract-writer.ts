// How a contract of the insurer's own system becomes rows: the same way from a file and by the API.
import type { ContractRecord } from '#lib/domain/contracts/contract-record.ts';
import type { Write } from '#lib/server/db/client.ts';
import { insertPerson } from '#lib/server/db/people.ts';
import type { Cipher } from '#lib/server/platform/cipher.ts';
import type { FindBank } from '#lib/server/platform/german-banks.ts';
import type { Ids } from '#lib/server/platform/ids.ts';
import type { ContractsRepository } from './contracts.repository.ts';

/** The writes of a new contract with its people; answers its id. */
export async function contractWrites(
	parts: {
		readonly cipher: Cipher;
		readonly ids: Ids;
		readonly contracts: Pick<ContractsRepository, 'insert' | 'activationHash'>;
		readonly findBank: FindBank;
	},
	record: ContractRecord,
	nowMs: number
): Promise<{ readonly id: string; readonly writes: readonly Write[] }> {
	const { cipher, ids, contracts } = parts;
	const { insured, policyholder, bankAccount, activationCode, ...terms } = record;
	const holder = { id: ids.newId(), profile: policyholder };
	// The insured person is the policyholder where name and date of birth are the same.
	const people = insured.map((profile) =>
		isSamePerson(profile, policyholder) ? holder : { id: ids.newId(), profile }
	);
	const bank = await parts.findBank(bankAccount.iban);
	const id = ids.newId();
	const writes: Write[] = [];
	for (const person of new Set([holder, ...people])) {
		writes.push(await insertPerson(cipher, { ...person, nowMs }));
	}
	writes.push(
		await contracts.insert(
			{
				...{ ...terms, id, policyholderId: holder.id },
				bankAccount: { ...bankAccount, bic: bank?.bic ?? null, bankName: bank?.name ?? null },
				activationHash:
					activationCode === null ? null : await contracts.activationHash(activationCode)
			},
			people.map((person) => person.id)
		)
	);
	return { id, writes };
}

type Profile = ContractRecord['policyholder'];

function isSamePerson(one: Profile, other: Profile): boolean {
	return (
		one.firstName === other.firstName &&
		one.lastName === other.lastName &&
		one.dateOfBirth === other.dateOfBirth
	);
}
