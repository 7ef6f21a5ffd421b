import { createCustomerSessionsService } from '#lib/server/accounts/customer-sessions.service.ts';
import { createStaffOwnContractsRepository } from '#lib/server/accounts/staff-own-contracts.repository.ts';
import { createStaffOwnContractsService } from '#lib/server/accounts/staff-own-contracts.service.ts';
import { createStaffInvitationService } from '#lib/server/accounts/staff-invitation.service.ts';
import { createStaffService } from '#lib/server/accounts/staff.service.ts';
import type { Actor } from '#lib/domain/actor.ts';
import type { Result } from '#lib/domain/result.ts';
import { accountRooms, cheapPasswords, TEST_PARTY } from './accounts.ts';
import { TEST_ORIGIN, type TestDatabase } from './database.ts';

/** The staff's rooms of one request, as compose builds them; passwords cost nothing here. */
export function staffRooms(it: TestDatabase) {
	const rooms = accountRooms(it, cheapPasswords());
	const ownContracts = createStaffOwnContractsRepository(rooms.cipher);
	return {
		...rooms,
		ownContracts,
		staff: createStaffService(rooms),
		customerSessions: createCustomerSessionsService(rooms),
		staffInvitations: createStaffInvitationService({ ...rooms, relyingParty: TEST_PARTY }),
		staffOwnContracts: createStaffOwnContractsService({ ...rooms, ownContracts })
	};
}

/** A session as the sign-in makes it; answers the cookie's token. */
export async function openSession(
	it: TestDatabase,
	{ accountId, personId }: Actor,
	openedBy: 'password+totp' | 'password+passkey' | 'passkey' = 'passkey'
): Promise<string> {
	const { sessions, cipher } = accountRooms(it);
	const { rows } = await it.client.execute({
		sql: 'select wrapped_key, root_version from people where id = ?',
		args: [personId]
	});
	const wrappedKey = rows[0]?.['wrapped_key'];
	if (!(wrappedKey instanceof ArrayBuffer)) throw new Error('no key');
	await cipher.learn(personId, {
		wrappedKey: new Uint8Array(wrappedKey),
		rootVersion: Number(rows[0]?.['root_version'])
	});
	const { token, write } = await sessions.create(
		{ id: accountId, personId },
		{ openedBy, deviceHash: null, origin: TEST_ORIGIN }
	);
	mustHold(await it.db.commit(write));
	return token;
}

export function mustHold<T>(result: Result<T>): T {
	if (!result.ok) throw new Error(result.error.code);
	return result.value;
}
