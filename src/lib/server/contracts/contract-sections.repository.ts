// What the contracts room holds of a customer, as the contract's page shows it to them.
import { eq } from 'drizzle-orm';
import { mayAtContract } from '#lib/domain/contracts/contract-access.ts';
import { maskIban } from '#lib/domain/contracts/contract.ts';
import { sqlBuilder } from '#lib/server/db/builder.ts';
import { read } from '#lib/server/db/client.ts';
import { isoTime, type PersonalSection } from '#lib/server/db/personal-section.ts';
import { claims } from '#lib/server/db/tables/claims.ts';
import { contractLinks, coverUses } from '#lib/server/db/tables/contracts.ts';
import type { Cipher } from '#lib/server/platform/cipher.ts';
import { createAccountChangesRepository } from './account-changes.repository.ts';
import { createRequestsRepository } from './requests.repository.ts';
import { createContractsRepository } from './contracts.repository.ts';
import { createProofsRepository } from './proofs.repository.ts';

export function contractSections(cipher: Cipher): readonly PersonalSection[] {
	const contracts = createContractsRepository(cipher);
	const requests = createRequestsRepository(cipher);
	const accountChanges = createAccountChangesRepository(cipher);
	const proofs = createProofsRepository(cipher);
	return [
		{
			name: 'contracts',
			read({ accountId }) {
				// Without a day: what a representative has seen is somebody else's and in nobody else's copy.
				const own = contracts.listOfAccount(accountId, null);
				return {
					query: own.query,
					map: async (rows) =>
						(await own.map(rows))
							.filter(({ link }) => link.role !== 'representative')
							.map((contract) => ({
								id: contract.id,
								policyNumber: contract.policyNumber,
								policyholder: contract.policyholderName,
								plan: contract.plan,
								startsOn: contract.startsOn,
								endsOn: contract.endsOn,
								currency: contract.currency,
								deductibleMinor: contract.deductibleMinor,
								maximumMinor: contract.maximumMinor,
								// It may be somebody else's account: masked, as the page shows it (Art. 15(4)).
								bankAccount: mayAtContract(contract.link, 'see-account')
									? {
											holder: contract.firstAccount.holder,
											iban: maskIban(contract.firstAccount.iban),
											bankName: contract.firstAccount.bankName
										}
									: null
							}))
				};
			}
		},
		{
			name: 'bankAccountChanges',
			read({ accountId }) {
				const own = accountChanges.listOfAccount(accountId, ['policyholder']);
				return {
					query: own.query,
					map: async (rows) =>
						(await own.map(rows)).map((change) => ({
							contractId: change.contractId,
							holder: change.account.holder,
							iban: maskIban(change.account.iban),
							askedAt: isoTime(change.askedAtMs),
							holdsFrom: change.holdsFrom,
							stoppedAt: isoTime(change.stoppedAtMs)
						}))
				};
			}
		},
		{
			name: 'insurabilityProofs',
			read({ accountId }) {
				const own = proofs.listAllOf(accountId);
				return {
					query: own.query,
					map: async (rows) =>
						(await own.map(rows)).map((proof) => ({
							...{ id: proof.id, contractId: proof.contractId, person: proof.personName },
							...{ kind: proof.kind, state: proof.state, fault: proof.fault, dueOn: proof.dueOn },
							askedAt: isoTime(proof.askedAtMs),
							handedInAt: isoTime(proof.handedInAtMs),
							endedAt: isoTime(proof.endedAtMs)
						}))
				};
			}
		},
		{
			name: 'insurabilityLooks',
			read({ accountId }) {
				const own = proofs.listAllLooksOf(accountId);
				return {
					query: own.query,
					map: async (rows) =>
						(await own.map(rows)).map(({ atMs, ...look }) => ({ ...look, lookedAt: isoTime(atMs) }))
				};
			}
		},
		{
			name: 'contractRequests',
			read({ personId }) {
				const own = requests.listOfPerson(personId);
				return {
					query: own.query,
					map: async (rows) =>
						(await own.map(rows)).map((request) => ({
							kind: request.kind,
							reference: request.reference,
							state: request.state,
							reason: request.reason,
							wishedOn: request.wishedOn,
							receivedAt: isoTime(request.receivedAtMs),
							answeredAt: isoTime(request.decidedAtMs),
							...request.content
						}))
				};
			}
		},
		{
			name: 'insuredPersons',
			read({ accountId }) {
				const insured = contracts.insuredOfAccount(accountId, null);
				return {
					query: insured.query,
					map: async (rows) =>
						(await insured.map(rows)).map(({ contractId, name }) => ({ contractId, name }))
				};
			}
		},
		{
			name: 'contractLinks',
			read: ({ accountId }) =>
				read(
					sqlBuilder.select().from(contractLinks).where(eq(contractLinks.accountId, accountId)),
					(rows) =>
						rows.map(({ linkedAtMs, releasedAtMs, ...link }) => ({
							...{ contractId: link.contractId, role: link.role, scope: link.scope },
							...{ endsOn: link.endsOn, releaseScope: link.releaseScope },
							linkedAt: isoTime(linkedAtMs),
							releasedAt: isoTime(releasedAtMs)
						}))
				)
		},
		{
			name: 'coverUses',
			read: ({ accountId }) =>
				read(
					sqlBuilder
						.select({
							claimId: coverUses.claimId,
							contractId: coverUses.contractId,
							insuredPersonId: coverUses.insuredPersonId,
							yearStartsOn: coverUses.yearStartsOn,
							deductibleMinor: coverUses.deductibleMinor,
							paidMinor: coverUses.paidMinor
						})
						.from(coverUses)
						// A contract may be linked to others: what they have handed in is theirs.
						.innerJoin(claims, eq(claims.id, coverUses.claimId))
						.where(eq(claims.accountId, accountId)),
					(rows) => rows
				)
		}
	];
}
