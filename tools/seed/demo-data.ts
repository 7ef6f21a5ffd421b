/** People and contracts of the demo. All of them are made up. */
export type DemoAccount = {
	readonly role: 'customer' | 'clerk' | 'seniorClerk' | 'finance' | 'dpo';
	readonly firstName: string;
	readonly lastName: string;
	readonly email: string;
	readonly password: string;
};

export const DEMO_ACCOUNTS: readonly DemoAccount[] = [
	{
		role: 'customer',
		firstName: 'Mai Linh',
		lastName: 'Nguyen',
		email: 'mai.linh@kundin.example',
		password: 'ein sicherer Demosatz'
	},
	{
		role: 'clerk',
		firstName: 'Jonas',
		lastName: 'Petersen',
		email: 'jonas.petersen@musterland.example',
		password: 'ein sicherer Dienstsatz'
	},
	// Four eyes need a second pair, and looks with a reason somebody who checks them.
	{
		role: 'seniorClerk',
		firstName: 'Ilse',
		lastName: 'Brandt',
		email: 'ilse.brandt@musterland.example',
		password: 'ein sicherer Leitungssatz'
	},
	{
		role: 'finance',
		firstName: 'Tarek',
		lastName: 'Yilmaz',
		email: 'tarek.yilmaz@musterland.example',
		password: 'ein sicherer Zahlungssatz'
	},
	{
		role: 'dpo',
		firstName: 'Greta',
		lastName: 'Lindqvist',
		email: 'greta.lindqvist@musterland.example',
		password: 'ein sicherer Schutzsatz'
	}
];

/** Only where somebody starts the portal to look at it: her contract is linked, her claim lacks a document. */
export const WAITING_CUSTOMER: DemoAccount = {
	role: 'customer',
	firstName: 'Samira',
	lastName: 'Haddad',
	email: 'samira.haddad@kundin.example',
	password: 'noch ein sicherer Demosatz'
};

export type DemoContract = {
	readonly policyNumber: string;
	readonly plan: string;
	readonly startsOn: string;
	readonly endsOn: string;
	readonly deductibleMinor: number;
	readonly maximumMinor: number;
	readonly policyholder: { readonly firstName: string; readonly lastName: string };
	readonly insured: readonly {
		readonly firstName: string;
		readonly lastName: string;
		readonly dateOfBirth: string;
	}[];
	readonly iban: string;
	readonly activationCode: string;
};

/** The letters with activation codes that the demo prints. */
export const DEMO_CONTRACTS: readonly DemoContract[] = [
	{
		policyNumber: 'MA-2041-7735',
		plan: 'Care Au-pair',
		startsOn: '2026-02-01',
		endsOn: '2027-08-31',
		deductibleMinor: 12000,
		maximumMinor: 5000000,
		policyholder: { firstName: 'Friederike', lastName: 'Sommerfeld' },
		insured: [{ firstName: 'Mai Linh', lastName: 'Nguyen', dateOfBirth: '2004-05-17' }],
		iban: 'DE89370400440532013000',
		activationCode: 'KLEE-9274-BIRNE'
	},
	{
		policyNumber: 'MA-2039-1180',
		plan: 'Care Student',
		startsOn: '2025-10-01',
		endsOn: '2027-09-30',
		deductibleMinor: 5000,
		maximumMinor: 10000000,
		policyholder: { firstName: 'Rahul', lastName: 'Sharma' },
		insured: [
			{ firstName: 'Rahul', lastName: 'Sharma', dateOfBirth: '2001-11-03' },
			{ firstName: 'Anika', lastName: 'Sharma', dateOfBirth: '2002-01-28' }
		],
		iban: 'DE75512108001245126199',
		activationCode: 'ESEL-3306-WOLKE'
	},
	{
		policyNumber: 'MA-2044-0052',
		plan: 'Care Work',
		startsOn: '2026-06-15',
		endsOn: '2028-06-14',
		deductibleMinor: 0,
		maximumMinor: 20000000,
		policyholder: { firstName: 'Nordlicht', lastName: 'Schiffbau GmbH' },
		insured: [{ firstName: 'Oleksandr', lastName: 'Kovalenko', dateOfBirth: '1993-09-09' }],
		iban: 'DE12500105170648489890',
		activationCode: 'TAUBE-5518-REGEN'
	}
];
