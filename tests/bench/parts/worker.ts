import { buildPortal } from '../../../tools/build/build.ts';
import { gzipSizeOfWorker } from '../../../tools/build/worker-size.ts';
import type { Part } from '../run-bench.ts';

/** Issue 2: "Worker <= 1 MB gzip". */
const CEILING_BYTES = 1_000_000;

export const worker: Part = {
	name: 'worker',
	about: 'size of the Worker, all modules, gzip',
	async run({ measured }) {
		const { workerDir } = await buildPortal();
		const { gzipBytes } = await gzipSizeOfWorker(workerDir);
		measured({
			measure: 'worker: bundle',
			value: gzipBytes,
			unit: 'bytes gzip',
			ceiling: CEILING_BYTES
		});
	}
};
