import { checkpointFileName } from '#lib/domain/audit/checkpoint.ts';
import { fetchOutbound } from './outbound.ts';

/** Where checkpoints go outside the database: whoever changes the log cannot change them as well. */
export type CheckpointSink = {
	/** Keeps the note under its size. Throws when it is not there afterwards. */
	put(size: number, note: string): Promise<void>;
};

/**
 * A folder behind HTTP that takes each name once (decision 0023): `PUT <url>/<size>.txt` with
 * `If-None-Match: *`. An answer that was lost on its way is no conflict: then the same note is there.
 */
export function createCheckpointSink(
	settings: { readonly url: string; readonly token: string },
	options: { readonly fetch?: typeof fetch } = {}
): CheckpointSink {
	const base = new URL(settings.url.endsWith('/') ? settings.url : `${settings.url}/`);
	const authorization = settings.token ? { Authorization: `Bearer ${settings.token}` } : {};
	return {
		async put(size, note) {
			const url = new URL(checkpointFileName(size), base);
			const answer = await fetchOutbound(
				url,
				{
					method: 'PUT',
					headers: {
						...authorization,
						'Content-Type': 'text/plain; charset=utf-8',
						'If-None-Match': '*'
					},
					body: note
				},
				[base.host],
				options
			);
			await answer.body?.cancel();
			if (answer.ok) return;
			if (answer.status !== 409 && answer.status !== 412) {
				throw new Error(`the checkpoint sink answered ${answer.status}`);
			}
			const kept = await fetchOutbound(url, { headers: authorization }, [base.host], options);
			if (!kept.ok || (await kept.text()) !== note) {
				throw new Error(`the checkpoint sink holds another checkpoint of size ${size}`);
			}
		}
	};
}
