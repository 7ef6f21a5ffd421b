/** The start page: what waits for the customer stands first, whatever else there is to tell. */
import { render } from 'svelte/server';
import type { Component } from 'svelte';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Actor } from '#lib/domain/actor.ts';
import { m } from '#lib/i18n/generated/messages.js';
import { overwriteGetLocale } from '#lib/i18n/generated/runtime.js';
import { lastSeenRepository } from '#lib/server/audit/last-seen.repository.ts';
import { createOverviewService } from '#lib/server/accounts/overview.service.ts';
import { createClaimsRepository } from '#lib/server/claims/claims.repository.ts';
import { createContractsRepository } from '#lib/server/contracts/contracts.repository.ts';
import { createProofsRepository } from '#lib/server/contracts/proofs.repository.ts';
import { createDocumentsRepository } from '#lib/server/documents/documents.repository.ts';
import { createConversationsRepository } from '#lib/server/messages/conversations.repository.ts';
import { informationRepository } from '#lib/server/messages/information.repository.ts';
import StartPage from '../../../src/routes/(customer)/start/+page.svelte';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import {
	addAccount,
	addAssignedClaim,
	addClaim,
	addContract,
	decideAlike,
	deskRooms,
	must,
	payoutIdOf
} from '../decisions/desk-world.ts';

let world: TestDatabase;
let customer: Actor;
let clerk: Actor;
let finance: Actor;
let contractId: string;

beforeEach(async () => {
	world = await openTestDatabase();
	customer = await addAccount(world, 'customer', 'Ada');
	clerk = await addAccount(world, 'clerk', 'Kim');
	finance = await addAccount(world, 'finance', 'Fran');
	contractId = await addContract(world, customer, 0);
	await world.client.execute({
		sql: 'insert into contract_links (account_id, contract_id, linked_at_ms) values (?, ?, 0)',
		args: [customer.accountId, contractId]
	});
});
afterEach(() => world.close());

async function show() {
	// With the world's own cipher: a customer's key comes with their session.
	const { db, clock, cipher } = world;
	const overview = createOverviewService({
		...{ db, clock, lastSeen: lastSeenRepository },
		claims: createClaimsRepository(cipher),
		contracts: createContractsRepository(cipher),
		documents: createDocumentsRepository(cipher),
		conversations: createConversationsRepository(cipher),
		information: informationRepository,
		proofs: createProofsRepository(cipher)
	});
	return must(await overview.show(customer));
}

it('a payment that came back and missing documents stand before the news, information stands last', async () => {
	const paid = await addAssignedClaim(world, customer, contractId, clerk, [[10_000, 'EUR']]);
	await decideAlike(world, clerk, paid);
	const { payoutRunsService, payoutsService, requestsService, deskService } = deskRooms(world);
	must(await payoutRunsService.create(finance, 'sepa'));
	const payoutId = await payoutIdOf(world, paid.id);
	must(await payoutsService.bookReturn(finance, payoutId, 'account-closed'));
	const asked = await addAssignedClaim(world, customer, contractId, clerk);
	must(await deskService.open(clerk, asked.id));
	must(await requestsService.ask(clerk, asked.id, { kind: 'prescription', line: 0 }));
	// Newer ones push neither of them out.
	for (let newer = 0; newer < 3; newer += 1) {
		world.clock.advance(1000);
		await addClaim(world, customer, contractId);
	}
	const words = { de: { title: 'Hinweis', text: 'x' }, en: { title: 'MARKER card', text: 'x' } };
	await world.client.execute({
		sql: `insert into information_cards (id, kind, words, rule, starts_on, ends_on, published_at_ms, published_by)
			values ('card', 'service', ?, '{}', '2026-01-01', '2099-12-31', 0, ?)`,
		args: [JSON.stringify(words), clerk.accountId]
	});
	const overview = await show();
	expect(overview.returned.map(({ id }) => id)).toEqual([paid.id]);
	expect(overview.missing.map(({ claimId }) => claimId)).toEqual([asked.id]);
	const told = new Set([paid.id, asked.id]);
	expect(overview.claims.map(({ id }) => told.has(id))).toEqual([false, false, false]);

	overwriteGetLocale(() => 'en');
	const data = { overview, locale: 'en', person: { displayName: 'Ada' } };
	const { body } = render(StartPage as Component<{ data: unknown }>, { props: { data } });
	const order = [
		m.accounts_start_yours(),
		`/claims/${paid.id}`,
		`/claims/${asked.id}`,
		m.accounts_start_news(),
		m.accounts_start_claims(),
		'MARKER card'
	].map((text) => body.indexOf(text));
	expect(order).not.toContain(-1);
	expect(order).toEqual(order.toSorted((one, other) => one - other));
});

it('says that nothing is wanted only where nothing is', async () => {
	overwriteGetLocale(() => 'en');
	const pageOf = async () => {
		const data = { overview: await show(), locale: 'en', person: { displayName: 'Ada' } };
		return render(StartPage as Component<{ data: unknown }>, { props: { data } }).body;
	};
	expect(await pageOf()).toContain(m.accounts_start_no_wish());
	const asked = await addAssignedClaim(world, customer, contractId, clerk);
	must(await deskRooms(world).deskService.open(clerk, asked.id));
	const { requestsService } = deskRooms(world);
	must(await requestsService.ask(clerk, asked.id, { kind: 'prescription', line: 0 }));
	const page = await pageOf();
	expect(page).toContain(m.accounts_start_yours());
	expect(page).not.toContain(m.accounts_start_no_wish());
	expect(page).not.toContain(m.accounts_start_no_claims());
});
