import { createHash, randomUUID } from 'node:crypto';
import type { Actor } from '#lib/domain/actor.ts';
import type { CalendarDate } from '#lib/domain/calendar.ts';
import type { ClaimState } from '#lib/domain/claims/claim.ts';
import { accountSections } from '#lib/server/accounts/account-sections.repository.ts';
import { createVaultRepository } from '#lib/server/accounts/vault.repository.ts';
import type { StepUpService } from '#lib/server/accounts/step-up.service.ts';
import { createOwnLogService } from '#lib/server/audit/own-log.service.ts';
import { claimSections } from '#lib/server/claims/claim-sections.repository.ts';
import { contractSections } from '#lib/server/contracts/contract-sections.repository.ts';
import { createContractsRepository } from '#lib/server/contracts/contracts.repository.ts';
import { insertPerson } from '#lib/server/db/people.ts';
import type { PersonalSection } from '#lib/server/db/personal-section.ts';
import {
	documentSections,
	listOwnFiles
} from '#lib/server/documents/document-sections.repository.ts';
import { createDocumentsRepository } from '#lib/server/documents/documents.repository.ts';
import { createFilesRepository } from '#lib/server/documents/files.repository.ts';
import { createFilesService } from '#lib/server/documents/files.service.ts';
import { mailSections } from '#lib/server/messages/mail-sections.repository.ts';
import { messageSections } from '#lib/server/messages/message-sections.repository.ts';
import { informationSections } from '#lib/server/messages/information-sections.repository.ts';
import type { Cipher } from '#lib/server/platform/cipher.ts';
import { createErasureRepository } from '#lib/server/privacy/erasure.repository.ts';
import { createEmailChangeRepository } from '#lib/server/accounts/email-change.repository.ts';
import { endSessionsOf } from '#lib/server/accounts/open-doors.ts';
import { createErasureService } from '#lib/server/privacy/erasure.service.ts';
import { createExportService } from '#lib/server/privacy/export.service.ts';
import { privacySections } from '#lib/server/privacy/exports.repository.ts';
import { createPrivacyActs } from '#lib/server/privacy/privacy-acts.ts';
import { createRetentionService } from '#lib/server/privacy/retention.service.ts';
import { addAccount } from '../integration/decisions/desk-world.ts';
import type { accountRooms } from './accounts.ts';
import { claimRooms, readySubmission } from './claims.ts';
import type { TestDatabase } from './database.ts';

type Rooms = ReturnType<typeof accountRooms>;

export const personalSections = (cipher: Cipher): readonly PersonalSection[] => [
	...accountSections(cipher),
	...contractSections(cipher),
	...claimSections(cipher),
	...documentSections(cipher),
	...mailSections(cipher),
	...messageSections(cipher),
	...informationSections,
	...privacySections
];

export const privacyActs = (rooms: Rooms) =>
	createPrivacyActs({ ...rooms, erasure: createErasureRepository(rooms.cipher) });

/** The privacy room of one request, as compose builds it. */
export function privacyRooms(it: TestDatabase, rooms: Rooms, stepUp: StepUpService) {
	const erasure = createErasureRepository(rooms.cipher);
	return {
		erasure: createErasureService({
			...rooms,
			erasure,
			stepUp,
			vault: createVaultRepository(rooms.cipher),
			endSessions: endSessionsOf,
			emailLinks: createEmailChangeRepository(rooms.cipher)
		}),
		dataExport: createExportService({
			...rooms,
			stepUp,
			sections: personalSections(rooms.cipher),
			listFiles: listOwnFiles(rooms.cipher, rooms.ids.randomBytes),
			fileStreams: createFilesService({
				db: rooms.db,
				files: createFilesRepository(rooms.cipher, rooms.ids.randomBytes)
			}),
			ownLog: createOwnLogService({ db: rooms.db, auditSignature: it.auditSignature }),
			readMe: (language) => ({ name: 'read-me.txt', text: `read me in ${language}` })
		})
	};
}

export const retentionOf = (it: TestDatabase) => createRetentionService(it);

/** Runs the jobs of a minute until they find nothing more; answers what the day's run noted. */
export async function runRetention(it: TestDatabase): Promise<Record<string, number>> {
	await retentionOf(it).runToday();
	const { rows } = await it.client.execute(
		'select removed, finished_at_ms from job_runs order by day desc limit 1'
	);
	if (rows[0]?.['finished_at_ms'] === null) return runRetention(it);
	return JSON.parse(String(rows[0]?.['removed'])) as Record<string, number>;
}

