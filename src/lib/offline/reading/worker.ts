// Workers of the folder /reading: their own policy allows WebAssembly, this page's does not. The page's policy takes a
// worker's address from here alone (Trusted Types), and only one of the two.
import { CODE_WORKER, TEXT_WORKER } from './files.ts';

type Policy = { createScriptURL(address: string): string };
type TypePolicies = {
	createPolicy(name: string, rules: { createScriptURL(address: string): string }): Policy;
};

let policy: Policy | null = null;

/** Starts one of the two reading workers; ends it with `terminate()`. */
export function startReadingWorker(path: string): Worker {
	policy ??= makePolicy();
	return new Worker(policy.createScriptURL(path));
}

function makePolicy(): Policy {
	const rules = {
		createScriptURL(address: string): string {
			if (address === CODE_WORKER.path || address === TEXT_WORKER.path) return address;
			throw new Error('not a worker of ours');
		}
	};
	// Not every browser has Trusted Types; the rule holds there too.
	const policies = (globalThis as { trustedTypes?: TypePolicies }).trustedTypes;
	return policies?.createPolicy('portal-reading', rules) ?? rules;
}
