/** Whom a claim is about: its own person, and whose bills it hands in besides (decision 0080). */
import type { ClaimContent, Invoice } from './claim.schema.ts';

type Told = Pick<ClaimContent, 'insuredPersonId'>;

/** Whose bill this is. */
export function personOfInvoice(claim: Told, invoice: Pick<Invoice, 'insuredPersonId'>): string {
	return invoice.insuredPersonId ?? claim.insuredPersonId;
}

/** Everybody a claim is about, its own person first, each once. */
export function personsOfClaim(
	claim: Told & { readonly invoices: readonly Pick<Invoice, 'insuredPersonId'>[] }
): readonly string[] {
	const ofInvoices = claim.invoices.map((invoice) => personOfInvoice(claim, invoice));
	return [...new Set([claim.insuredPersonId, ...ofInvoices])];
}
