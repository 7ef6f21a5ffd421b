// How sure it is that the drafts open again (offline.md section 4, idea 7), and who else has data here.
import type { EnvelopeRow, VaultRow } from './database.ts';

/** Longer than this unproven, and its owner may have forgotten the passphrase or lost the phone. */
export const STALE_MS = 60 * 24 * 60 * 60_000;

export type Way = Pick<EnvelopeRow, 'id' | 'kind' | 'provenAtMs' | 'isBroken'> & {
	readonly isStale: boolean;
};

export type Safety = {
	readonly ways: readonly Way[];
	readonly escrowProvenAtMs: number | null;
	/** The rule of offline.md 3.4: the Worker has the key, and a passphrase or a passkey opens it here. */
	readonly isSetUp: boolean;
	/** Something to ask its owner for: a way that does not open any more, or was not tried for long. */
	readonly worry: 'broken' | 'stale' | null;
	readonly staysOpen: boolean;
	readonly hasPin: boolean;
};

export function judgeSafety(
	vault: VaultRow,
	envelopes: readonly EnvelopeRow[],
	nowMs: number
): Safety {
	const ways = envelopes.map(({ id, kind, provenAtMs, isBroken }) => ({
		...{ id, kind, provenAtMs, isBroken },
		isStale: nowMs - provenAtMs >= STALE_MS
	}));
	const lasting = ways.filter(({ kind }) => kind !== 'pin');
	return {
		ways: lasting,
		escrowProvenAtMs: vault.escrowProvenAtMs,
		isSetUp: vault.escrowProvenAtMs !== null && lasting.some(({ isBroken }) => !isBroken),
		worry: worryOf(lasting),
		staysOpen: vault.staysOpen,
		hasPin: ways.some(({ kind }) => kind === 'pin')
	};
}

function worryOf(ways: readonly Way[]): Safety['worry'] {
	if (ways.some(({ isBroken }) => isBroken)) return 'broken';
	return ways.some(({ isStale }) => isStale) ? 'stale' : null;
}

/** What other accounts have on this device: how many drafts, never whose or what. */
export type ForeignData = { readonly accountRef: string; readonly draftCount: number };

/** `draftRefs` names the account of every draft. */
export function foreignData(
	vaults: readonly Pick<VaultRow, 'accountRef'>[],
	draftRefs: readonly string[],
	ownRef: string
): readonly ForeignData[] {
	const refs = new Set([...vaults.map(({ accountRef }) => accountRef), ...draftRefs]);
	refs.delete(ownRef);
	return [...refs].map((accountRef) => ({
		accountRef,
		draftCount: draftRefs.filter((ref) => ref === accountRef).length
	}));
}
