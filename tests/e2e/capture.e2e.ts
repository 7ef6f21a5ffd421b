/** Pictures and files of a draft on a phone with the server gone: taken, turned, taken out, refused, lost. */
import type { BrowserContext, Page } from '@playwright/test';
import { renderSVG } from 'uqr';
import { PDFDocument } from '@cantoo/pdf-lib';
import { MAX_FILES } from '#lib/domain/claims/claim.schema.ts';
import { m } from '#lib/i18n/generated/messages.js';
import { readDemo } from '../../tools/start/demo-accounts.ts';
import { jpegSegment, pdfOf, pdfPage, pngOf } from '../support/files.ts';
import { checkPage, watchPage } from './support/checks.ts';
import { expectSaved } from './support/claim-form.ts';
import { Authenticator } from './support/codes.ts';
import { forgetSteps } from './support/newcomer.ts';
import { signIn, wordsOf } from './support/people.ts';
import { expect, PHONE, test } from './support/portal.ts';
import { findPlaintext } from './support/profile-scan.ts';
import { photographReceipt, type Receipt } from './support/receipts.ts';
import { protectDrafts } from './support/vault.ts';

const words = wordsOf(PHONE);
const TOUCH = { hasTouch: true, isMobile: true };

type Portal = Parameters<Parameters<typeof test>[2]>[0]['stack'];

async function demoCustomer(stack: Portal) {
	const demo = await readDemo(stack.dataDir);
	const account = demo.accounts.find(({ role }) => role === 'customer');
	if (!account) throw new Error('the demo has no customer');
	return { account, app: new Authenticator(account.secret, forgetSteps(stack)) };
}

/** A new draft at its documents. */
async function openDocuments(page: Page, stack: Portal): Promise<string> {
	const { account, app } = await demoCustomer(stack);
	await signIn(page, `${stack.portalUrl}/sign-in`, account, app, words, /\/start$/);
	await page.goto(`${stack.portalUrl}/drafts`);
	await page.evaluate(() => navigator.serviceWorker.ready.then(() => true));
	await protectDrafts(page, stack.portalUrl, words, true);
	await page.goto(`${stack.portalUrl}/drafts`);
	await page.getByRole('button', { name: m.drafts_new({}, words) }).click();
	await expect(page).toHaveURL(/\/drafts\/[0-9a-f-]+/);
	const path = /\/drafts\/[0-9a-f-]+/.exec(page.url())?.[0] ?? '';
	await page.goto(`${stack.portalUrl}${path}/documents`);
	return path;
}

async function add(page: Page, ...files: readonly Receipt[]): Promise<void> {
	await page.locator('input[name=files]').setInputFiles([...files]);
	// Twenty pictures on a busy machine of two cores.
	await expect(page.locator('input[name=files]')).toBeEnabled({ timeout: 90_000 });
}
const photo = (context: BrowserContext, name: string) =>
	photographReceipt(context, { name, issuer: 'HNO-Praxis Dr. Albers', amount: '184,50' });
const pdf = (name: string, bytes: Uint8Array): Receipt => ({
	name,
	mimeType: 'application/pdf',
	buffer: Buffer.from(bytes)
});
const items = (page: Page) => page.locator('main li:has(.preview)');
/** The same JPEG with an EXIF segment that says: show it after a quarter turn to the right. */
function turnedByExif(jpeg: Buffer): Buffer {
	const orientation = '\u0001\u0012\0\u0003\0\0\0\u0001\0\u0006\0\0';
	const exif = jpegSegment(0xe1, `Exif\0\0MM\0*\0\0\0\u0008\0\u0001${orientation}\0\0\0\0`);
	return Buffer.concat([jpeg.subarray(0, 2), exif, jpeg.subarray(2)]);
}
/** Width and height of the small picture, once it is there. */
async function shapeOf(page: Page, index: number): Promise<'upright' | 'lying'> {
	const image = items(page).nth(index).locator('img');
	await expect(image).toBeVisible();
	return image.evaluate((picture: HTMLImageElement) =>
		picture
			.decode()
			.then(() => (picture.naturalHeight > picture.naturalWidth ? 'upright' : 'lying'))
	);
}

