// The least a Worker can do.
export default {
	fetch: (): Response => new Response('<!doctype html><title>Constant</title>')
};
