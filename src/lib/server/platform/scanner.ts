// A virus scanner behind HTTP, outside the edge: it takes one file as form data, as clamav-rest does, and answers 200 for
// a clean one and 406 for a find. Any other answer is none.
import { fetchOutbound } from './outbound.ts';

const SCAN_LIMIT_MS = 60_000;

export type ScanVerdict = 'clean' | 'infected' | 'unavailable';

export async function scanFile(
	scanner: { readonly url: string; readonly token: string },
	bytes: Uint8Array
): Promise<ScanVerdict> {
	const body = new FormData();
	// A name of ours: the customer's own may say what illness the file is about.
	body.set('file', new Blob([new Uint8Array(bytes)]), 'upload.bin');
	const headers: Record<string, string> = scanner.token
		? { Authorization: `Bearer ${scanner.token}` }
		: {};
	try {
		const answer = await fetchOutbound(
			scanner.url,
			{ method: 'POST', body, headers },
			[new URL(scanner.url).host],
			{ timeoutMs: SCAN_LIMIT_MS }
		);
		await answer.body?.cancel();
		if (answer.status === 200) return 'clean';
		return answer.status === 406 ? 'infected' : 'unavailable';
	} catch {
		return 'unavailable';
	}
}
