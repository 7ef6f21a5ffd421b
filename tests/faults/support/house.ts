// The built Worker in workerd with a fault proxy before it and one before its database.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findBrowser } from '../../../tools/browser/browser.ts';
import { chooseFreePort } from '../../../tools/start/ports.ts';
import { startStack, type Stack } from '../../../tools/start/stack.ts';
import { startFaultProxy, type FaultProxy } from '../proxy/proxy.ts';
import { Backstage } from './customers.ts';
import { SESSION_PATH, type Home } from './device.ts';

export type House = Home & {
	readonly stack: Stack;
	readonly front: FaultProxy;
	readonly back: FaultProxy;
	readonly stop: () => Promise<void>;
};

export async function startHouse(): Promise<House> {
	const dataDir = mkdtempSync(join(tmpdir(), 'kp-faults-'));
	const portal = await chooseFreePort(0);
	const database = await chooseFreePort(0);
	const front = await startFaultProxy(0, () => portal);
	const back = await startFaultProxy(0, () => database);
	const url = `http://localhost:${front.port}`;
	const stack = await startStack({
		dataDir,
		ports: { portal, database, inbox: 0, smtp: 0 },
		seed: false,
		mail: false,
		bindings: { ORIGIN: url, DATABASE_URL: `http://127.0.0.1:${back.port}` }
	});
	const backstage = new Backstage(stack.databaseUrl, stack.bindings['KEYS'] ?? '');
	return {
		...{ stack, front, back, url, backstage },
		browserPath: await findBrowser(),
		offerSession(token) {
			front.on({
				path: new RegExp(`^${SESSION_PATH}`),
				times: 1,
				act: {
					do: 'answer',
					status: 200,
					headers: {
						'content-type': 'text/plain',
						'set-cookie': `__Host-kp=${token}; Path=/; Secure; HttpOnly; SameSite=Lax`
					},
					body: 'signed in'
				}
			});
		},
		async stop() {
			backstage.close();
			await stack.stop();
			await Promise.all([front.close(), back.close()]);
			rmSync(dataDir, { recursive: true, force: true });
		}
	};
}
