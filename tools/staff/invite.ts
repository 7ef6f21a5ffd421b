// `npm run staff:invite`: brings in the first members of the staff, and anyone when no two others are left.
import { parseArgs } from 'node:util';
import * as v from 'valibot';
import { invitationSchema } from '#lib/domain/accounts/staff.schema.ts';
import { STAFF_ROLES } from '#lib/domain/actor.ts';
import { inviteByCommand } from '#lib/server/accounts/staff-command.ts';
import { createAuditService } from '#lib/server/audit/audit.service.ts';
import { openDatabase } from '#lib/server/db/client.ts';
import { createMailsRepository } from '#lib/server/messages/mails.repository.ts';
import { createAuditSignature } from '#lib/server/platform/audit-signature.ts';
import { createCipher } from '#lib/server/platform/cipher.ts';
import { SYSTEM_CLOCK } from '#lib/server/platform/clock.ts';
import { SYSTEM_IDS } from '#lib/server/platform/ids.ts';
import { KeySetError } from '#lib/server/platform/keys.ts';
import { createPasswords } from '#lib/server/platform/passwords.ts';
import { openKeyDatabase, runKeyCommand } from '../keys/key-set.ts';

const USAGE = `npm run staff:invite -- --email … --first-name … --last-name … --role ${STAFF_ROLES.join('|')} [--language de|en] [--origin https://…] [--from keys.json]`;

await runKeyCommand(async () => {
	const { values } = parseArgs({
		options: {
			email: { type: 'string' },
			'first-name': { type: 'string' },
			'last-name': { type: 'string' },
			role: { type: 'string' },
			language: { type: 'string', default: 'de' },
			origin: { type: 'string' },
			from: { type: 'string' }
		}
	});
	const input = v.safeParse(invitationSchema, {
		email: values.email,
		firstName: values['first-name'],
		lastName: values['last-name'],
		role: values.role,
		language: values.language
	});
	if (!input.success) {
		const wrong = input.issues.map(
			(issue) => `${v.getDotPath(issue) ?? 'input'}: ${issue.message}`
		);
		throw new KeySetError([...wrong, USAGE].join('\n'));
	}
	const { client, keys } = await openKeyDatabase(values.from);
	try {
		const clock = SYSTEM_CLOCK;
		const ids = SYSTEM_IDS;
		const db = openDatabase(client);
		const cipher = createCipher(keys, ids.randomBytes);
		// Nobody is signed in at a command line; the log says that it was the command.
		const origin = { requestId: crypto.randomUUID(), ip: 'command', userAgent: 'staff:invite' };
		const auditSignature = createAuditSignature(keys);
		const invited = await inviteByCommand(
			{
				...{ db, cipher, clock, ids },
				passwords: createPasswords(keys, ids.randomBytes),
				audit: createAuditService({ db, clock, ids, auditSignature, origin }),
				mails: createMailsRepository(cipher)
			},
			input.output
		);
		if (!invited.ok) {
			throw new KeySetError(
				invited.error.code === 'staff/address-taken'
					? 'There is an account with this address already.'
					: invited.error.code
			);
		}
		const host = values.origin ?? process.env['STAFF_ORIGIN'] ?? process.env['ORIGIN'];
		const portal = host ?? `http://localhost:${process.env['PORT'] ?? 8788}`;
		console.log(
			`Invited. The mail waits for the portal to send it; the link is good for 72 hours:`
		);
		console.log(`${portal}/staff/invitation#${invited.value.code}`);
	} finally {
		client.close();
	}
});
