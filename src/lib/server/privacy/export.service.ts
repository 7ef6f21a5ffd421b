import { LIMITS } from '#lib/domain/accounts/throttle.ts';
import { requirePermission, type Actor } from '#lib/domain/actor.ts';
import type { Language } from '#lib/domain/messages/mail.ts';
import { ARCHIVE_FORMAT, archiveNameOf, archivePathOf } from '#lib/domain/privacy/archive.ts';
import { failed, ok, type Result } from '#lib/domain/result.ts';
import type { StepUpService } from '#lib/server/accounts/step-up.service.ts';
import type { ThrottleService } from '#lib/server/accounts/throttle.service.ts';
import type { AuditService } from '#lib/server/audit/audit.service.ts';
import type { OwnLogService } from '#lib/server/audit/own-log.service.ts';
import type { Database, Read } from '#lib/server/db/client.ts';
import { isoTime, type PersonalSection } from '#lib/server/db/personal-section.ts';
import type { Clock } from '#lib/server/platform/clock.ts';
import { zipStream, type ZipEntry } from '#lib/server/platform/zip.ts';
import { exportsRepository } from './exports.repository.ts';

type OwnFile = {
	readonly id: string;
	readonly name: string;
	readonly type: string;
	readonly sizeBytes: number;
	readonly sha256: string;
	readonly state: 'open' | 'complete' | 'refused';
	readonly createdAtMs: number;
	readonly releasedAtMs: number | null;
	readonly claimNumber: string | null;
	readonly position: number | null;
	readonly inquiryReference: string | null;
	readonly isDocument: boolean;
};

export type DataArchive = { readonly name: string; readonly bytes: ReadableStream<Uint8Array> };

export type ExportService = ReturnType<typeof createExportService>;

/** A customer's copy of their data (Art. 15, 20 GDPR): one JSON file and their documents, as a ZIP. */
export function createExportService(parts: {
	readonly db: Database;
	readonly clock: Clock;
	readonly audit: Pick<AuditService, 'record'>;
	readonly throttle: Pick<ThrottleService, 'book' | 'refuse'>;
	readonly stepUp: Pick<StepUpService, 'ask'>;
	/** What each room holds of a person. */
	readonly sections: readonly PersonalSection[];
	readonly listFiles: (accountId: string) => Read<readonly OwnFile[]>;
	readonly fileStreams: {
		stream(file: { readonly id: string; readonly sizeBytes: number }): ReadableStream<Uint8Array>;
	};
	readonly ownLog: Pick<OwnLogService, 'collect'>;
	/** What the archive says about itself, in the reader's language. */
	readonly readMe: (language: Language) => { readonly name: string; readonly text: string };
}) {
	const { db, clock, audit, throttle } = parts;

	/** Everything as one JSON text, with the place of each file in the archive. */
	async function dataJson(actor: Actor, files: readonly OwnFile[]): Promise<Result<string>> {
		const log = await parts.ownLog.collect(actor);
		if (!log.ok) return log;
		const answers = await db.read(...parts.sections.map((section) => section.read(actor)));
		const data = {
			format: ARCHIVE_FORMAT,
			madeAt: isoTime(clock.nowMs()),
			...Object.fromEntries(parts.sections.map(({ name }, at) => [name, answers[at] ?? null])),
			files: files.map(({ createdAtMs, releasedAtMs, ...file }) => ({
				...file,
				createdAt: isoTime(createdAtMs),
				path: isOpen({ ...file, releasedAtMs }) ? archivePathOf({ ...file, createdAtMs }) : null
			})),
			log: log.value.entries.map(({ atMs, event, outcome, ip, userAgent }) => ({
				...{ event, outcome, ip, userAgent },
				at: isoTime(atMs)
			}))
		};
		return ok(JSON.stringify(data, null, '\t'));
	}

	return {
		/**
		 * Asks for a copy; `stepUp.confirm` opens the download. Fails with `portal/limit-reached` after
		 * five in a day (B2).
		 */
		async ask(actor: Actor, sessionId: string): Promise<Result<{ readonly id: string }>> {
			const permission = requirePermission(actor, 'account/manage-own');
			if (!permission.ok) return permission;
			const { accountId } = actor;
			const bounds = { scope: 'data/exports', key: accountId, limit: LIMITS.exports, accountId };
			const booked = await db.commitAndRead(
				[],
				[await throttle.book(bounds.scope, bounds.key, bounds.limit)]
			);
			if (!booked.ok) return booked;
			if (!booked.value[0]) return throttle.refuse(bounds);
			return parts.stepUp.ask(actor, sessionId, 'data/export', {});
		},

		/**
		 * The archive, three times at most within fifteen minutes of the proof, by the session that gave
		 * it. Fails with `privacy/export-ended`. Its bytes are read as they are taken.
		 */
		async open(
			actor: Actor,
			sessionId: string,
			id: string,
			language: Language
		): Promise<Result<DataArchive>> {
			const permission = requirePermission(actor, 'account/manage-own');
			if (!permission.ok) return permission;
			const { accountId } = actor;
			const nowMs = clock.nowMs();
			const booked = await db.commitAndRead(
				[
					exportsRepository.book(id, { accountId, sessionId }, nowMs),
					await audit.record({ event: 'data/exported', objectRef: 'account', accountId })
				],
				[parts.listFiles(accountId)]
			);
			if (!booked.ok) return failed('conflict', 'privacy/export-ended');
			const [files] = booked.value;
			const json = await dataJson(actor, files);
			if (!json.ok) return json;
			const readMe = parts.readMe(language);
			return ok({
				name: archiveNameOf(nowMs, language),
				bytes: zipStream([
					textEntry(readMe.name, readMe.text, nowMs),
					textEntry('data.json', json.value, nowMs),
					...files.filter(isOpen).map((file) => ({
						path: archivePathOf(file),
						changedAtMs: file.createdAtMs,
						open: () => parts.fileStreams.stream(file)
					}))
				])
			});
		}
	};
}

/** What is still in quarantine leaves it by no door (F5). */
const isOpen = ({ state, releasedAtMs }: Pick<OwnFile, 'state' | 'releasedAtMs'>) =>
	state === 'complete' && releasedAtMs !== null;

function textEntry(path: string, text: string, changedAtMs: number): ZipEntry {
	return { path, changedAtMs, open: () => new Blob([text]).stream() };
}