test('F4: files of a draft are taken, turned as their EXIF says and by hand, checked and taken out with no network', async ({
	stack,
	device
}) => {
	const context = await device.open(PHONE, TOUCH);
	const page = await context.newPage();
	const troubles = watchPage(page, stack.portalUrl);
	const [sharp, blurred] = [await photo(context, 'praxis.jpg'), await blurredPhoto(context)];
	await openDocuments(page, stack);
	await stack.stopPortal();
	await page.reload();
	await checkPage(page, PHONE, 'capture-empty');

	await page.screenshot({ path: 'test-results/pages/phone-light-capture-camera.png' });
	// Straight from the camera: the input asks the phone for it.
	const chosen = page.waitForEvent('filechooser');
	await page.getByRole('button', { name: m.capture_take_photo({}, words) }).click();
	const chooser = await chosen;
	expect(await chooser.element().getAttribute('capture')).toBe('environment');
	await chooser.setFiles(sharp);
	await expect(page.getByText(m.drafts_files_saved({ name: 'praxis.jpg' }, words))).toBeVisible();
	expect(await shapeOf(page, 0)).toBe('upright');
	// The same picture from a phone that writes down how it was held instead of turning it.
	await add(page, { ...sharp, name: 'gedreht.jpg', buffer: turnedByExif(sharp.buffer) });
	expect(await shapeOf(page, 1)).toBe('lying');
	await page
		.getByRole('button', { name: m.drafts_file_remove({ name: 'gedreht.jpg' }, words) })
		.click();
	await expect(items(page)).toHaveCount(1);

	// A PDF keeps its pages; what is wrong with a file is told, and the draft is as it was.
	const invoice = await PDFDocument.create();
	invoice.setAuthor('Geheime Autorin');
	invoice.addPage([200, 200]);
	await add(
		page,
		pdf('rechnung.pdf', await invoice.save()),
		blurred,
		{ name: 'weiss.png', mimeType: 'image/png', buffer: Buffer.from(pngOf()) },
		{ name: 'leer.jpg', mimeType: 'image/jpeg', buffer: Buffer.alloc(0) },
		{ name: 'iphone.heic', mimeType: 'image/heic', buffer: Buffer.from('\0\0\0\x18ftypheic') },
		{
			name: 'riesig.png',
			mimeType: 'image/png',
			buffer: Buffer.from(pngOf({ claims: { width: 60_000, height: 60_000 } }))
		},
		pdf('kaputt.pdf', Buffer.from('%PDF-1.7 nothing')),
		pdf(
			'geheim.pdf',
			pdfOf(
				[...pdfPage(), '<< /Filter /Standard /V 1 /R 2 /O (a) /U (b) /P -4 >>'],
				'/Encrypt 5 0 R /ID [(a) (b)]'
			)
		)
	);
	await expect(items(page)).toHaveCount(4);
	for (const [name, problem] of [
		['leer.jpg', m.issue_file_empty({}, words)],
		['iphone.heic', m.drafts_issue_file_heic({}, words)],
		['riesig.png', m.capture_issue_picture_too_large({}, words)],
		['kaputt.pdf', m.capture_issue_pdf_unreadable({}, words)],
		['geheim.pdf', m.capture_issue_pdf_locked({}, words)]
	] as const) {
		await expect(page.getByText(m.drafts_file_problem({ name, problem }, words))).toBeVisible();
	}
	await expect(items(page).nth(0)).not.toContainText(m.capture_looks_blurred({}, words));
	await expect(items(page).nth(2)).toContainText(m.capture_looks_blurred({}, words));
	await expect(items(page).nth(3)).toContainText(m.drafts_file_looks_empty({}, words));
	await checkPage(page, PHONE, 'capture-problems');

	// Turned by a quarter, in its place; taken out and put back to where it was.
	await page
		.getByRole('button', { name: m.capture_turn_name({ name: 'praxis.jpg' }, words) })
		.click();
	await expect.poll(() => shapeOf(page, 0)).toBe('lying');
	await page
		.getByRole('button', { name: m.drafts_file_remove({ name: 'praxis.jpg' }, words) })
		.click();
	await expect(items(page)).toHaveCount(3);
	await checkPage(page, PHONE, 'capture-removed');
	await page.getByRole('button', { name: m.capture_put_back({}, words) }).click();
	await expect(items(page)).toHaveCount(4);
	await expect(items(page).nth(0)).toContainText('praxis.jpg');
	await expectSaved(page);

	// More than a claim takes: as many as fit, and one line on the others.
	const many = Array.from({ length: 30 }, (_, index) => ({ ...sharp, name: `foto-${index}.jpg` }));
	await add(page, ...many);
	await expect(items(page)).toHaveCount(MAX_FILES, { timeout: 60_000 });
	const leftOut = m.capture_left_out({ count: 30 - (MAX_FILES - 4), max: MAX_FILES }, words);
	await expect(page.getByText(leftOut)).toBeVisible();
	await expectSaved(page);
	await page.reload();
	await expect(items(page)).toHaveCount(MAX_FILES);
	expect(await shapeOf(page, 0)).toBe('lying');
	expect(troubles).toEqual([]);
	await context.close();
	expect(findPlaintext(device.profile, ['praxis.jpg', 'foto-1.jpg', 'Geheime Autorin'])).toEqual(
		[]
	);
	await stack.startPortal();
});

