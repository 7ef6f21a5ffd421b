import type { Part } from '../run-bench.ts';

export const offline: Part = {
	name: 'offline',
	about: 'drafts on a device: cold start without server, autosave, sealing, sending, 200 listed',
	async run(report) {
		// With the browser and the runner of the faults: nobody else has to load them.
		const { measureOffline } = await import('../device/offline.ts');
		await measureOffline(report);
	}
};
