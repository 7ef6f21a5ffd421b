// Where personal data lies, table by table: in what section of a customer's copy it comes, and how it
// goes. A test holds it against the schema: a table nobody thought about fails it (D10).

/** How the rows of a person go. */
export type ErasureWay =
	/** With the erasure of the account, in its batch. */
	| 'at-once'
	/** Emptied at once; the row goes with the last thing that points to it. */
	| 'emptied'
	/** Kept by law for a time; the retention job removes them. */
	| 'kept-by-law'
	/** Short-lived; the jobs of the minute and of the day remove them. */
	| 'own-deadline';

export type TableOfPeople = {
	/** Section of `data.json`; or why a copy leaves the table out. */
	readonly section: string | { readonly leftOut: string };
	readonly goes: ErasureWay | { readonly stays: string };
};

const HALF_OPEN = { leftOut: 'hashes and secrets of a step that lives for minutes' };
const STAFF = { leftOut: 'only about people who work here' };
const STAFF_STAYS = { stays: 'no customer has rows here; staff leave by another door' };

/** Every table with a person in it, however far away. */
export const TABLES_OF_PEOPLE: Readonly<Record<string, TableOfPeople>> = {
	people: { section: 'person', goes: 'kept-by-law' },
	person_names: {
		section: { leftOut: 'keyed hashes of the words of the name that the section person tells' },
		goes: 'kept-by-law'
	},
	accounts: { section: 'account', goes: 'emptied' },
	security_answers: { section: 'securityQuestions', goes: 'at-once' },
	recovery_codes: { section: 'recoveryCodes', goes: 'at-once' },
	mail_tokens: { section: 'mailLinks', goes: 'at-once' },
	enrolments: { section: HALF_OPEN, goes: 'at-once' },
	sign_in_challenges: { section: HALF_OPEN, goes: 'at-once' },
	pending_acts: { section: HALF_OPEN, goes: 'at-once' },
	sessions: { section: 'sessions', goes: 'at-once' },
	known_devices: { section: 'devices', goes: 'at-once' },
	passkeys: { section: 'passkeys', goes: 'at-once' },
	recovery_cases: { section: 'recoveryCases', goes: 'at-once' },
	kept_forms: { section: 'keptForms', goes: 'at-once' },
	shown_notices: { section: 'shownNotices', goes: 'at-once' },
	vault_escrows: { section: 'offlineDrafts', goes: 'at-once' },
	vault_devices: {
		section: { leftOut: 'random names, and words that must not be known before they are said' },
		goes: 'at-once'
	},
	vault_removals: {
		section: { leftOut: 'the word that makes devices wipe must not be known before' },
		goes: 'own-deadline'
	},
	draft_snapshots: { section: 'draftCopies', goes: 'at-once' },
	draft_parts: { section: 'draftCopies', goes: 'at-once' },
	draft_devices: { section: 'draftDevices', goes: 'at-once' },
	data_exports: { section: 'exports', goes: 'at-once' },
	legal_holds: { section: 'holds', goes: 'own-deadline' },
	contract_links: { section: 'contracts', goes: 'at-once' },
	contract_invitations: {
		section: { leftOut: 'hashes of codes that let somebody else see a contract, for two weeks' },
		goes: 'own-deadline'
	},
	contracts: { section: 'contracts', goes: 'kept-by-law' },
	bank_account_changes: { section: 'bankAccountChanges', goes: 'kept-by-law' },
	contract_requests: { section: 'contractRequests', goes: 'kept-by-law' },
	insured_persons: { section: 'contracts', goes: 'kept-by-law' },
	cover_uses: { section: 'contracts', goes: 'kept-by-law' },
	submissions: { section: 'submissions', goes: 'kept-by-law' },
	claims: { section: 'claims', goes: 'kept-by-law' },
	claim_co_insured: { section: 'claims', goes: 'kept-by-law' },
	claim_looks: { section: 'looks', goes: 'kept-by-law' },
	account_looks: { section: 'accountLooks', goes: 'kept-by-law' },
	released_claim_looks: { section: 'releasedClaimLooks', goes: 'kept-by-law' },
	claim_openings: { section: 'looks', goes: 'kept-by-law' },
	document_requests: { section: 'documentRequests', goes: 'kept-by-law' },
	advance_requests: { section: 'advanceRequests', goes: 'kept-by-law' },
	claim_reviews: { section: 'claimReviews', goes: 'kept-by-law' },
	// Notes about a person are theirs to read, though no page shows them (Art. 15 GDPR; BGH VI ZR 576/19).
	claim_notes: { section: 'claimNotes', goes: 'kept-by-law' },
	coverage_inquiries: { section: 'coverageInquiries', goes: 'kept-by-law' },
	coverage_inquiry_files: { section: 'files', goes: 'kept-by-law' },
	coverage_inquiry_looks: { section: 'coverageInquiryLooks', goes: 'kept-by-law' },
	insurability_proofs: { section: 'insurabilityProofs', goes: 'kept-by-law' },
	insurability_looks: { section: 'insurabilityLooks', goes: 'kept-by-law' },
	coverage_inquiry_returns: {
		section: {
			leftOut: 'looks of the section coverageInquiryLooks once more, as our list of them'
		},
		goes: 'kept-by-law'
	},
	payouts: { section: 'payouts', goes: 'kept-by-law' },
	payout_items: {
		section: { leftOut: 'the payment of the section payouts once more, as the bank got it' },
		goes: 'kept-by-law'
	},
	payout_runs: {
		section: { leftOut: 'sums and times of a file for the bank, and who of the staff made it' },
		goes: { stays: 'no customer has rows here; the payments in it go one by one' }
	},
	claim_files: { section: 'files', goes: 'kept-by-law' },
	documents: { section: 'documents', goes: 'kept-by-law' },
	conversations: { section: 'conversations', goes: 'kept-by-law' },
	message_files: { section: 'files', goes: 'kept-by-law' },
	messages: { section: 'messages', goes: 'kept-by-law' },
	information_facts: { section: 'informationFacts', goes: 'at-once' },
	marketing_consents: { section: 'consents', goes: 'at-once' },
	information_cards: {
		section: { leftOut: 'words for many, and who of the staff has written them' },
		goes: STAFF_STAYS
	},
	conversation_looks: { section: 'conversationLooks', goes: 'kept-by-law' },
	files: { section: 'files', goes: 'kept-by-law' },
	file_chunks: { section: 'files', goes: 'kept-by-law' },
	mail_outbox: { section: 'mails', goes: 'at-once' },
	push_subscriptions: { section: 'notices', goes: 'at-once' },
	audit_events: {
		section: 'log',
		goes: { stays: 'says what happened and names nobody; the log only grows (decision 0023)' }
	},
	audit_personal: { section: 'log', goes: 'own-deadline' },
	throttles: {
		section: { leftOut: 'keyed hashes of names and addresses that nobody can read back' },
		goes: 'own-deadline'
	},
	exchange_rates: { section: STAFF, goes: STAFF_STAYS },
	rate_proposals: { section: STAFF, goes: STAFF_STAYS },
	service_calls: {
		section: { leftOut: 'keys and digests of calls of the insurer’s own system' },
		goes: 'own-deadline'
	},
	service_tokens: { section: STAFF, goes: STAFF_STAYS },
	staff_changes: { section: STAFF, goes: STAFF_STAYS },
	staff_own_contracts: { section: STAFF, goes: STAFF_STAYS }
};

/** Tables without anybody in them, and why that is so. */
export const TABLES_OF_NOBODY: Readonly<Record<string, string>> = {
	audit_nodes: 'hashes of the sealed log',
	audit_checkpoints: 'hashes and signatures',
	audit_deliveries: 'sizes and times',
	job_runs: 'counts of rows by kind',
	job_states: 'times and counts of the last runs'
};