test('a page that ends while it prepares a photo asks for it again by name, and has all others', async ({
	stack,
	device
}) => {
	const context = await device.open(PHONE, TOUCH);
	const page = await context.newPage();
	const receipt = await photo(context, 'erste.jpg');
	const path = await openDocuments(page, stack);
	await stack.stopPortal();
	await add(page, receipt);
	await expect(items(page)).toHaveCount(1);

	// The encoder never comes back, and then the page is gone.
	await page.evaluate(() => {
		OffscreenCanvas.prototype.convertToBlob = () => new Promise(() => undefined);
	});
	await page.locator('input[name=files]').setInputFiles({ ...receipt, name: 'zweite.jpg' });
	await expect(
		page.getByText(m.drafts_files_preparing({ name: 'zweite.jpg' }, words))
	).toBeVisible();
	await expectSaved(page);
	await page.close();

	const again = await context.newPage();
	await again.goto(`${stack.portalUrl}${path}/documents`);
	await expect(again.getByText(m.capture_lost_title({}, words))).toBeVisible();
	await expect(again.getByText('zweite.jpg')).toBeVisible();
	await expect(items(again)).toHaveCount(1);
	await checkPage(again, PHONE, 'capture-lost');
	await again.getByRole('button', { name: m.capture_lost_dismiss({}, words) }).click();
	await expect(again.getByText(m.capture_lost_title({}, words))).toBeHidden();
	await expectSaved(again);

	// The camera is open, and the page dies: same step, same files.
	await again.getByRole('button', { name: m.capture_take_photo({}, words) }).click();
	await again.close();
	const last = await context.newPage();
	await last.goto(`${stack.portalUrl}${path}/documents`);
	await expect(items(last)).toHaveCount(1);
	await expect(last.getByText(m.capture_lost_title({}, words))).toBeHidden();
	await context.close();
	await stack.startPortal();
});

