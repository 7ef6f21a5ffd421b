import { decodeBase64 } from '@oslojs/encoding';
import * as v from 'valibot';
import { STEP_UP_LIFETIME_MS } from '#lib/domain/accounts/lifetimes.ts';
import type { SensitiveAct } from '#lib/domain/accounts/sensitive-acts.ts';
import { calendarDateOf } from '#lib/domain/calendar.ts';
import { maskIban } from '#lib/domain/contracts/contract.ts';
import { LANGUAGES } from '#lib/domain/messages/mail.ts';
import { ok } from '#lib/domain/result.ts';
import { defineAct, type SensitiveActHandler } from '#lib/server/accounts/step-up-acts.ts';
import type { Cipher } from '#lib/server/platform/cipher.ts';
import { hashToken, newToken } from '#lib/server/platform/ids.ts';
import type { AccountChangesRepository } from './account-changes.repository.ts';
import { noticeWrites, type NoticeParts } from './contract-notices.ts';

export type ContractAct = Extract<SensitiveAct, 'bank-account/change'>;

const addressSchema = v.strictObject({
	personId: v.string(),
	to: v.string(),
	language: v.picklist(LANGUAGES),
	name: v.string()
});

/**
 * Everything the act needs once it is proven, read and sealed when it was asked for: the proof needs
 * no further look-up, and what is stored is what its owner saw.
 */
export const accountChangePayload = v.strictObject({
	changeId: v.string(),
	contractId: v.string(),
	plan: v.string(),
	policyNumberMasked: v.string(),
	holder: v.string(),
	iban: v.string(),
	oldIbanMasked: v.string(),
	holdsFrom: v.string(),
	/** Left out by an act that was asked for before this was known. */
	isAfterRecovery: v.optional(v.boolean(), false),
	/** Under the policyholder's key, base64. */
	sealedAccount: v.string(),
	readers: v.array(v.strictObject({ ...addressSchema.entries, accountId: v.string() })),
	formerAddresses: v.array(addressSchema),
	/** Wrapped data keys of everybody who is told, base64: each notice is sealed for its reader. */
	keys: v.array(
		v.strictObject({ personId: v.string(), wrappedKey: v.string(), rootVersion: v.number() })
	)
});
export type AccountChangePayload = v.InferOutput<typeof accountChangePayload>;

/** The sensitive acts of the contracts room. */
export function createContractActs(
	parts: NoticeParts & {
		readonly cipher: Pick<Cipher, 'learn'>;
		readonly accountChanges: Pick<AccountChangesRepository, 'requireNoneWaiting' | 'insert'>;
	}
): Readonly<Record<ContractAct, SensitiveActHandler>> {
	const { ids, accountChanges } = parts;
	return {
		// Nothing is paid to it yet: whoever holds session and phone of somebody else must wait, and
		// everybody concerned can stop it meanwhile (security.md 3.4, decision 0056).
		'bank-account/change': defineAct({
			payload: accountChangePayload,
			needsPassword: false,
			lifetimeMs: STEP_UP_LIFETIME_MS,
			event: 'contract/account-change-asked',
			change: 'bank-account',
			facts: ({ plan, policyNumberMasked, holder, iban, holdsFrom }) => [
				{ name: 'contract', value: `${plan} ${policyNumberMasked}` },
				{ name: 'accountHolder', value: holder },
				{ name: 'iban', value: iban },
				{ name: 'holdsFrom', value: holdsFrom }
			],
			run: async (payload, { owner, nowMs }) => {
				const { contractId, plan, policyNumberMasked, holder, oldIbanMasked, holdsFrom } = payload;
				const code = newToken(ids);
				for (const { personId, wrappedKey, rootVersion } of payload.keys) {
					const key = { wrappedKey: new Uint8Array(decodeBase64(wrappedKey)), rootVersion };
					await parts.cipher.learn(personId, key);
				}
				return ok({
					objectRef: `contract:${contractId}`,
					writes: [
						accountChanges.requireNoneWaiting(owner.accountId, contractId, calendarDateOf(nowMs), {
							kind: 'conflict',
							code: 'contracts/account-change-waiting'
						}),
						accountChanges.insert({
							id: payload.changeId,
							contractId,
							account: new Uint8Array(decodeBase64(payload.sealedAccount)),
							askedAtMs: nowMs,
							holdsFrom,
							isAfterRecovery: payload.isAfterRecovery,
							stopHash: await hashToken(code)
						}),
						...(await noticeWrites(
							parts,
							payload,
							{
								topic: 'account-changing',
								...{ plan, policyNumberMasked, holder, oldIbanMasked, holdsFrom },
								askedAtMs: nowMs,
								ibanMasked: maskIban(payload.iban)
							},
							(address) => ({ template: 'bank-account-changing', ...address, holdsFrom, code }),
							nowMs
						))
					]
				});
			}
		})
	};
}
