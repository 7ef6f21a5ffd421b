// The least a Worker can do that asks the database once, with the portal's own client.
import { createClient } from '@libsql/client/web';

export default {
	async fetch(_request: Request, env: { readonly DATABASE_URL: string }): Promise<Response> {
		const client = createClient({ url: env.DATABASE_URL });
		const { rows } = await client.execute('select id, plan from contracts limit 1');
		return Response.json(rows);
	}
};
