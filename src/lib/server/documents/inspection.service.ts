/** Quarantine (security.md 3.12): nobody opens a file of a customer before it was looked through. */
import { faultOfFile, MAX_UNPACKED_BYTES } from '#lib/domain/documents/file-fault.ts';
import type { FileFault } from '#lib/domain/documents/file-state.ts';
import { packedStreams } from '#lib/domain/documents/pdf.ts';
import type { Mail } from '#lib/domain/messages/mail.ts';
import type { AuditService } from '#lib/server/audit/audit.service.ts';
import type { Database, Read, Write } from '#lib/server/db/client.ts';
import type { Clock } from '#lib/server/platform/clock.ts';
import type { Ids } from '#lib/server/platform/ids.ts';
import { inflatedBytes } from '#lib/server/platform/inflate.ts';
import { logEvent } from '#lib/server/platform/log.ts';
import type { ScanVerdict } from '#lib/server/platform/scanner.ts';
import type { StoredFile } from './file-rows.ts';
import type { FilesService } from './files.service.ts';
import type { InspectionsRepository } from './inspections.repository.ts';

/** So many files in a row without an answer: it is the scanner and not the files. */
const SCANNER_IS_AWAY = 3;
/** Of one minute: what is left waits for the next. */
const FILES_AT_ONCE = 10;
/** All packed streams of a file together: a few full pages at most are drawn at a time. */
const MAX_ALL_UNPACKED_BYTES = 8 * MAX_UNPACKED_BYTES;

type Recipient = Pick<Mail, 'to' | 'language' | 'name'> & { readonly personId: string };

export type InspectionService = ReturnType<typeof createInspectionService>;

export function createInspectionService(parts: {
	readonly db: Database;
	readonly clock: Clock;
	readonly ids: Ids;
	readonly audit: Pick<AuditService, 'record'>;
	readonly inspections: InspectionsRepository;
	readonly fileStreams: FilesService;
	readonly recipients: { find(accountId: string): Read<Recipient | null> };
	readonly mails: {
		enqueue(id: string, personId: string, mail: Mail, nowMs: number): Promise<Write>;
	};
	/** What hung on a file that is refused, in the batch of the refusal. */
	readonly requests: { reopenOfRefusedFile(fileId: string): Write };
	/** Null where no scanner is set up, which only development allows. */
	readonly scan: ((bytes: Uint8Array) => Promise<ScanVerdict>) | null;
}) {
	const { db, clock, ids, inspections } = parts;

	async function verdictOn(
		file: StoredFile
	): Promise<'clean' | 'unavailable' | FileFault | 'virus'> {
		const bytes = await new Response(parts.fileStreams.stream(file)).bytes();
		const fault = faultOfFile(file.type, bytes) ?? (await faultOfPacked(file, bytes));
		if (fault) return fault;
		const scanned = (await parts.scan?.(bytes)) ?? 'clean';
		return scanned === 'infected' ? 'virus' : scanned;
	}

	/** The refusal, its entry in the owner's log and the mail that says so: together or not at all. */
	async function refuse(file: StoredFile): Promise<void> {
		const [recipient] = await db.read(parts.recipients.find(file.accountId));
		const writes = [
			inspections.refuse(file.id),
			parts.requests.reopenOfRefusedFile(file.id),
			await parts.audit.record({
				event: 'claim/file-refused',
				outcome: 'failure',
				objectRef: `file:${file.id}`,
				accountId: null,
				subjectAccountId: file.accountId
			})
		];
		if (recipient) {
			const { personId, to, language, name } = recipient;
			const mail = { template: 'file-refused', to, language, name } as const;
			writes.push(await parts.mails.enqueue(ids.newId(), personId, mail, clock.nowMs()));
		}
		await db.commit(...writes);
	}

	/** False when the scanner does not answer: the file stays where it is. */
	async function inspect(file: StoredFile): Promise<boolean> {
		const verdict = await verdictOn(file);
		if (verdict === 'unavailable') {
			logEvent('error', 'scanner-unavailable');
			await db.commit(inspections.postpone(file.id, clock.nowMs()));
			return false;
		}
		// Lost against another inspection of the same file: that one's verdict stands.
		if (verdict === 'clean') await db.commit(inspections.release(file.id, clock.nowMs()));
		else {
			logEvent('warning', 'file-refused', { code: verdict });
			await refuse(file);
		}
		return true;
	}

	return {
		/** Looks through one file that has just come in; nothing for one that does not wait. */
		async inspect(fileId: string): Promise<void> {
			const [file] = await db.read(inspections.find(fileId));
			if (file) await inspect(file);
		},

		/**
		 * Looks through what still waits; answers how many it judged. Goes on past a file on which the
		 * scanner does not answer, and stops when it answers on none of several.
		 */
		async inspectWaiting(): Promise<number> {
			const [waiting] = await db.read(inspections.listWaiting(clock.nowMs(), FILES_AT_ONCE));
			let [judged, unanswered] = [0, 0];
			for (const file of waiting) {
				if (await inspect(file)) {
					judged += 1;
					unanswered = 0;
				} else {
					unanswered += 1;
					if (unanswered === SCANNER_IS_AWAY) break;
				}
			}
			return judged;
		}
	};
}

/** Flate at its worst makes a thousand bytes of one: the clerk's browser must not find out (F3). */
async function faultOfPacked(file: StoredFile, bytes: Uint8Array): Promise<FileFault | null> {
	if (file.type !== 'application/pdf') return null;
	let left = MAX_ALL_UNPACKED_BYTES;
	for (const packed of packedStreams(bytes)) {
		const limit = Math.min(MAX_UNPACKED_BYTES, left);
		const count = await inflatedBytes(packed, limit);
		if (count > limit) return 'too-large';
		left -= count;
	}
	return null;
}
