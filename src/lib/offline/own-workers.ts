// Workers of our own. The page's policy takes a worker's address from here alone (Trusted Types), and only one of these.
import { CODE_WORKER, TEXT_WORKER } from './reading/files.ts';
import PDF_WORKER from './pdf-worker.ts?worker&url';

type Policy = { createScriptURL(address: string): string };
type TypePolicies = {
	createPolicy(name: string, rules: { createScriptURL(address: string): string }): Policy;
};

const ADDRESSES: readonly string[] = [PDF_WORKER, CODE_WORKER.path, TEXT_WORKER.path];
let policy: Policy | null = null;

/** Starts a worker that reads invoices, under the policy of its folder; end it with `terminate()`. */
export function startReadingWorker(path: string): Worker {
	return start(path);
}

/** Starts the worker that cleans PDFs; end it with `terminate()`. */
export function startPdfWorker(): Worker {
	return start(PDF_WORKER);
}

function start(path: string): Worker {
	policy ??= makePolicy();
	return new Worker(policy.createScriptURL(path));
}

function makePolicy(): Policy {
	const rules = {
		createScriptURL(address: string): string {
			if (ADDRESSES.includes(address)) return address;
			throw new Error('not a worker of ours');
		}
	};
	// Not every browser has Trusted Types; the rule holds there too.
	const policies = (globalThis as { trustedTypes?: TypePolicies }).trustedTypes;
	return policies?.createPolicy('portal-workers', rules) ?? rules;
}
