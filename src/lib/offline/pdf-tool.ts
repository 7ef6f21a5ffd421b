// The page's side of cleaning a PDF. The tool itself is a worker's file, loaded with the first PDF (decisions 0040, 0051).
import { isFromWorker } from './own-message.ts';
import { startPdfWorker } from './own-workers.ts';

export type PdfProblem = 'pdf-locked' | 'pdf-unreadable' | 'pdf-tool-missing';

/** The clean bytes, or why there are none. The bytes given are gone afterwards: the worker has them. */
export async function cleanPdfBeside(bytes: ArrayBuffer): Promise<ArrayBuffer | PdfProblem> {
	const worker = startPdfWorker();
	try {
		const answer = await new Promise<unknown>((resolve) => {
			worker.onmessage = (event) => isFromWorker(event) && resolve(event.data);
			// Its file is not on the device, or there is no memory for it.
			worker.onerror = () => resolve('pdf-tool-missing');
			worker.postMessage(bytes, [bytes]);
		});
		if (answer instanceof ArrayBuffer) return answer;
		return answer === 'pdf-locked' || answer === 'pdf-tool-missing' ? answer : 'pdf-unreadable';
	} finally {
		worker.terminate();
	}
}
