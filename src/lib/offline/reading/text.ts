// Speaks to the worker of tesseract.js itself: its page side starts workers from plain addresses and fetches from a CDN
// where nothing is said, and the page's policy allows neither.
import * as v from 'valibot';
import { isFromWorker } from '#lib/offline/own-message.ts';
import { startReadingWorker } from '#lib/offline/own-workers.ts';
import { READING_FOLDER, TEXT_CORE, TEXT_WORKER } from './files.ts';

const LANGUAGES = ['deu', 'eng'];
/** The neural engine alone: the models have nothing for the old one. */
const LSTM_ONLY = 1;
const JOB = 'read';

const messageSchema = v.object({
	status: v.picklist(['resolve', 'reject', 'progress']),
	data: v.unknown()
});
const progressSchema = v.object({ status: v.string(), progress: v.number() });
const recognisedSchema = v.object({ text: v.string() });

/** The printed text of a photo, line by line. `onProgress` gets the share that is read, 0 to 1. */
export async function readText(
	bytes: ArrayBuffer,
	onProgress: (share: number) => void
): Promise<string> {
	const worker = startReadingWorker(TEXT_WORKER.path);
	const ask = (action: string, payload: object) =>
		new Promise<unknown>((resolve, reject) => {
			worker.onerror = () => reject(new Error('the text reader did not start'));
			worker.onmessage = (event: MessageEvent<unknown>) => {
				if (!isFromWorker(event)) return;
				const { status, data } = v.parse(messageSchema, event.data);
				if (status === 'resolve') resolve(data);
				else if (status === 'reject') reject(new Error(String(data)));
				else tellProgress(data, onProgress);
			};
			worker.postMessage({ workerId: JOB, jobId: JOB, action, payload });
		});
	try {
		const origin = location.origin;
		await ask('load', {
			options: { lstmOnly: true, corePath: origin + TEXT_CORE.path, logging: false }
		});
		await ask('loadLanguage', {
			langs: LANGUAGES,
			// The service worker keeps the models: no second copy in a database of tesseract's own.
			options: {
				langPath: origin + READING_FOLDER,
				cacheMethod: 'none',
				gzip: true,
				lstmOnly: true
			}
		});
		await ask('initialize', { langs: LANGUAGES, oem: LSTM_ONLY, config: {} });
		const image = new Uint8Array(bytes);
		const answer = await ask('recognize', {
			image,
			options: { rotateAuto: true },
			output: { text: true, blocks: false }
		});
		return v.parse(recognisedSchema, answer).text;
	} finally {
		worker.terminate();
	}
}

function tellProgress(data: unknown, onProgress: (share: number) => void): void {
	const read = v.safeParse(progressSchema, data);
	if (read.success && read.output.status === 'recognizing text') onProgress(read.output.progress);
}
