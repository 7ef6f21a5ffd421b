const LONGEST_STOP_MS = 10_000;

/**
 * Runs `stop` once on Ctrl-C or SIGTERM. npm forwards the signal that the terminal has sent already, so a second one
 * means nothing; whoever really hangs is ended after ten seconds.
 */
export function onInterrupt(stop: () => Promise<void>): void {
	let isStopping = false;
	const once = () => {
		if (isStopping) return;
		isStopping = true;
		setTimeout(() => process.exit(1), LONGEST_STOP_MS).unref();
		stop().catch((error: unknown) => {
			console.error(error);
			process.exit(1);
		});
	};
	process.on('SIGINT', once);
	process.on('SIGTERM', once);
	process.on('SIGHUP', once);
}