/** A contract of somebody else that the account has linked, with its policyholder insured. */
export async function linkContract(it: TestDatabase, accountId: string, endsOn: string | null) {
	const [id, personId] = [randomUUID(), randomUUID()];
	const done = await it.db.commit(
		await insertPerson(it.cipher, {
			id: personId,
			profile: {
				firstName: 'Ida',
				lastName: 'Berg',
				dateOfBirth: '2001-02-03' as CalendarDate
			},
			nowMs: it.clock.nowMs()
		}),
		await createContractsRepository(it.cipher).insert(
			{
				id,
				policyNumber: `MA-${id}`,
				policyholderId: personId,
				bankAccount: {
					holder: 'Ida Berg',
					iban: 'DE89370400440532013000',
					bic: null,
					bankName: null
				},
				plan: 'Care Student',
				startsOn: '2026-02-01' as CalendarDate,
				endsOn: endsOn as CalendarDate | null,
				currency: 'EUR',
				deductibleMinor: 12_000,
				maximumMinor: null,
				activationHash: null
			},
			[personId]
		)
	);
	if (!done.ok) throw new Error(done.error.code);
	await it.client.execute({
		sql: 'insert into contract_links (account_id, contract_id, linked_at_ms) values (?, ?, ?)',
		args: [accountId, id, it.clock.nowMs()]
	});
	return { contractId: id, insuredPersonId: personId };
}

/** Rules approve, one clerk a database does the rest. */
async function deciderOf(it: TestDatabase, state: ClaimState): Promise<string | null> {
	if (state === 'approved') return null;
	const { rows } = await it.client.execute("select id from accounts where role = 'clerk' limit 1");
	const known = rows[0]?.['id'];
	return known ? String(known) : (await addAccount(it, 'clerk', 'Deciding')).accountId;
}

/** A claim with two receipts, its confirmation and a PDF in the mailbox; decided when a state is given. */
export async function insertClaim(
	it: TestDatabase,
	actor: Actor,
	contract: { readonly contractId: string; readonly insuredPersonId: string },
	decided: { readonly state: ClaimState; readonly atMs: number } | null = null
): Promise<{ readonly claimId: string }> {
	const customer = { ...actor, ...contract };
	const { id } = await readySubmission(it, customer);
	const rooms = await claimRooms(it, customer);
	const done = await rooms.submissions.commit(customer, id);
	if (!done.ok) throw new Error(JSON.stringify(done.error));
	const { rows } = await it.client.execute({
		sql: 'select id from claims where submission_id = ?',
		args: [id]
	});
	const claimId = String(rows[0]?.['id']);
	if (decided === null) return { claimId };
	await it.client.execute({
		sql: 'update claims set state = ?, decided_at_ms = ?, decided_by = ?, checked_by_rules_at_ms = 1 where id = ?',
		args: [decided.state, decided.atMs, await deciderOf(it, decided.state), claimId]
	});
	await it.client.execute({
		sql: `insert into cover_uses (claim_id, insured_person_id, year_starts_on, contract_id, deductible_minor, paid_minor)
			select id, insured_person_id, '2026-01-01', contract_id, 500, 0 from claims where id = ?`,
		args: [claimId]
	});
	const { cipher } = await cipherOf(it, actor);
	const [fileId, nowMs] = [randomUUID(), it.clock.nowMs()];
	const bytes = new TextEncoder().encode(`%PDF-1.7 ${createHash('sha256').digest('hex')}`);
	const kept = await it.db.commit(
		await createFilesRepository(cipher, it.ids.randomBytes).insertWhole({
			id: fileId,
			...actor,
			name: 'abrechnung.pdf',
			type: 'application/pdf',
			bytes,
			nowMs
		}),
		await createDocumentsRepository(cipher).insert({
			id: randomUUID(),
			accountId: actor.accountId,
			personId: actor.personId,
			claimId,
			createdAtMs: nowMs,
			pdfFileId: fileId,
			content: {
				kind: 'receipt-confirmation',
				claimNumber: 'S-1',
				receivedAtMs: nowMs,
				manifestHash: 'a'.repeat(64),
				files: []
			}
		})
	);
	if (!kept.ok) throw new Error(kept.error.code);
	return { claimId };
}

/** A request's cipher that knows the person's key. */
export async function cipherOf(it: TestDatabase, { personId }: Pick<Actor, 'personId'>) {
	const cipher = it.newCipher();
	const { rows } = await it.client.execute({
		sql: 'select wrapped_key, root_version from people where id = ?',
		args: [personId]
	});
	await cipher.learn(personId, {
		wrappedKey: new Uint8Array(rows[0]?.['wrapped_key'] as ArrayBuffer),
		rootVersion: Number(rows[0]?.['root_version'])
	});
	return { cipher };
}
