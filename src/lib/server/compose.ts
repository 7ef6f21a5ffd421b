/** Builds everything one request needs. The only reader of bindings and secrets. */
import { createClient } from '@libsql/client/web';
import type { Origin } from '#lib/domain/audit/audit.ts';
import type { JobResult } from '#lib/domain/operations/jobs.ts';
import { OPERATOR } from '#lib/domain/operator.ts';
import { logOrigin } from '#lib/domain/audit/checkpoint.ts';
import { SECOND_MS } from '#lib/domain/calendar.ts';
import { createAccountsRepository } from './accounts/accounts.repository.ts';
import { accountRefOf } from './accounts/account-ref.ts';
import { createAccountActs } from './accounts/account-acts.ts';
import { accountSections } from './accounts/account-sections.repository.ts';
import { createAccountService } from './accounts/account.service.ts';
import { createCustomerSessionsService } from './accounts/customer-sessions.service.ts';
import { createKeptFormsService } from './accounts/kept-forms.service.ts';
import { createEmailChangeRepository } from './accounts/email-change.repository.ts';
import { createEmailChangeService } from './accounts/email-change.service.ts';
import { endSessionsOf } from './accounts/open-doors.ts';
import { createOverviewService } from './accounts/overview.service.ts';
import { createPasskeysService } from './accounts/passkeys.service.ts';
import { createPasswordPolicy } from './accounts/password-policy.ts';
import { createPasswordResetService } from './accounts/password-reset.service.ts';
import { createRecoveryCasesService } from './accounts/recovery-cases.service.ts';
import { createRecoveryDeskService } from './accounts/recovery-desk.service.ts';
import { createRecoveryLetterPrinter } from './accounts/recovery-letter-pdf.ts';
import { createRecoveryService } from './accounts/recovery.service.ts';
import { createEnrolmentService } from './accounts/enrolment.service.ts';
import { createRegistrationService } from './accounts/registration.service.ts';
import { createRegistrationMailsService } from './accounts/registration-mails.service.ts';
import { createRecipientsRepository } from './accounts/recipients.repository.ts';
import { createSessions } from './accounts/sessions.ts';
import { createMailLinksService } from './accounts/mail-links.service.ts';
import { createPasskeySignInService } from './accounts/passkey-sign-in.service.ts';
import { createAdmission } from './accounts/sign-in-admission.ts';
import { createSignInNotices } from './accounts/sign-in-notices.ts';
import { createSignInService } from './accounts/sign-in.service.ts';
import { createStepUpService } from './accounts/step-up.service.ts';
import { serviceTokensRepository } from './accounts/service-tokens.repository.ts';
import { createServiceTokensService } from './accounts/service-tokens.service.ts';
import { createThrottleService } from './accounts/throttle.service.ts';
import { createStaffOwnContractsRepository } from './accounts/staff-own-contracts.repository.ts';
import { createStaffOwnContractsService } from './accounts/staff-own-contracts.service.ts';
import { createStaffInvitationService } from './accounts/staff-invitation.service.ts';
import { createStaffService } from './accounts/staff.service.ts';
import { findTotpStep } from './accounts/totp.ts';
import { createVaultRepository } from './accounts/vault.repository.ts';
import { createVaultService } from './accounts/vault.service.ts';
import { lastSeenRepository } from './audit/last-seen.repository.ts';
import { createAuditService } from './audit/audit.service.ts';
import { createOwnLogService } from './audit/own-log.service.ts';
import { createSealingService } from './audit/sealing.service.ts';
import { claimSections } from './claims/claim-sections.repository.ts';
import { createAccessGuard } from './claims/access-guard.ts';
import { createAccessRepository } from './claims/access.repository.ts';
import { accountLooksRepository } from './claims/account-looks.repository.ts';
import { automaticRepository } from './claims/automatic.repository.ts';
import { createAutomaticService } from './claims/automatic.service.ts';
import { createAssignmentsRepository } from './claims/assignments.repository.ts';
import { createAssignmentsService } from './claims/assignments.service.ts';
import { createClaimFeedRepository } from './claims/claim-feed.repository.ts';
import { createClaimFeedService } from './claims/claim-feed.service.ts';
import { createClaimsRepository } from './claims/claims.repository.ts';
import { createClaimsService } from './claims/claims.service.ts';
import { coverRepository } from './claims/cover.repository.ts';
import { createDecisionsRepository } from './claims/decisions.repository.ts';
import { createDecisionsService } from './claims/decisions.service.ts';
import { createCapturesService } from './claims/captures.service.ts';
import { postClaimsRepository } from './claims/post-claims.repository.ts';
import { createPostedDocumentsService } from './claims/posted-documents.service.ts';
import { createPostedLettersService } from './claims/posted-letters.service.ts';
import { createCaseNotesService } from './claims/case-notes.service.ts';
import { createCorrectionsService } from './claims/corrections.service.ts';
import { createDecisionWrites } from './claims/decision-writes.ts';
import { createInquiriesRepository } from './claims/inquiries.repository.ts';
import { createInquiriesService } from './claims/inquiries.service.ts';
import { createInquiryDeskRepository } from './claims/inquiry-desk.repository.ts';
import { createInquiryReturnsRepository } from './claims/inquiry-returns.repository.ts';
import { createInquiryDeskService } from './claims/inquiry-desk.service.ts';
import { documentRemindersRepository } from './claims/document-reminders.repository.ts';
import { createDocumentRemindersService } from './claims/document-reminders.service.ts';
import { interimNoticesRepository } from './claims/interim-notices.repository.ts';
import { createInterimNoticesService } from './claims/interim-notices.service.ts';
import { createNotesRepository } from './claims/notes.repository.ts';
import { createObjectionsService } from './claims/objections.service.ts';
import { releasedClaimsRepository } from './claims/released-claims.repository.ts';
import { createReleasedClaimsService } from './claims/released-claims.service.ts';
import { createReviewsRepository } from './claims/reviews.repository.ts';
import { createDeskRepository } from './claims/desk.repository.ts';
import { createDeskService } from './claims/desk.service.ts';
import { createAdvanceAnswers } from './claims/advance-answers.ts';
import { createAdvanceDeskService } from './claims/advance-desk.service.ts';
import { createAdvancesService } from './claims/advances.service.ts';
import { advancesRepository as advances } from './claims/advances.repository.ts';
import { createAnswersService } from './claims/answers.service.ts';
import { createDocumentRequestsRepository } from './claims/document-requests.repository.ts';
import { createDocumentRequestsService } from './claims/document-requests.service.ts';
import { exchangeRatesRepository } from './claims/exchange-rates.repository.ts';
import { createExchangeRatesService } from './claims/exchange-rates.service.ts';
import { createFiguresRepository } from './claims/figures.repository.ts';
import { createFiguresService } from './claims/figures.service.ts';
import { createOpeningsService } from './claims/openings.service.ts';
import { createPaymentConfirmationsRepository } from './claims/payment-confirmations.repository.ts';
import { createPayoutRunsRepository } from './claims/payout-runs.repository.ts';
import { createPayoutRunsService } from './claims/payout-runs.service.ts';
import { createPayoutsRepository } from './claims/payouts.repository.ts';
import { createPayoutsService } from './claims/payouts.service.ts';
import { createQueueRepository } from './claims/queue.repository.ts';
import { createDraftSnapshotsService } from './claims/draft-snapshots.service.ts';
import { staffNumberOf } from './claims/staff-number.ts';
import { createSubmissionsRepository } from './claims/submissions.repository.ts';
import { createSubmissionsService } from './claims/submissions.service.ts';
import { createAccountChangeStop } from './contracts/account-change-stop.ts';
import { contractSections } from './contracts/contract-sections.repository.ts';
import { createAccountChangesRepository } from './contracts/account-changes.repository.ts';
import { createAccountChangesService } from './contracts/account-changes.service.ts';
import { createContractActs } from './contracts/contract-acts.ts';
import { contractFeedRepository } from './contracts/contract-feed.repository.ts';
import { createContractFeedService } from './contracts/contract-feed.service.ts';
import {
	createContractLookupRepository,
	FOUND_CONTRACTS
} from './contracts/contract-lookup.repository.ts';
import { contractSharesRepository } from './contracts/contract-shares.repository.ts';
import { createContractSharesService } from './contracts/contract-shares.service.ts';
import { createRequestsRepository } from './contracts/requests.repository.ts';
import { createRequestsService } from './contracts/requests.service.ts';
import { createProofDeskRepository } from './contracts/proof-desk.repository.ts';
import { createProofDeskService } from './contracts/proof-desk.service.ts';
import { createProofsRepository } from './contracts/proofs.repository.ts';
import { createProofsService } from './contracts/proofs.service.ts';
import { createContractsRepository } from './contracts/contracts.repository.ts';
import { contractImportsRepository } from './contracts/contract-imports.repository.ts';
import { createContractImportsService } from './contracts/contract-imports.service.ts';
import { createContractsService } from './contracts/contracts.service.ts';
import { timedFetch } from './db/timed-fetch.ts';
import { joinWrites, openDatabase } from './db/client.ts';
import { createConfirmationPrinter } from './documents/confirmation-pdf.ts';
import { documentSections, listOwnFiles } from './documents/document-sections.repository.ts';
import { createDocumentsRepository } from './documents/documents.repository.ts';
import { createDocumentsService } from './documents/documents.service.ts';
import { createFilesRepository } from './documents/files.repository.ts';
import { createFilesService } from './documents/files.service.ts';
import { createInspectionService } from './documents/inspection.service.ts';
import { createInspectionsRepository } from './documents/inspections.repository.ts';
import { createReceivedFiles } from './documents/received-files.ts';
import { createStatementPrinter } from './documents/statement-pdf.ts';
import { createUploadsRepository } from './documents/uploads.repository.ts';
import { createUploadsService } from './documents/uploads.service.ts';
import { jobStatesRepository } from './jobs/job-states.repository.ts';
import { createOperationsService } from './jobs/operations.service.ts';
import { createRewrapKeys } from './jobs/rewrap-keys.ts';
import { mailSections } from './messages/mail-sections.repository.ts';
import { createMailsRepository } from './messages/mails.repository.ts';
import { createConversationsRepository } from './messages/conversations.repository.ts';
import { createConversationsService } from './messages/conversations.service.ts';
import { informationRepository } from './messages/information.repository.ts';
import { createInformationService } from './messages/information.service.ts';
import { informationSections } from './messages/information-sections.repository.ts';
import { createInboxRepository } from './messages/inbox.repository.ts';
import { createInboxService } from './messages/inbox.service.ts';
import { createMailboxService } from './messages/mailbox.service.ts';
import { messageSections } from './messages/message-sections.repository.ts';
import { createOutboxService } from './messages/outbox.service.ts';
import { createPushRepository } from './messages/push.repository.ts';
import { createPushService } from './messages/push.service.ts';
import { mailText } from './messages/mail-texts.ts';
import { createErasureRepository } from './privacy/erasure.repository.ts';
import { createErasureService } from './privacy/erasure.service.ts';
import { createExportService } from './privacy/export.service.ts';
import { privacySections } from './privacy/exports.repository.ts';
import { createHoldsRepository } from './privacy/holds.repository.ts';
import { createHoldsService } from './privacy/holds.service.ts';
import { createPrivacyActs } from './privacy/privacy-acts.ts';
import { archiveReadMe } from './privacy/read-me.ts';
import { createRetentionService } from './privacy/retention.service.ts';
import { createAuditSignature } from './platform/audit-signature.ts';
import { normaliseIban } from './platform/bank.ts';
import { createCheckpointSink } from './platform/checkpoint-sink.ts';
import { createCipher } from './platform/cipher.ts';
import { SYSTEM_CLOCK } from './platform/clock.ts';
import type { Configuration } from './platform/configuration.ts';
import { fetchEcbFile } from './platform/exchange-rates.ts';
import { BANK_LIST_PATH, createGermanBanks } from './platform/german-banks.ts';
import { SYSTEM_IDS } from './platform/ids.ts';
import { sendPush } from './platform/push.ts';
import { publicSenderKey } from './platform/push-message.ts';
import { createReceiptSignature } from './platform/receipt-signature.ts';
import { sendMail } from './platform/mail.ts';
import { PASSWORD_LIST_PATH } from './platform/password-list.ts';
import { createPasswords } from './platform/passwords.ts';
import { normalisePhone } from './platform/phone.ts';
import { scanFile } from './platform/scanner.ts';

