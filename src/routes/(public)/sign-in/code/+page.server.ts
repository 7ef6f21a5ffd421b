import type { Actions } from './$types.js';
import { finishSignIn } from '#lib/server/edge/sign-in.actions.ts';

export const actions: Actions = { default: (event) => finishSignIn(event, 'customer') };
