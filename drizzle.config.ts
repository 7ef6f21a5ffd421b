import { defineConfig } from 'drizzle-kit';

export default defineConfig({
	dialect: 'turso',
	schema: './src/lib/server/db/tables/*.ts',
	out: './drizzle',
	dbCredentials: { url: 'http://127.0.0.1:1' }
});
