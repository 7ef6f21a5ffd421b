import * as v from 'valibot';
import { isFromWorker } from '#lib/offline/own-message.ts';
import { startReadingWorker } from '#lib/offline/own-workers.ts';
import { CODE_SCRIPT, CODE_WASM, CODE_WORKER } from './files.ts';

const answerSchema = v.union([
	v.object({ texts: v.array(v.string()) }),
	v.object({ error: v.string() })
]);

/** The texts of all QR and bar codes in a photo. The photo stays on the device. */
export async function readCodes(bytes: ArrayBuffer): Promise<readonly string[]> {
	const worker = startReadingWorker(CODE_WORKER.path);
	try {
		const answer = await new Promise<unknown>((resolve, reject) => {
			worker.onmessage = (event) => isFromWorker(event) && resolve(event.data);
			worker.onerror = () => reject(new Error('the code reader did not start'));
			worker.postMessage({ script: CODE_SCRIPT.path, wasm: CODE_WASM.path, bytes });
		});
		const read = v.parse(answerSchema, answer);
		if ('error' in read) throw new Error(read.error);
		return read.texts;
	} finally {
		worker.terminate();
	}
}
