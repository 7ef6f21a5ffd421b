/** Where an entry's reference leads: the record, and whether the entry's subject owns it. */
type Place = { readonly record: string; readonly isOwner: string };

const owned = (table: string): Place => ({
	record: `select 1 from ${table} r where r.id = ref.id`,
	isOwner: `select 1 from ${table} r where r.id = ref.id and r.account_id = p.subject_account_id`
});

/**
 * Any account that is or was linked: who of them was meant is not in the reference, and who linked it
 * first can change. The links of an erased account are gone at once, while its entries stay.
 */
const linked = (record: string, contractId: string): Place => ({
	record,
	isOwner: `select 1 from contract_links l where l.contract_id = ${contractId}
			and l.account_id = p.subject_account_id
		union all select 1 where not exists (select 1 from accounts a
			where a.id = p.subject_account_id and a.erased_at_ms is null)`
});

/** Every kind of reference with which the portal lets the database find the subject (`SubjectOf`). */
const PLACES: Readonly<Record<string, Place>> = {
	claim: owned('claims'),
	payout: owned('payouts'),
	conversation: owned('conversations'),
	inquiry: owned('coverage_inquiries'),
	recovery: owned('recovery_cases'),
	contract: linked('select 1 from contracts r where r.id = ref.id', 'ref.id'),
	proof: linked(
		'select 1 from insurability_proofs r where r.id = ref.id',
		'(select r.contract_id from insurability_proofs r where r.id = ref.id)'
	)
};

/**
 * SQL over an entry `e` and its personal part `p`: the subject, where the record named in the entry says
 * so itself. A record whose time is over cannot speak against its entries, which outlive it.
 */
export const SUBJECT_BY_RECORD = `case when p.subject_account_id is not null then
	(with ref (kind, id) as (select substr(e.object_ref, 1, instr(e.object_ref, ':') - 1),
		substr(e.object_ref, instr(e.object_ref, ':') + 1))
	select case ref.kind
		${Object.entries(PLACES)
			.map(
				([kind, { record, isOwner }]) =>
					`when '${kind}' then exists (${isOwner}) or not exists (${record})`
			)
			.join('\n\t\t')}
		else 0 end from ref) end`;
