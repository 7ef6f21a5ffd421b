import { portFrom, requireFreePort } from './ports.ts';
import type { Ports } from './stack.ts';

/** The ports by the variables PORT, MAIL_PORT and DATABASE_PORT, checked to be free. */
export async function fixedPorts(): Promise<Ports> {
	const portal = portFrom('PORT', 8788);
	const inbox = portFrom('MAIL_PORT', 8025);
	const smtp = inbox + 1;
	const database = portFrom('DATABASE_PORT', 8880);
	await requireFreePort(portal, 'PORT', 'the portal');
	await requireFreePort(inbox, 'MAIL_PORT', 'the inbox');
	await requireFreePort(smtp, 'MAIL_PORT', 'incoming mail, one above MAIL_PORT');
	await requireFreePort(database, 'DATABASE_PORT', 'the database');
	return { portal, inbox, smtp, database };
}
