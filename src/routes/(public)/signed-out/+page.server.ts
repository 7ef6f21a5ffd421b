import type { PageServerLoad } from './$types.js';

export const load: PageServerLoad = ({ url }) => {
	return { isDisowned: url.searchParams.get('why') === 'not-me' };
};
