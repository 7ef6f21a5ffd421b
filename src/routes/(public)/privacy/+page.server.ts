import type { PageServerLoad } from './$types.js';

export const load: PageServerLoad = ({ locals }) => ({
	hasPush: locals.services.push.isOffered,
	hasRules: locals.services.automatic.isOn
});
