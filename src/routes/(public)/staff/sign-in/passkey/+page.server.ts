import { finishPasskey } from '#lib/server/edge/passkey.actions.ts';
import type { Actions } from './$types.js';

export const actions: Actions = { default: (event) => finishPasskey(event, 'staff') };