/** What the platform lends a request: static files (fonts of PDFs) and work after the answer. */
export type Lent = {
	readonly fetchAsset: (path: string) => Promise<Uint8Array>;
	readonly afterAnswer: (work: Promise<unknown>) => void;
	/** As `afterAnswer`, for what must not even begin before. */
	readonly onceAnswered: (begin: () => Promise<unknown>) => void;
	/** Where this request came in: a passkey is good for one of our hosts (Z8). The portal's without it. */
	readonly siteOrigin?: string;
	/** Stands in for `fetch` on the way to the database, for tests that count round trips. */
	readonly fetchDatabase?: typeof fetch;
};

/** A second hash blocks the isolate: begun at once, it would hold up the answer and tell by its time. */
const WELL_AFTER_ANSWER_MS = SECOND_MS;
const pause = (forMs: number) => new Promise<void>((resolve) => setTimeout(resolve, forMs));

export type Services = ReturnType<typeof composeServices>;

export function composeServices(configuration: Configuration, origin: Origin, lent: Lent) {
	const clock = SYSTEM_CLOCK;
	const ids = SYSTEM_IDS;
	const client = createClient({
		url: configuration.database.url,
		authToken: configuration.database.token,
		fetch: timedFetch(lent.fetchDatabase ?? fetch)
	});
	const db = openDatabase(client);
	const cipher = createCipher(configuration.keys, ids.randomBytes);
	const passwords = createPasswords(configuration.keys, ids.randomBytes);
	const passwordPolicy = createPasswordPolicy({
		fetchList: () => lent.fetchAsset(PASSWORD_LIST_PATH)
	});
	const auditSignature = createAuditSignature(configuration.keys);
	const audit = createAuditService({ db, clock, ids, auditSignature, origin });
	const mails = createMailsRepository(cipher);
	const outbox = createOutboxService({
		db,
		clock,
		mails,
		send: (mail) =>
			sendMail(configuration.smtp, {
				to: mail.to,
				from: configuration.smtp.from,
				...mailText(mail, configuration.origin, configuration.staffOrigin)
			})
	});
	const throttle = createThrottleService({ db, cipher, clock, audit, origin });
	const { pushKey } = configuration;
	const push = createPushService({
		...{ db, clock, audit, throttle, push: createPushRepository(cipher) },
		door: pushKey && {
			publicKey: publicSenderKey(pushKey),
			send: (subscription) =>
				sendPush({ key: pushKey, contact: configuration.origin }, subscription, { clock, ids })
		}
	});
	/** What acts have put into the outbox, and the devices they have marked. */
	const sendNotices = () => Promise.all([outbox.sendDue(), push.sendDue()]);
	const sessions = createSessions({
		...{ db, cipher, clock, ids, origin, audit },
		staffNeedPasskey: configuration.staffNeedPasskey
	});
	const contracts = createContractsRepository(cipher);
	const accountChanges = createAccountChangesRepository(cipher);
	const claims = createClaimsRepository(cipher);
	const documents = createDocumentsRepository(cipher);
	const conversations = createConversationsRepository(cipher);
	const submissions = createSubmissionsRepository(cipher);
	const files = createFilesRepository(cipher, ids.randomBytes);
	const uploads = createUploadsRepository(cipher, ids.randomBytes);
	const fileStreams = createFilesService({ db, files });
	const desk = createDeskRepository(cipher);
	const ownContracts = createStaffOwnContractsRepository(cipher);
	const decisions = createDecisionsRepository(cipher);
	const receiptSignature = createReceiptSignature(configuration.keys);
	const access = createAccessRepository(cipher);
	const requests = createDocumentRequestsRepository();
	const figures = createFiguresRepository(cipher);
	const reviews = createReviewsRepository(cipher);
	const notes = createNotesRepository(cipher);
	const inquiryReturns = createInquiryReturnsRepository(cipher);
	const accessGuard = createAccessGuard({ db, audit });
	const assignments = createAssignmentsRepository(cipher);
	const payouts = createPayoutsRepository(cipher);
	const payoutRuns = createPayoutRunsRepository(cipher);
	const rates = exchangeRatesRepository;
	const { ratesUrl } = configuration;
	const changeStop = createAccountChangeStop({
		audit,
		clock,
		ids,
		mails,
		documents,
		accountChanges
	});
	const room = { db, cipher, clock, ids, audit, mails, throttle, changeStop };
	const accounts = createAccountsRepository(cipher);
	const erasure = createErasureRepository(cipher);
	const notices = createSignInNotices({ ...room, accounts, origin });
	/** What is put into the outbox after the answer also leaves it. */
	const afterAnswer = (work: Promise<unknown>) => lent.afterAnswer(work.then(sendNotices));
	const recipients = createRecipientsRepository(cipher);
	const { scanner } = configuration;
	const proofs = createProofsRepository(cipher);
	const inspection = createInspectionService({
		...room,
		inspections: createInspectionsRepository(cipher, ids.randomBytes),
		fileStreams,
		recipients,
		requests: {
			reopenOfRefusedFile: (fileId) =>
				joinWrites(requests.reopenOfRefusedFile(fileId), proofs.reopenOfRefusedFile(fileId))
		},
		scan: scanner && ((bytes) => scanFile(scanner, bytes))
	});
	/** A file that has come in whole is looked through after the answer. */
	const onComplete = (fileId: string) => lent.onceAnswered(() => inspection.inspect(fileId));
	const receivedFiles = createReceivedFiles(cipher, ids.randomBytes);
	const admit = createAdmission({ ...room, sessions, notices, origin });
	const recoveryRoom = { ...room, passwords, origin, operator: OPERATOR, notices, afterAnswer };
	const relyingParty = {
		origin: lent.siteOrigin ?? configuration.origin,
		name: OPERATOR.portalName
	};
	const stepUp = createStepUpService({
		...room,
		passwords,
		sessions,
		relyingParty,
		acts: {
			...createAccountActs({ ...room, passwords, relyingParty }),
			...createPrivacyActs({ ...room, erasure }),
			...createContractActs({ ...room, documents, accountChanges })
		}
	});
	const loadFonts = async () => {
		const [regular, bold] = await Promise.all([
			lent.fetchAsset('/fonts/noto-sans-regular.ttf'),
			lent.fetchAsset('/fonts/noto-sans-bold.ttf')
		]);
		return { regular, bold };
	};
	const findBank = createGermanBanks({ fetchList: () => lent.fetchAsset(BANK_LIST_PATH), clock });
	const ownLog = createOwnLogService({ db, auditSignature });
	const postRoom = {
		...{ recipients, receivedFiles, onComplete, ownContracts },
		postClaims: postClaimsRepository,
		lookup: createContractLookupRepository(cipher)
	};
	const advanceAnswers = createAdvanceAnswers({ ids, mails, documents, advances });
	const decisionParts = {
		...{ ...room, payouts, advances, documents, files, operator: OPERATOR },
		cover: coverRepository,
		printStatement: createStatementPrinter(loadFonts)
	};
	const decisionWrites = createDecisionWrites(decisionParts);
	return {
		sessions,
		stepUp,
		erasure: createErasureService({
			...room,
			erasure,
			stepUp,
			vault: createVaultRepository(cipher),
			endSessions: endSessionsOf,
			emailLinks: createEmailChangeRepository(cipher)
		}),
		dataExport: createExportService({
			...room,
			stepUp,
			sections: [
				...accountSections(cipher),
				...contractSections(cipher),
				...claimSections(cipher),
				...documentSections(cipher),
				...mailSections(cipher),
				...messageSections(cipher),
				...informationSections,
				...privacySections
			],
			listFiles: listOwnFiles(cipher, ids.randomBytes),
			fileStreams,
			ownLog,
			readMe: archiveReadMe
		}),
		holds: createHoldsService({ ...room, holds: createHoldsRepository(cipher) }),
		retention: createRetentionService(room),
		account: createAccountService({ ...room, passwords, passwordPolicy, normalisePhone, stepUp }),
		passkeys: createPasskeysService({ ...room, stepUp }),
		emailChange: createEmailChangeService(room),
		audit,
		ownLog,
		sealing: createSealingService({
			...{ db, clock, auditSignature },
			logName: logOrigin(configuration.origin),
			sink: configuration.auditSink && createCheckpointSink(configuration.auditSink)
		}),
		outbox,
		push,
		registration: createRegistrationService({
			...room,
			passwords,
			passwordPolicy,
			normalisePhone
		}),
		enrolment: createEnrolmentService({ ...room, passwords }),
		registrationMails: createRegistrationMailsService({ ...room, afterAnswer }),
		signIn: createSignInService({
			...room,
			passwords,
			sessions,
			admit,
			staffNeedPasskey: configuration.staffNeedPasskey,
			notices,
			findTotpStep,
			afterAnswer,
			later: (work) => lent.afterAnswer(pause(WELL_AFTER_ANSWER_MS).then(work))
		}),
		passkeySignIn: createPasskeySignInService({ ...room, admit, relyingParty }),
		mailLinks: createMailLinksService(room),
		passwordReset: createPasswordResetService({ ...room, passwords, passwordPolicy, origin }),
		recovery: createRecoveryService(recoveryRoom),
		recoveryCases: createRecoveryCasesService(recoveryRoom),
		recoveryDesk: createRecoveryDeskService({
			...room,
			operator: OPERATOR,
			printLetter: createRecoveryLetterPrinter(loadFonts)
		}),
		staff: createStaffService({ ...room, passwords }),
		staffInvitations: createStaffInvitationService({
			...room,
			passwords,
			passwordPolicy,
			relyingParty
		}),
		customerSessions: createCustomerSessionsService(room),
		staffNeedPasskey: configuration.staffNeedPasskey,
		staffOwnContracts: createStaffOwnContractsService({ ...room, ownContracts }),
		contracts: createContractsService({
			...{ ...room, documents },
			...{ readers: recipients, handedIn: claims }
		}),
		contractShares: createContractSharesService({
			...{ ...room, contracts, documents, shares: contractSharesRepository },
			representatives: recipients
		}),
		requests: createRequestsService({
			...{ ...room, documents, contracts },
			requests: createRequestsRepository(cipher),
			readers: recipients
		}),
		proofs: createProofsService({
			...{ ...room, contracts, documents, proofs, staffNumberOf },
			...{ receivedFiles, onComplete }
		}),
		proofDesk: createProofDeskService({
			...{ ...room, files, fileStreams },
			proofDesk: createProofDeskRepository(cipher),
			lookup: createContractLookupRepository(cipher),
			provers: recipients
		}),
		accountChanges: createAccountChangesService({
			...room,
			...{ stepUp, documents, contracts, accountChanges },
			readers: recipients,
			emailLinks: createEmailChangeRepository(cipher),
			normaliseIban,
			findBank,
			operator: OPERATOR
		}),
		overview: createOverviewService({
			db,
			clock,
			claims,
			documents,
			conversations,
			contracts,
			proofs,
			information: informationRepository,
			lastSeen: lastSeenRepository
		}),
		claims: createClaimsService({
			...{ db, clock, claims, files, documents, access, payouts, requests, figures },
			accountLooks: accountLooksRepository,
			released: releasedClaimsRepository,
			...{ contracts, reviews, advances }
		}),
		releasedClaims: createReleasedClaimsService({
			...{ ...room, claims, contracts, documents },
			released: releasedClaimsRepository
		}),
		documents: createDocumentsService({
			...{ ...room, documents, files, fileStreams, payouts, reviews },
			conversations,
			printConfirmation: createConfirmationPrinter(loadFonts)
		}),
		information: createInformationService({ ...room, information: informationRepository }),
		mailbox: createMailboxService({ db, clock, documents, conversations }),
		conversations: createConversationsService({
			...{ ...room, conversations, documents, claims, contracts },
			...{ staffNumberOf, receivedFiles, files, fileStreams, onComplete }
		}),
		inbox: createInboxService({
			...{ ...room, conversations, recipients, assignments, staffNumberOf },
			...{ receivedFiles, files, fileStreams, onComplete },
			inbox: createInboxRepository(cipher)
		}),
		submissions: createSubmissionsService({
			...room,
			submissions,
			claims,
			contracts,
			uploads,
			documents,
			recipients,
			receiptSignature,
			isIban: (text) => normaliseIban(text) !== null
		}),
		captures: createCapturesService({
			...{ ...room, ...postRoom, submissions, claims, documents },
			...{ receiptSignature, contracts, foundAtMost: FOUND_CONTRACTS }
		}),
		postedLetters: createPostedLettersService({ ...room, ...postRoom, conversations, requests }),
		postedDocuments: createPostedDocumentsService({ ...room, ...postRoom, requests }),
		draftSnapshots: createDraftSnapshotsService({
			...room,
			recipients
		}),
		inspection,
		uploads: createUploadsService({
			...{ ...room, submissions, uploads },
			onComplete
		}),
		desk: createDeskService({
			...room,
			queue: createQueueRepository(cipher),
			ownContracts,
			...{ access, accessGuard, assignments, requests, reviews, notes, advances, payouts },
			accountLooks: accountLooksRepository,
			desk,
			decisions,
			cover: coverRepository,
			rates,
			files,
			fileStreams
		}),
		documentRequests: createDocumentRequestsService({
			...{ ...room, desk, accessGuard, ownContracts, requests }
		}),
		interimNotices: createInterimNoticesService({
			...{ ...room, documents, recipients },
			interimNotices: interimNoticesRepository
		}),
		documentReminders: createDocumentRemindersService({
			...{ ...room, documents, recipients, requests },
			documentReminders: documentRemindersRepository
		}),
		answers: createAnswersService({ ...room, receivedFiles, onComplete, requests, documents }),
		objections: createObjectionsService({
			...room,
			...{ receivedFiles, onComplete },
			claims,
			reviews,
			...{ recipients, documents }
		}),
		advances: createAdvancesService({ ...room, claims, desk, requests, recipients, advances }),
		advanceDesk: createAdvanceDeskService({
			...{ ...room, desk, accessGuard, ownContracts, requests, rates },
			...{ advances, advanceAnswers, payouts, cover: coverRepository }
		}),
		caseNotes: createCaseNotesService({
			...{ ...room, desk, accessGuard, ownContracts, notes, reviews, assignments }
		}),
		corrections: createCorrectionsService({
			...{ ...room, desk, accessGuard, ownContracts, decisions, reviews },
			...{ cover: coverRepository, decisionWrites }
		}),
		automatic: createAutomaticService({
			...{ ...room, desk, rates, decisions, decisionWrites },
			isOn: configuration.approvesByRules,
			automatic: automaticRepository,
			cover: coverRepository
		}),
		inquiries: createInquiriesService({
			...{ ...room, documents, contracts, recipients, rates },
			...{ receivedFiles, files, fileStreams, onComplete },
			inquiries: createInquiriesRepository(cipher)
		}),
		inquiryDesk: createInquiryDeskService({
			...{ ...room, documents, recipients, files, fileStreams },
			inquiryDesk: createInquiryDeskRepository(cipher),
			inquiryReturns
		}),
		exchangeRates: createExchangeRatesService({
			...room,
			rates,
			fetchQuoted: ratesUrl === null ? null : () => fetchEcbFile(ratesUrl)
		}),
		assignments: createAssignmentsService({ ...room, assignments, access }),
		openings: createOpeningsService({ ...room, access, assignments, inquiryReturns }),
		figures: createFiguresService({ ...room, figures }),
		payouts: createPayoutsService({
			...{ ...room, payouts, payoutRuns, assignments, advances, advanceAnswers },
			accountLooks: accountLooksRepository
		}),
		payoutRuns: createPayoutRunsService({
			...{ ...room, payouts, payoutRuns, documents, operator: OPERATOR },
			confirmations: createPaymentConfirmationsRepository(cipher)
		}),
		decisions: createDecisionsService({
			...decisionParts,
			...{ ownContracts, accessGuard, requests, rates, desk, decisions }
		}),
		serviceTokens: createServiceTokensService({ ...room, tokens: serviceTokensRepository }),
		contractFeed: createContractFeedService({
			...{ ...room, contracts, findBank, feed: contractFeedRepository }
		}),
		claimFeed: createClaimFeedService({
			...{ db, clock, audit, claimFeed: createClaimFeedRepository(cipher) }
		}),
		contractImports: createContractImportsService({
			...room,
			newCipher: () => createCipher(configuration.keys, ids.randomBytes),
			contractsOf: createContractsRepository,
			findBank,
			imports: contractImportsRepository
		}),
		operations: createOperationsService({
			...{ ...room, jobStates: jobStatesRepository },
			jobsOff: [
				...(configuration.approvesByRules ? [] : (['decide-by-rules'] as const)),
				...(ratesUrl === null ? (['exchange-rates'] as const) : [])
			]
		}),
		/** What a minute's jobs did, for the page of operations. */
		noteJobs: (results: readonly JobResult[]) => db.commit(jobStatesRepository.note(results)),
		receiptKeys: () => receiptSignature.publicKeys(),
		vault: createVaultService({ ...room, operator: OPERATOR }),
		keptForms: createKeptFormsService(room),
		accountRefOf,
		recordRefusedValue: async (accountId: string | null, objectRef: string) =>
			db.commit(
				await audit.record({
					event: 'data/integrity-failed',
					outcome: 'failure',
					objectRef,
					accountId
				})
			),
		rewrapKeys: createRewrapKeys({
			db,
			clock,
			newCipher: () => createCipher(configuration.keys, ids.randomBytes)
		}),
		/** Mails go out after the answer: a slow mail server delays nobody, and timing tells nothing. */
		sendMailsAfterAnswer: () => lent.afterAnswer(sendNotices()),
		isDatabaseReachable: async () => {
			await client.execute('select 1');
			return true;
		}
	};
}
