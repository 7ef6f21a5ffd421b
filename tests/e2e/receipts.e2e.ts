/** Receipts beside the lines: the pages of a PDF as pictures, on the built Worker with a real browser. */
import { chromium, type Page } from '@playwright/test';
import PDFDocument from 'pdfkit';
import { m } from '#lib/i18n/generated/messages.js';
import { submitClaim } from '../bench/portal/claims-road.ts';
import { JUST_TAKE } from '../bench/portal/steps.ts';
import { checkPage, watchPage } from './support/checks.ts';
import { wordsOf } from './support/people.ts';
import { DESKTOP, expect, PHONE, test } from './support/portal.ts';
import { pageOf } from './support/visitor-page.ts';

const PAGES = 6;

for (const window of [DESKTOP, PHONE]) {
	test(`F6: a clerk reads the pages of a PDF beside the lines, larger and turned (${window.name})`, async ({
		stack,
		cast,
		browserPath
	}) => {
		const words = wordsOf(window);
		const browser = await chromium.launch({ executablePath: browserPath, args: ['--no-sandbox'] });
		try {
			const contractId = cast.adasIds['contracts'] ?? '';
			const { claimId } = await submitClaim(cast.ada, contractId, JUST_TAKE);
			await cast.clerk.post('/staff?/take', { claim: claimId });
			const desk = `${stack.portalUrl}/staff/claims/${claimId}`;
			const clerk = await pageOf(browser, stack.portalUrl, cast.clerk, window);
			await clerk.goto(desk);
			await clerk
				.getByLabel(m.requests_staff_kind({}, words), { exact: true })
				.selectOption('prescription');
			await clerk.getByRole('button', { name: m.requests_staff_send({}, words) }).click();
			await expect(clerk.getByText(m.requests_staff_done_asked({}, words))).toBeVisible();
			const ada = await pageOf(browser, stack.portalUrl, cast.ada, window);
			await ada.goto(`${stack.portalUrl}/claims/${claimId}`);
			await ada.locator('input[type=file]').setInputFiles({
				...{ name: 'rezept.pdf', mimeType: 'application/pdf', buffer: await prescription() }
			});
			await ada.getByRole('button', { name: m.requests_send({}, words) }).click();
			await expect(ada).toHaveURL(/done=handed-in$/);
			await stack.runJobs();

			const troubles = watchPage(clerk, stack.portalUrl);
			await clerk.goto(desk);
			const receipt = clerk.locator('figure[data-pdf]');
			await receipt.scrollIntoViewIfNeeded();
			const pages = receipt.getByRole('img');
			await expect(pages).toHaveCount(5);
			const position = (await receipt.locator('strong').innerText()).match(/\d+/)?.[0] ?? '';
			const alt = (page: number) =>
				m.desk_pdf_page({ position, page: String(page), pages: String(PAGES) }, words);
			await expect(pages.first()).toHaveAttribute('alt', alt(1));
			await expect.poll(() => darkShare(clerk, alt(1))).toBeGreaterThan(0.01);
			await checkPage(clerk, window, 'desk-pdf');
			const more = m.desk_pdf_more({ shown: '5', pages: String(PAGES) }, words);
			await receipt.getByRole('button', { name: more }).press('Enter');
			await expect(receipt.getByRole('img', { name: alt(PAGES) })).toBeVisible();
			await expect(receipt.getByRole('button')).toHaveCount(0);

			const size = receipt.getByRole('radiogroup', {
				name: m.desk_receipt_size({ position }, words)
			});
			await size.getByRole('radio').last().check();
			const frame = receipt.getByRole('group', { name: /./ });
			await expect
				.poll(() => frame.evaluate((one) => one.scrollWidth / one.clientWidth))
				.toBeGreaterThan(2);
			const turn = m.desk_receipt_turn({ position }, words);
			await receipt.getByRole('radiogroup', { name: turn }).getByLabel('90°').check();
			await expect(pages.first()).toHaveCSS('rotate', '90deg');
			await checkPage(clerk, window, 'desk-pdf-large');
			expect(troubles).toEqual([]);

			// The reader does not come through: the file is there to download.
			await clerk.route('**/pdfium.wasm', (route) => route.abort());
			await clerk.reload();
			await receipt.scrollIntoViewIfNeeded();
			await expect(receipt.getByText(m.desk_pdf_failed({}, words))).toBeVisible();
			await expect(pages).toHaveCount(0);
			const coming = clerk.waitForEvent('download');
			await receipt.getByRole('link').click();
			expect((await coming).suggestedFilename()).toMatch(/\.pdf$/);
			await checkPage(clerk, window, 'desk-pdf-failed');
		} finally {
			await browser.close();
		}
	});
}

async function prescription(): Promise<Buffer> {
	const pdf = new PDFDocument({ size: 'A4' });
	const parts: Buffer[] = [];
	pdf.on('data', (part: Buffer) => parts.push(part));
	const isWhole = new Promise((resolve) => pdf.on('end', resolve));
	pdf.rect(60, 300, 300, 300).fill('#123456');
	for (let page = 1; page <= PAGES; page += 1) {
		pdf.fill('black').fontSize(24).text(`Rezept, Seite ${page}`, 60, 80);
		if (page < PAGES) pdf.addPage();
	}
	pdf.end();
	await isWhole;
	return Buffer.concat(parts);
}

/** How much of a picture is dark, of 1: a page that was not read is all white. */
const darkShare = (page: Page, alt: string) =>
	page.getByRole('img', { name: alt, exact: true }).evaluate(async (image) => {
		if (!(image instanceof HTMLImageElement)) return 0;
		await image.decode();
		const canvas = document.createElement('canvas');
		canvas.width = canvas.height = 100;
		const context = canvas.getContext('2d');
		context?.drawImage(image, 0, 0, 100, 100);
		const pixels = context?.getImageData(0, 0, 100, 100).data ?? [];
		return pixels.filter((value, index) => index % 4 === 0 && value < 128).length / 10_000;
	});
