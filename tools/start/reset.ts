// `npm run reset`: the next start begins with an empty, freshly seeded database.
import { DATA_DIR, resetDataDir } from './data-dir.ts';
import { StartError } from './start-error.ts';

try {
	await resetDataDir(DATA_DIR);
	console.log('The local data is gone. npm start seeds it again.');
} catch (error) {
	if (!(error instanceof StartError)) throw error;
	console.error(error.message);
	process.exitCode = 1;
}
