// Cleans one PDF beside the page's thread: a long one would hold up whoever goes on typing.
import { cleanPdf } from './clean-pdf.ts';
import { isFromWorker } from './own-message.ts';

/** The bytes in; the clean bytes out, or why there are none. */
addEventListener('message', (message: MessageEvent<unknown>) => {
	const { data } = message;
	if (!isFromWorker(message) || !(data instanceof ArrayBuffer)) return;
	void cleanPdf(new Uint8Array(data)).then((cleaned) => {
		if (typeof cleaned === 'string') postMessage(cleaned);
		else postMessage(cleaned.buffer, { transfer: [cleaned.buffer] });
	});
});
