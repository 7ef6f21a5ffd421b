import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ownerOf, type Owner } from '../../support/account-page.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';

let it: TestDatabase;
let owner: Owner;
beforeEach(async () => {
	it = await openTestDatabase();
	owner = await ownerOf(it);
});
afterEach(() => it.close());

test('S1: no cookie that ever opened a session is in the database file, also after a step-up', async () => {
	const first = owner.token();
	const { account, stepUp, actor, sessionId } = await owner.enter();
	const asked = await account.askRecoveryCodes(actor, sessionId);
	const done = await stepUp.confirm(
		actor,
		sessionId,
		asked.ok ? asked.value.id : '',
		owner.proof()
	);
	const second = done.ok ? done.value.sessionToken : '';
	expect(second).toMatch(/^[A-Z2-7]{40}$/);
	await it.client.execute('pragma wal_checkpoint(truncate)');
	const dump = readFileSync(it.file).toString('latin1');
	expect(dump).toContain('pending_acts');
	for (const token of [first, second]) expect(dump).not.toContain(token);
	const { rows } = await it.client.execute('select id from sessions');
	for (const row of rows) {
		await expect(owner.enter(String(row['id']))).rejects.toThrow('signed out');
	}
	expect((await owner.enter(second)).sessionId).toBe(rows[0]?.['id']);
});

test('S5: a cookie is worth nothing after sign-out, disabling or "this was not me"', async () => {
	const [out, disowned] = [owner.token(), await owner.signIn()];
	const { signIn, actor, sessionId } = await owner.enter(out);
	await signIn.signOut(actor, sessionId);
	await expect(owner.enter(out)).rejects.toThrow('signed out');
	await it.client.execute(`update accounts set status = 'disabled'`);
	await expect(owner.enter(disowned)).rejects.toThrow('signed out');
	await it.client.execute(`update accounts set status = 'active'`);
	const later = await owner.enter(disowned);
	await later.account.disown(later.actor);
	await expect(owner.enter(disowned)).rejects.toThrow('signed out');
});
