/** Bytes that are not what they were, on the device and on the server (faults 36, 38, 39). */
import { createHash, randomUUID } from 'node:crypto';
import { m } from '#lib/i18n/generated/messages.js';
import { buildPortal } from '../../tools/build/build.ts';
import { chooseFreePort } from '../../tools/start/ports.ts';
import { startWorkerd } from '../../tools/start/workerd.ts';
import { jpegBytes, submissionOf } from '../support/claims.ts';
import { WORDS } from './support/device.ts';
import { expect, test } from './support/world.ts';

test('fault 38: a flipped bit in a stored photo is found before anything is sent, for that photo only @part', async ({
	world
}) => {
	const phone = await world.newDevice();
	const draft = await phone.seed({ photoBytes: [300_000, 300_000] });
	const [before] = (await phone.read()).drafts;
	const flipped = before?.files[1]?.id ?? '';
	await phone.inKit((kit, id) => kit.flipBit(id), flipped);
	await phone.send(draft);
	await expect(phone.page.getByText(m.drafts_issue_file_damaged({}, WORDS)).first()).toBeVisible();
	expect(world.seen('PUT', /^\/api\/submissions\//)).toBe(0);
	const [after] = (await phone.read()).drafts;
	expect(after?.files.map(({ isIntact }) => isIntact)).toEqual([true, false]);
	await phone.openDraft(draft, 'documents');
	const name = `${phone.marker}-2.jpg`;
	await phone.page.getByRole('button', { name: m.drafts_file_remove({ name }, WORDS) }).click();
	// The page says "saved" before the click too: what counts is what lies on the device.
	await expect.poll(async () => (await phone.read()).drafts[0]?.files.length).toBe(1);
	await phone.send(draft);
	await phone.expectReceived();
});

test('fault 39: a record put in another place, or an old one put back, does not open @part', async ({
	world
}) => {
	const phone = await world.newDevice();
	const first = await phone.seed();
	const second = await phone.seed();
	await phone.inKit((kit, [from, over]) => kit.swapRecord(from, over), [first, second] as const);
	await phone.enter('/drafts');
	await expect(phone.page.getByText(m.drafts_damaged({}, WORDS))).toHaveCount(1);
	const kept = await phone.context.newPage();
	await kept.goto(`${world.url}/robots.txt`);
	expect((await phone.read()).damagedIds).toEqual([second]);
});

test('fault 36: of two servers that take a piece at once one is refused, and no mixed file is kept @part', async ({
	world
}) => {
	const { workerDir, assetsDir } = await buildPortal();
	const second = await startWorkerd({
		...{ bundleDir: workerDir, assetsDir, bindings: world.stack.bindings },
		port: await chooseFreePort(0),
		readyPath: '/api/health'
	});
	try {
		const owner = await world.newCustomer();
		const cookie = `__Host-kp=${await world.backstage.openSession(owner)}`;
		const bytes = jpegBytes(500_000);
		const file = {
			...{ id: randomUUID(), name: 'a.jpg', type: 'image/jpeg' as const, sizeBytes: bytes.length },
			sha256: createHash('sha256').update(bytes).digest('hex')
		};
		const id = randomUUID();
		const headers = { cookie, origin: world.url, 'tus-resumable': '1.0.0' };
		const put = await fetch(`${world.url}/api/submissions/${id}`, {
			method: 'PUT',
			headers: { ...headers, 'content-type': 'application/json' },
			body: JSON.stringify(submissionOf(owner, [file]))
		});
		expect(put.status).toBe(200);
		const base64 = (text: string) => Buffer.from(text).toString('base64');
		const created = await fetch(`${world.url}/api/uploads`, {
			method: 'POST',
			headers: {
				...headers,
				'upload-length': String(bytes.length),
				'upload-metadata': `submissionId ${base64(id)},attachmentId ${base64(file.id)}`
			}
		});
		const path = new URL(created.headers.get('location') ?? '', world.url).pathname;
		const patch = (origin: string, at: number, body: Uint8Array) =>
			fetch(origin + path, {
				method: 'PATCH',
				headers: {
					...headers,
					'upload-offset': String(at),
					'content-type': 'application/offset+octet-stream'
				},
				body: new Uint8Array(body)
			});
		const piece = bytes.subarray(0, 262_144);
		const both = await Promise.all([
			patch(world.url, 0, piece),
			patch(second.url, 0, piece),
			patch(world.url, 0, piece),
			patch(second.url, 0, piece)
		]);
		expect(both.map(({ status }) => status).toSorted()).toEqual([204, 409, 409, 409]);
		expect((await patch(second.url, 262_144, bytes.subarray(262_144))).status).toBe(204);
		const commits = await Promise.all(
			[world.url, second.url, world.url].map((origin) =>
				fetch(`${origin}/api/submissions/${id}/commit`, { method: 'POST', headers })
			)
		);
		expect(commits.map(({ status }) => status)).toEqual([200, 200, 200]);
		expect(new Set(await Promise.all(commits.map((one) => one.text()))).size).toBe(1);
		const claims = await world.backstage.claimsOf(owner);
		expect(claims.map(({ fileHashes }) => fileHashes)).toEqual([[file.sha256]]);
	} finally {
		await second.stop();
	}
});
