// `npm run keys:rewrap`: moves every row to the current root keys. Safe to stop, to repeat and to run
// beside the portal, which does the same in small steps every minute.
import { SingleBar } from 'cli-progress';
import { parseArgs } from 'node:util';
import { openKeyRoom, runKeyCommand } from './key-set.ts';
import { describeKeyUse } from './status.ts';

await runKeyCommand(async () => {
	const { values } = parseArgs({ options: { from: { type: 'string' } } });
	const room = await openKeyRoom(values.from);
	try {
		const uses = await room.rewrapKeys.count();
		const total = uses
			.filter((use) => use.canMove && use.version !== room.keys[use.purpose].current)
			.reduce((sum, use) => sum + use.rows, 0);
		const bar = new SingleBar({ format: '{bar} {value}/{total} rows, {eta_formatted} left' });
		bar.start(total, 0);
		const { leftRows } = await room.rewrapKeys
			.moveAll((movedRows) => bar.update(movedRows))
			.finally(() => bar.stop());
		console.log(describeKeyUse(room.keys, await room.rewrapKeys.count()).join('\n'));
		if (leftRows > 0) {
			console.error(`${leftRows} rows did not move: damaged, or two of the same. See the log.`);
			process.exitCode = 1;
		}
	} finally {
		room.close();
	}
});
