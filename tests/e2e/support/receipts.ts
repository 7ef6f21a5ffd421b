import type { BrowserContext } from '@playwright/test';

export type Receipt = { readonly name: string; readonly mimeType: string; readonly buffer: Buffer };

/** A photo of an invoice: drawn, so that it looks like one and no real person's paper is needed. */
export async function photographReceipt(
	context: BrowserContext,
	receipt: { readonly name: string; readonly issuer: string; readonly amount: string }
): Promise<Receipt> {
	const page = await context.newPage();
	await page.setViewportSize({ width: 900, height: 1200 });
	await page.setContent(`<!doctype html><html lang="de"><title>Rechnung</title>
		<body style="font: 28px Georgia; padding: 70px; background: #fdfbf4; color: #222">
		<h1 style="font-size: 40px">${receipt.issuer}</h1><p>Marktplatz 4, 50667 Köln</p><hr>
		<h2>Rechnung 2026-1187</h2><p>Patientin: Mai Linh Nguyen</p>
		<p>Untersuchung, Beratung, Medikament</p>
		<p style="font-size: 40px; text-align: right">${receipt.amount} EUR</p>
		<p>Zahlbar innerhalb von 30 Tagen.</p></body></html>`);
	const buffer = await page.screenshot({ type: 'jpeg', quality: 92 });
	await page.close();
	return { name: receipt.name, mimeType: 'image/jpeg', buffer };
}
