import type { Actions } from './$types.js';
import { startSignIn } from '#lib/server/edge/sign-in.actions.ts';

export const actions: Actions = { default: (event) => startSignIn(event, 'staff') };
