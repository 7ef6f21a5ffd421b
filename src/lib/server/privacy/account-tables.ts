import type { SQLiteColumn, SQLiteTable } from 'drizzle-orm/sqlite-core';
import {
	enrolments,
	keptForms,
	knownDevices,
	mailTokens,
	passkeys,
	pendingActs,
	recoveryCases,
	recoveryCodes,
	securityAnswers,
	sessions,
	shownNotices,
	signInChallenges,
	vaultDevices,
	vaultEscrows
} from '#lib/server/db/tables/accounts.ts';
import { contractLinks } from '#lib/server/db/tables/contracts.ts';
import { draftDevices, draftParts, draftSnapshots } from '#lib/server/db/tables/drafts.ts';
import { informationFacts, marketingConsents } from '#lib/server/db/tables/information.ts';
import { dataExports } from '#lib/server/db/tables/privacy.ts';
import { pushSubscriptions } from '#lib/server/db/tables/push.ts';

/**
 * What goes with an account in the batch that erases it. Named one by one and not left to `on delete
 * cascade`: where claims are kept the account's row stays, and nothing would cascade.
 */
export const GOES_WITH_ACCOUNT: readonly (SQLiteTable & { readonly accountId: SQLiteColumn })[] = [
	enrolments,
	keptForms,
	pushSubscriptions,
	knownDevices,
	mailTokens,
	passkeys,
	pendingActs,
	recoveryCases,
	recoveryCodes,
	securityAnswers,
	sessions,
	shownNotices,
	signInChallenges,
	vaultDevices,
	vaultEscrows,
	contractLinks,
	dataExports,
	informationFacts,
	marketingConsents,
	draftParts,
	draftSnapshots,
	draftDevices
];
