import { keepable, type KeptFormInput } from '#lib/domain/accounts/kept-form.ts';
import type { Actor } from '#lib/domain/actor.ts';
import type { Database } from '#lib/server/db/client.ts';
import type { Cipher } from '#lib/server/platform/cipher.ts';
import type { Clock } from '#lib/server/platform/clock.ts';
import { sessionIdOfToken } from '#lib/server/platform/ids.ts';
import { createKeptFormsRepository } from './kept-forms.repository.ts';

export type KeptFormsService = ReturnType<typeof createKeptFormsService>;

/** Nothing typed is lost when a session ends: the same page has it after the next sign-in. */
export function createKeptFormsService(parts: {
	readonly db: Database;
	readonly cipher: Cipher;
	readonly clock: Clock;
}) {
	const { db, clock } = parts;
	const keptForms = createKeptFormsRepository(parts.cipher);
	return {
		/**
		 * Keeps a form for the owner of a session that has just ended by time. Write-only: an ended
		 * token can put something here and read nothing. Answers whether anything was kept.
		 */
		async keep(sessionToken: string, form: KeptFormInput): Promise<boolean> {
			const values = keepable(form.values);
			if (values === null) return false;
			const [owner] = await db.read(
				keptForms.findOwner(await sessionIdOfToken(sessionToken), clock.nowMs())
			);
			if (!owner) return false;
			const done = await db.commit(await keptForms.keep(owner, form.path, values, clock.nowMs()));
			return done.ok;
		},

		/** Safe to run twice at once. */
		async purge(): Promise<void> {
			await db.commit(keptForms.purge(clock.nowMs()));
		},

		/** The form has been sent: what was kept of it goes. */
		async forget(actor: Actor, path: string): Promise<void> {
			await db.commit(keptForms.forget(actor.accountId, path));
		}
	};
}