test('an invoice is read on the device: by its codes, by its text, and then with no network', async ({
	stack,
	device
}) => {
	const context = await device.open(PHONE, TOUCH);
	const page = await context.newPage();
	const troubles = watchPage(page, stack.portalUrl);
	const invoice = await invoicePhoto(context);
	const path = await openDocuments(page, stack);
	await page.reload();
	await add(page, invoice);
	const sent: string[] = [];
	page.on('request', (request) => {
		// The draft's own copy is sealed under its owner's key (decision 0046).
		const isCopy = new URL(request.url()).pathname.startsWith('/api/drafts/');
		if (request.method() !== 'GET' && !isCopy) sent.push(`${request.method()} ${request.url()}`);
	});

	const cached = () =>
		page.evaluate(async () => {
			const cache = await caches.open('reading');
			return (await cache.keys()).map(({ url }) => new URL(url).pathname);
		});
	expect(await cached()).toEqual([]);
	const read = page.getByRole('button', {
		name: m.capture_read_name({ name: 'rechnung.jpg' }, words)
	});
	await read.click();
	await expect(page.getByText(m.capture_read_lead({}, words))).toBeVisible();
	// Told before: both sizes, and nothing is here yet.
	await expect(page.getByText(/^lädt einmal \d.*[kM]B$/)).toHaveCount(2);
	await checkPage(page, PHONE, 'capture-read-offer');
	await page.getByRole('button', { name: m.capture_read_codes({}, words) }).click();
	await expect(page.getByText(m.capture_read_found({}, words))).toBeVisible({ timeout: 60_000 });
	await expect(page.getByText('HNO-Praxis Dr. Albers', { exact: true })).toBeVisible();
	await page.getByRole('button', { name: m.capture_read_text({}, words) }).click();
	await expect(page.getByText('9. November 2026')).toBeVisible({ timeout: 240_000 });
	await checkPage(page, PHONE, 'capture-read-found');
	for (const label of [
		m.drafts_issuer({}, words),
		m.drafts_amount({}, words),
		m.drafts_invoice_number({}, words),
		m.drafts_invoice_date({}, words),
		m.capture_read_iban({}, words)
	]) {
		await page
			.getByRole('button', { name: m.capture_read_take_field({ label }, words), exact: true })
			.click();
	}
	await expectSaved(page);
	expect(sent).toEqual([]);
	expect((await cached()).every((one) => one.startsWith('/reading/'))).toBe(true);

	// Once loaded it works with nobody there.
	await stack.stopPortal();
	await page.goto(`${stack.portalUrl}${path}/invoices`);
	for (const [name, value] of [
		['issuer', 'HNO-Praxis Dr. Albers'],
		['amount', '184,50'],
		['number', '2026-1187'],
		['invoiceDate', '2026-11-09']
	]) {
		await expect(page.locator(`[name="invoices.0.${name}"]`)).toHaveValue(value ?? '');
	}
	await page.goto(`${stack.portalUrl}${path}/bank`);
	await expect(page.locator('[name=payeeIban]')).toHaveValue(/DE89/);
	await page.goto(`${stack.portalUrl}${path}/documents`);
	await read.click();
	await expect(page.getByText(m.capture_read_ready({}, words)).first()).toBeVisible();
	await page.getByRole('button', { name: m.capture_read_codes({}, words) }).click();
	await expect(page.getByText(m.capture_read_found({}, words))).toBeVisible();
	// The text engine thinks aloud, on its error channel.
	expect(troubles.filter((line) => !/Estimating resolution/.test(line))).toEqual([]);
	await context.close();
	await stack.startPortal();
});

