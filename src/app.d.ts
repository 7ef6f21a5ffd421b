import type { SignedIn } from '#lib/server/accounts/sessions.ts';
import type { Services } from '#lib/server/compose.ts';
import type { ServiceCaller } from '#lib/domain/operations/service-token.ts';
import type { Actor } from '#lib/domain/actor.ts';

declare global {
	namespace App {
		interface Error {
			message: string;
			requestId?: string;
		}
		interface Locals {
			requestId: string;
			locale: 'de' | 'en';
			services: Services;
			/** Who acts. In the (customer) and (staff) groups the hook guarantees it. */
			actor: Actor;
			/** Which system calls. Below /api/v1 the hook guarantees it. */
			caller: ServiceCaller;
			signedIn: SignedIn | null;
			/** Set when an error of this request means that the database cannot be reached. */
			isUnavailable: boolean;
		}
		interface Platform {
			env: Record<string, unknown> & {
				ASSETS?: { fetch(request: Request | string | URL): Promise<Response> };
			};
			ctx: { waitUntil(promise: Promise<unknown>): void };
		}
	}
}
