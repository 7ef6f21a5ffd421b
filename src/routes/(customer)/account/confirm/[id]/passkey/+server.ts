import { offerForAct } from '#lib/server/edge/step-up.actions.ts';
import type { RequestHandler } from './$types.js';

export const POST: RequestHandler = (event) => offerForAct(event, 'offerPasskey');
