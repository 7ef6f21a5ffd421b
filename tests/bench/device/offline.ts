// The offline room on a device of its own, before the built Worker. The house of the faults is used: its proxy notes when
// each piece of an upload began and was answered, and takes the bare PUT beside it.
import { performance } from 'node:perf_hooks';
import { Device } from '../../faults/support/device.ts';
import { startHouse, type House } from '../../faults/support/house.ts';
import { median } from '../load/median.ts';
import { rounded } from '../measure.ts';
import type { Report } from '../run-bench.ts';

const STARTS = 7;
const SAVES = 25;
const WARM_UPS = 5;
const LISTINGS = 7;
const SEALINGS = 7;
const UPLOADS = 3;
const DRAFTS = 200;
const SEALED_BYTES = 16_000_000;
const SENT_BYTES = 8_000_000;
const BARE_PATH = '/__bare-put';
/** Photos on the device before the next measure: drafts with so many each, so that the sum is 1, 50 and 300. */
const PHOTOS = [
	{ sum: 1, drafts: 1, each: 1 },
	{ sum: 50, drafts: 7, each: 7 },
	{ sum: 300, drafts: 25, each: 10 }
] as const;
/** Issue 4 asks how it grows: saving what is typed must not feel how many photos there are. */
const FLAT = 1.5;

export async function measureOffline(report: Report): Promise<void> {
	report.say('Starting the Worker and its proxies');
	const house = await startHouse();
	try {
		await onDevice(house, (phone) => measureSealing(phone, report));
		await onDevice(house, (phone) => measureAutosave(phone, report));
		await onDevice(house, (phone) => measureListing(phone, report));
		await onDevice(house, (phone) => measureUpload(house, phone, report));
		await onDevice(house, (phone) => measureColdStart(house, phone, report));
	} finally {
		await house.stop();
	}
}

async function onDevice(house: House, work: (phone: Device) => Promise<void>): Promise<void> {
	const phone = new Device(house, await house.backstage.newCustomer());
	try {
		await phone.start();
		await phone.signIn();
		await work(phone);
	} finally {
		await phone.stop();
		phone.forget();
	}
}

const specOf = ({ owner: { contractId, insuredPersonId }, marker }: Device) => ({
	...{ contractId, insuredPersonId, marker },
	photoBytes: []
});

async function measureSealing(phone: Device, { say, measured }: Report): Promise<void> {
	say(`${SEALED_BYTES / 1e6} MB sealed ${SEALINGS} times`);
	const runs = await phone.inKit(
		async (kit, { times, bytes }) => {
			const all = [];
			for (let time = 0; time < times; time++) all.push(await kit.timeEncryption(bytes));
			return all;
		},
		{ times: SEALINGS, bytes: SEALED_BYTES }
	);
	const speed = (ms: readonly number[]) => rounded(SEALED_BYTES / 1e3 / median(ms));
	const [raw, room] = [runs.map(({ rawMs }) => rawMs), runs.map(({ roomMs }) => roomMs)];
	measured({ measure: 'offline: AES-GCM by WebCrypto alone', value: speed(raw), unit: 'MB/s' });
	measured({
		measure: 'offline: a file sealed by the room, with its SHA-256',
		value: speed(room),
		unit: 'MB/s'
	});
}

async function measureAutosave(phone: Device, { say, measured }: Report): Promise<void> {
	const medians: number[] = [];
	for (const { sum, drafts, each } of PHOTOS) {
		say(`${SAVES} saves beside ${sum} photos`);
		const tookMs = await phone.inKit(
			async (kit, given) => {
				await kit.seedMany(given.spec, given.drafts, given.each);
				return kit.timeSaves(given.times);
			},
			{ spec: specOf(phone), drafts, each, times: WARM_UPS + SAVES }
		);
		const took = median(tookMs.slice(WARM_UPS));
		medians.push(took);
		measured({
			measure: `offline: autosave, read back, ${sum} photos`,
			value: rounded(took),
			unit: 'ms'
		});
	}
	measured({
		measure: 'offline: autosave, many photos to one',
		value: rounded((medians.at(-1) ?? Number.NaN) / (medians[0] ?? Number.NaN)),
		...{ unit: 'x', ceiling: FLAT }
	});
}

async function measureListing(phone: Device, { say, measured }: Report): Promise<void> {
	say(`${DRAFTS} drafts listed ${LISTINGS} times`);
	const tookMs = await phone.inKit(
		async (kit, { spec, count, times }) => {
			await kit.seedMany(spec, count, 1);
			return kit.timeList(times);
		},
		{ spec: specOf(phone), count: DRAFTS, times: LISTINGS }
	);
	measured({
		measure: `offline: ${DRAFTS} drafts opened and listed`,
		value: rounded(median(tookMs)),
		unit: 'ms'
	});
}

async function measureUpload(
	house: House,
	phone: Device,
	{ say, measured }: Report
): Promise<void> {
	say(`${SENT_BYTES / 1e6} MB sent ${UPLOADS} times, and put as they are`);
	const noContent = { do: 'answer', status: 204 } as const;
	house.front.on({ method: 'PUT', path: new RegExp(`^${BARE_PATH}`), act: noContent });
	const [roomMs, bareMs]: [number[], number[]] = [[], []];
	for (let time = 0; time < UPLOADS; time++) {
		const draft = await phone.seed({ photoBytes: [SENT_BYTES] });
		const from = house.front.seen.length;
		await phone.send(draft);
		await phone.expectReceived(phone.page, 120_000);
		const pieces = house.front.seen.slice(from).filter(({ path }) => /^\/api\/uploads/.test(path));
		roomMs.push((pieces.at(-1)?.answeredAtMs ?? Number.NaN) - (pieces[0]?.beganAtMs ?? Number.NaN));
		bareMs.push(await timeBarePut(phone));
	}
	const speed = (ms: readonly number[]) => SENT_BYTES / 1e3 / median(ms);
	const [room, bare] = [speed(roomMs), speed(bareMs)];
	measured({ measure: 'offline: upload by the room', value: rounded(room), unit: 'MB/s' });
	measured({ measure: 'offline: bare PUT of the same bytes', value: rounded(bare), unit: 'MB/s' });
	measured({ measure: 'offline: upload beside bare PUT', value: rounded(room / bare), unit: 'x' });
}

function timeBarePut({ page }: Device): Promise<number> {
	return page.evaluate(
		async ({ path, bytes }) => {
			const body = new Uint8Array(bytes).map((_, at) => (at * 31) % 251);
			const startedAtMs = performance.now();
			await fetch(path, { method: 'PUT', body });
			return performance.now() - startedAtMs;
		},
		{ path: BARE_PATH, bytes: SENT_BYTES }
	);
}

/** Last of all: the server goes. A new browser process each time, as after a reboot. */
async function measureColdStart(
	house: House,
	phone: Device,
	{ say, measured }: Report
): Promise<void> {
	await phone.enter('/drafts', true);
	const draft = await phone.seed();
	await phone.stop();
	await house.stack.stopPortal();
	house.front.on({ act: { do: 'drop' } });
	say(`${STARTS} cold starts without server`);
	const tookMs: number[] = [];
	for (let time = 0; time < STARTS; time++) {
		await phone.start();
		const startedAtMs = performance.now();
		await phone.openDraft(draft, 'person');
		await phone.page.locator('[name=note]').fill(`Start ${time}`);
		tookMs.push(performance.now() - startedAtMs);
		await phone.stop();
	}
	measured({
		measure: 'offline: cold start to an editable draft, server stopped',
		value: rounded(median(tookMs)),
		unit: 'ms'
	});
}
