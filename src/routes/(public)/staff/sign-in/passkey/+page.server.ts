import { finishPasskey } from '#lib/server/edge/passkey.actions.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = ({ locals }) => ({
	hasPassword: !locals.services.staffNeedPasskey
});

export const actions: Actions = { default: (event) => finishPasskey(event, 'staff') };
