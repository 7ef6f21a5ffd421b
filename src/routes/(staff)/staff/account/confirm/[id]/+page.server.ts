import { confirmAct, showAct } from '#lib/server/edge/step-up.actions.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = (event) => showAct(event);

export const actions: Actions = { default: (event) => confirmAct(event) };
