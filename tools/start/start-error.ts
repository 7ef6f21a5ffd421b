/** A failure the developer can mend: its message is shown, without a stack. */
export class StartError extends Error {
	override name = 'StartError';
}
