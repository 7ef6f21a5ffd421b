import { test as base } from '@playwright/test';
import type { SeededCustomer } from './customers.ts';
import { Device } from './device.ts';
import { startHouse, type House } from './house.ts';
import { judge } from './oracle.ts';

export { expect } from '@playwright/test';

export type World = Pick<House, 'stack' | 'front' | 'back' | 'backstage' | 'url'> & {
	newCustomer(): Promise<SeededCustomer>;
	/** A phone with an empty profile, signed in, in the room. Judged at the end of the fault. */
	newDevice(options?: {
		readonly owner?: SeededCustomer;
		readonly isInstalled?: boolean;
		readonly isJudged?: boolean;
	}): Promise<Device>;
	/** The fault has emptied this device: its drafts cannot be there. */
	markEmptied(device: Device): void;
	/** Requests of this fault that fit. */
	seen(method: string, path: RegExp): number;
};

export const test = base.extend<{ world: World }, { house: House }>({
	house: [
		async ({}, use) => {
			const house = await startHouse();
			await use(house);
			await house.stop();
		},
		{ scope: 'worker', timeout: 240_000 }
	],

	world: async ({ house }, use, info) => {
		const { stack, front, back, backstage, url } = house;
		const judged: Device[] = [];
		const others: Device[] = [];
		const emptied = new Set<Device>();
		const from = front.seen.length;
		await use({
			...{ stack, front, back, backstage, url },
			newCustomer: () => backstage.newCustomer(),
			async newDevice({ owner, isInstalled = false, isJudged = true } = {}) {
				const device = new Device(house, owner ?? (await backstage.newCustomer()));
				(isJudged ? judged : others).push(device);
				await device.start();
				await device.signIn();
				await device.enter('/drafts', isInstalled);
				return device;
			},
			markEmptied: (device) => void emptied.add(device),
			seen: (method, path) =>
				front.seen.slice(from).filter((one) => one.method === method && path.test(one.path)).length
		});
		front.clear();
		back.clear();
		try {
			await stack.startDatabase();
			await stack.startPortal();
			// A fault that did not hold is reported as itself, not as what the oracle makes of it.
			if (info.status === 'passed') await judge(judged, backstage, (one) => emptied.has(one));
		} finally {
			for (const device of [...judged, ...others]) {
				await device.stop();
				device.forget();
			}
		}
	}
});
