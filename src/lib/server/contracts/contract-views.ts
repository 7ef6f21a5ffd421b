import type { CalendarDate } from '#lib/domain/calendar.ts';
import {
	accountHoldsFrom,
	accountOn,
	waitingChange,
	type AccountChange
} from '#lib/domain/contracts/bank-account.ts';
import {
	mayAtContract,
	type ContractAct,
	type ContractLink,
	type ContractRole
} from '#lib/domain/contracts/contract-access.ts';
import {
	maskIban,
	summariseContract,
	type ContractSummary
} from '#lib/domain/contracts/contract.ts';
import { coverYears, type CoverUse, type YearCover } from '#lib/domain/contracts/cover.ts';
import { POLICY_TERMS } from '#lib/domain/contracts/operator-terms.ts';
import {
	termsOfContract,
	type HeldTerms,
	type PolicyTerms
} from '#lib/domain/contracts/policy-terms.ts';
import type { OwnRequest } from '#lib/domain/contracts/requests.ts';
import type { Money } from '#lib/domain/money.ts';
import { OPERATOR } from '#lib/domain/operator.ts';
import type { LinkedContract } from './contracts.repository.ts';
import type { ShownPerson } from './insured-persons.repository.ts';

/** A version of the terms as one contract knows it. */
export type TermsView = Pick<PolicyTerms, 'id' | 'name'> & {
	readonly since: CalendarDate;
	readonly until: CalendarDate | null;
	readonly isToCome: boolean;
};

export type ContractView = ContractSummary & {
	readonly policyholderName: string;
	readonly insuredPersons: readonly {
		readonly id: string;
		readonly name: string;
		readonly dateOfBirth: string | null;
		/** Whether the reader may see their use of the cover and hand in claims for them (decision 0064). */
		readonly isOpen: boolean;
		/** Whether the reader may read the claims they have handed in themselves (decision 0075). */
		readonly claimsAreOpen: boolean;
		/** Deductible and maximum of the insurance year that runs, and of those in which something was used. */
		readonly cover: readonly YearCover[];
	}[];
	/** As whom the reader sees the contract, and until when where that ends. */
	readonly role: ContractRole;
	readonly accessEndsOn: CalendarDate | null;
	readonly may: Readonly<Record<ContractAct, boolean>>;
	/** Null for whoever must not see it. */
	readonly bankAccount: {
		readonly holder: string;
		readonly ibanMasked: string;
		readonly bankName: string | null;
		/** Since when it holds; null for the one the contract began with. */
		readonly since: CalendarDate | null;
	} | null;
	/** A change that can still be stopped. */
	readonly accountChange: {
		readonly holder: string;
		readonly ibanMasked: string;
		readonly askedAtMs: number;
		readonly holdsFrom: CalendarDate;
	} | null;
	/** From when an account would count that is proven today. */
	readonly nextAccountHoldsFrom: CalendarDate;
	/** What was asked for and how it was answered, newest first. */
	readonly requests: readonly OwnRequest[];
	readonly currency: string;
	readonly maximum: Money | null;
	/** Versions of the terms that hold or have held, the newest first. */
	readonly terms: readonly TermsView[];
};

/** What a practice is shown of an insured person: no sums, nothing of their health. */
export type TreatmentTicket = {
	readonly name: string;
	readonly dateOfBirth: CalendarDate | null;
	readonly policyNumber: string;
	readonly plan: string;
	readonly startsOn: CalendarDate;
	readonly endsOn: CalendarDate | null;
	readonly issuedOn: CalendarDate;
};

/** What somebody sees of a contract in their role; `changes` are those of this contract's account. */
export function viewContract(
	contract: LinkedContract,
	parts: {
		readonly insured: readonly ShownPerson[];
		readonly uses: readonly CoverUse[];
		readonly changes: readonly AccountChange[];
		readonly requests: readonly OwnRequest[];
	},
	today: CalendarDate
): ContractView {
	const { insured, uses, changes, requests } = parts;
	const { currency, maximumMinor } = contract;
	const may = actsOf(contract.link);
	const held = accountOn(contract.firstAccount, changes, today);
	const waiting = waitingChange(changes, today);
	return {
		...summariseContract(contract, insured, today),
		policyholderName: contract.policyholderName,
		role: contract.link.role,
		accessEndsOn: contract.link.endsOn,
		may,
		insuredPersons: insured.map(({ personId, name, profile, isOpen, claimsAreOpen }) => ({
			id: personId,
			name,
			// What a representative needs no birthday for they are not told.
			dateOfBirth: isOpen || may.share ? profile.dateOfBirth : null,
			isOpen,
			claimsAreOpen,
			cover: isOpen
				? coverYears(
						contract,
						personId,
						uses.filter((use) => use.insuredPersonId === personId),
						today
					)
				: []
		})),
		bankAccount: may['see-account']
			? {
					holder: held.account.holder,
					ibanMasked: maskIban(held.account.iban),
					bankName: held.account.bankName,
					since: held.since
				}
			: null,
		accountChange:
			may['see-account'] && waiting
				? {
						holder: waiting.account.holder,
						ibanMasked: maskIban(waiting.account.iban),
						askedAtMs: waiting.askedAtMs,
						holdsFrom: waiting.holdsFrom
					}
				: null,
		nextAccountHoldsFrom: accountHoldsFrom(today, OPERATOR.payments.newAccount.waitDays),
		requests,
		currency,
		maximum: maximumMinor === null ? null : { amountMinor: maximumMinor, currency },
		terms: termsOfContract(POLICY_TERMS, contract).map((held) => viewTerms(held, today))
	};
}

/** Of the version that holds today `until` is not told: until its last day it simply holds. */
export function viewTerms({ terms, since, until }: HeldTerms, today: CalendarDate): TermsView {
	const isOver = until !== null && until < today;
	return {
		...{ id: terms.id, name: terms.name, since },
		until: isOver ? until : null,
		isToCome: since > today
	};
}

function actsOf(link: ContractLink): Readonly<Record<ContractAct, boolean>> {
	const may = (act: ContractAct) => mayAtContract(link, act);
	return {
		'see-account': may('see-account'),
		'change-account': may('change-account'),
		...{ declare: may('declare'), share: may('share') },
		...{ claim: may('claim'), release: may('release'), prove: may('prove') }
	};
}