test('what is shared to the app is sealed while it is locked, and opens once, for its owner', async ({
	stack,
	device
}) => {
	const context = await device.open(PHONE, TOUCH);
	const page = await context.newPage();
	const receipt = await photo(context, 'praxis.jpg');

	// Nobody has opened drafts here: nothing is kept.
	await page.goto(`${stack.portalUrl}/`);
	await page.evaluate(() => navigator.serviceWorker.ready.then(() => true));
	await page.reload();
	await share(page, stack.portalUrl, { ...receipt, name: 'zu-frueh.jpg' });
	await expect(page).toHaveURL(/\/inbox\/nobody$/);
	expect(await inboxCount(page)).toBe(0);

	// Its owner was here and has signed out: sealed, and shown to nobody.
	await openDocuments(page, stack);
	await page.goto(`${stack.portalUrl}/account`);
	await page
		.getByRole('main')
		.getByRole('button', { name: m.portal_sign_out({}, words) })
		.first()
		.click();
	await expect(page).toHaveURL(/signed-out$/);
	await share(page, stack.portalUrl, receipt);
	expect(await inboxCount(page)).toBe(1);
	await expect(page.getByRole('heading', { level: 1 })).toHaveText(/\S/);
	await expect(page.getByText('praxis.jpg')).toBeHidden();
	const waiting = new URL(page.url());

	// The owner comes back.
	const { account, app } = await demoCustomer(stack);
	const door = `${stack.portalUrl}/sign-in?next=${waiting.pathname}`;
	await signIn(page, door, account, app, words, /\/drafts\/inbox\//);
	await expect(page.getByText('praxis.jpg')).toBeVisible();
	await checkPage(page, PHONE, 'capture-shared');

	// From a page elsewhere nothing is taken.
	const elsewhere = await context.newPage();
	expect(await shareFromElsewhere(elsewhere, stack.portalUrl)).toBe(403);
	await elsewhere.close();
	expect(await inboxCount(page)).toBe(1);

	// Into a new draft, and gone from the inbox.
	await page.getByRole('button', { name: m.capture_share_put({}, words) }).click();
	await expect(page).toHaveURL(/\/drafts\/[0-9a-f-]+\/documents$/);
	await expect(items(page)).toHaveCount(1);
	expect(await inboxCount(page)).toBe(0);
	await page.goto(waiting.href);
	await expect(page.getByText(m.capture_share_gone({}, words))).toBeVisible();
	await context.close();
	expect(findPlaintext(device.profile, ['zu-frueh.jpg', 'praxis.jpg'])).toEqual([]);
});

/** A bill with the code that banking apps read. */
async function invoicePhoto(context: BrowserContext): Promise<Receipt> {
	const giroCode = [
		...['BCD', '002', '1', 'SCT', '', 'HNO-Praxis Dr. Albers', 'DE89370400440532013000'],
		...['EUR184.50', '', '', 'Rechnung 2026-1187']
	].join('\n');
	const page = await context.newPage();
	await page.setViewportSize({ width: 1240, height: 1754 });
	await page.setContent(`<!doctype html><html lang="de"><body
		style="font: 30px Georgia; padding: 90px; background: #fff; color: #111">
		<h1 style="font-size: 44px">HNO-Praxis Dr. Albers</h1><p>Marktplatz 4, 50667 Köln</p><hr>
		<p>Rechnungsnummer: 2026-1187</p><p>Rechnungsdatum: 09.11.2026</p>
		<p>Beratung 10,72 EUR</p><p>Untersuchung 173,78 EUR</p>
		<p style="font-size: 38px">Rechnungsbetrag 184,50 EUR</p>
		<div style="width: 420px">${renderSVG(giroCode)}</div></body></html>`);
	const buffer = await page.screenshot({ type: 'jpeg', quality: 92 });
	await page.close();
	return { name: 'rechnung.jpg', mimeType: 'image/jpeg', buffer };
}

/** As out of focus as nobody can read. */
async function blurredPhoto(context: BrowserContext): Promise<Receipt> {
	const page = await context.newPage();
	await page.setViewportSize({ width: 900, height: 1200 });
	const lines = Array.from(
		{ length: 20 },
		(_, index) => `<p>Zeile ${index}: Beratung 10,72 EUR</p>`
	);
	await page.setContent(
		`<body style="font: 28px Georgia; padding: 70px; filter: blur(6px)">${lines.join('')}</body>`
	);
	const buffer = await page.screenshot({ type: 'jpeg', quality: 92 });
	await page.close();
	return { name: 'unscharf.jpg', mimeType: 'image/jpeg', buffer };
}

/** As the phone's share sheet does it: a form post that the service worker answers. */
async function share(page: Page, portalUrl: string, file: Receipt): Promise<void> {
	await postForm(page, `${portalUrl}/share`, file);
	await page.waitForURL(/\/drafts\/inbox\//);
}

/** What the service worker answers to a form on another origin. */
async function shareFromElsewhere(page: Page, portalUrl: string): Promise<number> {
	await page.route('http://elsewhere.test/', (route) =>
		route.fulfill({ contentType: 'text/html', body: '<title>elsewhere</title>' })
	);
	await page.goto('http://elsewhere.test/');
	const file = { name: 'fremd.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-') };
	const answering = page.waitForResponse(`${portalUrl}/share`);
	await postForm(page, `${portalUrl}/share`, file);
	// A refusal without a body: Chromium shows a page of its own.
	return (await answering).status();
}

async function postForm(page: Page, address: string, file: Receipt): Promise<void> {
	const given = { name: file.name, type: file.mimeType, base64: file.buffer.toString('base64') };
	await page.evaluate(
		([action, { name, type, base64 }]) => {
			const form = document.createElement('form');
			Object.assign(form, { method: 'post', action, enctype: 'multipart/form-data' });
			const input = document.createElement('input');
			Object.assign(input, { type: 'file', name: 'files' });
			const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
			const files = new DataTransfer();
			files.items.add(new File([bytes], name, { type }));
			input.files = files.files;
			form.append(input);
			document.body.append(form);
			form.submit();
		},
		[address, given] as const
	);
}

/** Records of the inbox as they lie on the device. */
function inboxCount(page: Page): Promise<number> {
	return page.evaluate(
		() =>
			new Promise<number>((resolve) => {
				const opening = indexedDB.open('kundenportal');
				opening.onupgradeneeded = () => opening.transaction?.abort();
				opening.onerror = () => resolve(0);
				opening.onsuccess = () => {
					const database = opening.result;
					const counting = database.transaction('inbox').objectStore('inbox').count();
					counting.onsuccess = () => {
						database.close();
						resolve(counting.result);
					};
				};
			})
	);
}
