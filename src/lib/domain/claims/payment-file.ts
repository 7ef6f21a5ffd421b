import type { CalendarDate } from '../calendar.ts';
import { csvOf } from '../csv.ts';
import { currencyExponent, type Money } from '../money.ts';
import { ibanOf, type Payee } from './payee-account.ts';
import { showNumber } from './payee-view.ts';
import type { PayoutRoute } from './payout.ts';
import { sepaText } from './sepa.ts';

const NAME_LENGTH = 70;
const PURPOSE_LENGTH = 140;

/** One payment of a run, as it was when the run was made. */
export type PaymentItem = {
	/** At most 35 characters; comes back with a returned payment. */
	readonly endToEndId: string;
	readonly amount: Money;
	readonly payee: Payee;
	/** What the customer reads on the bank statement: never a word about health. */
	readonly purpose: string;
};

/** A run of payments: the same run is always the same file, to the byte. */
export type PaymentRun = {
	readonly number: number;
	readonly route: PayoutRoute;
	readonly createdAtMs: number;
	readonly executesOn: CalendarDate;
	readonly debtor: { readonly name: string; readonly iban: string; readonly bic: string };
	readonly items: readonly PaymentItem[];
};

/** `KP-000042`: identifies message and order for the bank, and the run for people. */
export function runReference(number: number): string {
	return `KP-${String(number).padStart(6, '0')}`;
}

export function paymentFileName({ number, route }: Pick<PaymentRun, 'number' | 'route'>): string {
	return `${runReference(number)}.${route === 'sepa' ? 'xml' : 'csv'}`;
}

/** The bytes of the run's file as text: pain.001.001.09 for SEPA, a list for payments abroad. */
export function paymentFile(run: PaymentRun): string {
	return run.route === 'sepa' ? sepaFile(run) : abroadList(run);
}

/** Amounts with a point, as both formats want them. */
function decimal({ amountMinor, currency }: Money): string {
	const exponent = currencyExponent(currency);
	const digits = String(amountMinor).padStart(exponent + 1, '0');
	return exponent === 0 ? digits : `${digits.slice(0, -exponent)}.${digits.slice(-exponent)}`;
}

function sumOf(items: readonly PaymentItem[]): string {
	const amountMinor = items.reduce((sum, { amount }) => sum + amount.amountMinor, 0);
	return decimal({ amountMinor, currency: 'EUR' });
}

/** ISO 20022 customer credit transfer, as the German banks take it (DFÜ agreement, annex 3). */
function sepaFile(run: PaymentRun): string {
	const reference = runReference(run.number);
	const totals = `<NbOfTxs>${run.items.length}</NbOfTxs><CtrlSum>${sumOf(run.items)}</CtrlSum>`;
	const debtor = xml(sepaText(run.debtor.name, NAME_LENGTH));
	const created = new Date(run.createdAtMs).toISOString().slice(0, 19);
	return [
		'<?xml version="1.0" encoding="UTF-8"?>',
		'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.09">',
		'<CstmrCdtTrfInitn>',
		`<GrpHdr><MsgId>${reference}</MsgId><CreDtTm>${created}Z</CreDtTm>${totals}`,
		`<InitgPty><Nm>${debtor}</Nm></InitgPty></GrpHdr>`,
		`<PmtInf><PmtInfId>${reference}-1</PmtInfId><PmtMtd>TRF</PmtMtd>${totals}`,
		'<PmtTpInf><SvcLvl><Cd>SEPA</Cd></SvcLvl></PmtTpInf>',
		`<ReqdExctnDt><Dt>${run.executesOn}</Dt></ReqdExctnDt>`,
		`<Dbtr><Nm>${debtor}</Nm></Dbtr>`,
		`<DbtrAcct><Id><IBAN>${xml(run.debtor.iban)}</IBAN></Id></DbtrAcct>`,
		`<DbtrAgt><FinInstnId><BICFI>${xml(run.debtor.bic)}</BICFI></FinInstnId></DbtrAgt>`,
		'<ChrgBr>SLEV</ChrgBr>',
		...run.items.map(transferOf),
		'</PmtInf>',
		'</CstmrCdtTrfInitn>',
		'</Document>',
		''
	].join('\n');
}

function transferOf({ endToEndId, amount, payee, purpose }: PaymentItem): string {
	const iban = ibanOf(payee);
	if (iban === null) throw new Error('an account without an IBAN is in a SEPA run');
	return [
		`<CdtTrfTxInf><PmtId><EndToEndId>${xml(endToEndId)}</EndToEndId></PmtId>`,
		`<Amt><InstdAmt Ccy="${xml(amount.currency)}">${decimal(amount)}</InstdAmt></Amt>`,
		`<Cdtr><Nm>${xml(sepaText(payee.holder, NAME_LENGTH))}</Nm></Cdtr>`,
		`<CdtrAcct><Id><IBAN>${xml(iban)}</IBAN></Id></CdtrAcct>`,
		`<RmtInf><Ustrd>${xml(sepaText(purpose, PURPOSE_LENGTH))}</Ustrd></RmtInf></CdtTrfTxInf>`
	].join('');
}

/**
 * The bank stands in columns of its own, behind the others and only where the run needs them: the file of
 * a run from before there were accounts without IBAN must stay the same to the byte.
 */
function abroadList({ items, executesOn }: PaymentRun): string {
	const hasBanks = items.some(({ payee }) => ibanOf(payee) === null);
	const bankOf = (payee: Payee) => ('iban' in payee ? ['', ''] : [payee.bic, payee.bankName]);
	return csvOf([
		[
			...[
				'reference',
				'execution date',
				'account holder',
				'account',
				'currency',
				'amount',
				'purpose'
			],
			...(hasBanks ? ['bic', 'bank'] : [])
		],
		...items.map(({ endToEndId, amount, payee, purpose }) => [
			...[endToEndId, executesOn, payee.holder, showNumber(payee).number],
			...[amount.currency, decimal(amount), purpose],
			...(hasBanks ? bankOf(payee) : [])
		])
	]);
}

function xml(text: string): string {
	return text
		.replaceAll('&', '&amp;')
		.replaceAll('<', '&lt;')
		.replaceAll('>', '&gt;')
		.replaceAll('"', '&quot;');
}
