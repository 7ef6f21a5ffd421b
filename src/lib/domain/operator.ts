import type { PlanField } from './claims/circumstances.ts';
import type { RateDayRule } from './claims/exchange-rates.ts';

/** Place of a database host, as the operator's contract with its host proves it. */
export type DatabasePlace = { readonly hostPattern: string; readonly place: string };

export type LegalText = { readonly version: string; readonly effectiveFrom: string };

/**
 * Who runs the portal. Data, not code, so that a travel insurer's administrator and a statutory
 * fund run the same build (decision 0011).
 */
export type Operator = {
	readonly insurerName: string;
	readonly portalName: string;
	readonly address: readonly string[];
	readonly supervisor: string;
	/** Where a customer complains out of court, with its address. */
	readonly ombudsman: string;
	readonly contactMail: string;
	readonly contactPhone: string;
	readonly dataProtectionMail: string;
	/**
	 * Whether registration asks two security questions and their answers are a hurdle in recovery.
	 * Off, a lost phone without a saved code is a matter for a letter (decision 0030).
	 */
	readonly securityQuestions: 'on' | 'off';
	/**
	 * Booking vouchers: ten years for insurers, eight for an intermediary (law of December 2025 and
	 * BEG IV; domain.md section 5). Every other period is the same for all operators.
	 */
	readonly retention: { readonly voucherYears: 8 | 10 };
	/** From which account customers are paid, and how much one person may pay out alone (Z7). */
	readonly payments: {
		readonly account: { readonly name: string; readonly iban: string; readonly bic: string };
		readonly onePersonUpTo: { readonly amountMinor: number; readonly currency: string };
		/**
		 * How long a contract's new account waits before anything is paid to it, and for how long after
		 * that a second person looks at every payment to it (decision 0056).
		 */
		readonly newAccount: { readonly waitDays: number; readonly watchDays: number };
	};
	/** Which day's rate converts a foreign invoice, and what single plans say otherwise. */
	readonly exchangeRates: {
		readonly dayRule: RateDayRule;
		readonly dayRuleOfPlan: Readonly<Record<string, RateDayRule>>;
	};
	/** What a claim under a plan must say besides: fields of single plans' terms (features.md A11). */
	readonly claimFieldsOfPlan: Readonly<Record<string, readonly PlanField[]>>;
	/** A device that nobody has opened drafts on for so many days drops their keys by itself (D7). */
	readonly deviceKeyDays: number;
	/** Hosts the production database may be on; anything else is refused at start. */
	readonly databasePlaces: readonly DatabasePlace[];
	readonly legalTexts: { readonly privacyNotice: LegalText; readonly termsOfUse: LegalText };
};

export const OPERATOR: Operator = {
	insurerName: 'Musterland Auslandskranken AG',
	portalName: 'Kundenportal',
	address: ['Musterland Auslandskranken AG', 'Beispielallee 1', '60311 Frankfurt am Main'],
	supervisor: 'Bundesanstalt für Finanzdienstleistungsaufsicht (BaFin)',
	ombudsman:
		'Ombudsmann Private Kranken- und Pflegeversicherung, Postfach\u00a006\u00a002\u00a022, 10052\u00a0Berlin, www.pkv-ombudsmann.de',
	contactMail: 'service@musterland.example',
	contactPhone: '+49 69 000000',
	dataProtectionMail: 'datenschutz@musterland.example',
	securityQuestions: 'on',
	retention: { voucherYears: 10 },
	payments: {
		account: {
			name: 'Musterland Auslandskranken AG',
			iban: 'DE02120300000000202051',
			bic: 'BYLADEM1001'
		},
		onePersonUpTo: { amountMinor: 100_000, currency: 'EUR' },
		newAccount: { waitDays: 7, watchDays: 30 }
	},
	exchangeRates: { dayRule: 'received', dayRuleOfPlan: {} },
	// Cover for guests begins with their entry, and counts where they live as guests.
	claimFieldsOfPlan: { 'Care Au-pair': ['enteredOn', 'stayAddress'] },
	deviceKeyDays: 30,
	databasePlaces: [{ hostPattern: '*.fra.db.musterland.example', place: 'Frankfurt am Main' }],
	legalTexts: {
		privacyNotice: { version: '2026-11', effectiveFrom: '2026-11-01' },
		termsOfUse: { version: '2026-11', effectiveFrom: '2026-11-01' }
	}
};

/** What a claim under this plan must say besides; nothing for a plan without terms of its own. */
export function claimFieldsOf(plan: string, operator: Operator = OPERATOR): readonly PlanField[] {
	return operator.claimFieldsOfPlan[plan] ?? [];
}

/** The place of a database host by the operator's list, or null when the host is not allowed. */
export function placeOfDatabase(host: string, operator: Operator = OPERATOR): string | null {
	const found = operator.databasePlaces.find(({ hostPattern }) =>
		hostPattern.startsWith('*.')
			? host.endsWith(hostPattern.slice(1)) && host.length > hostPattern.length - 1
			: host === hostPattern
	);
	return found?.place ?? null;
}
