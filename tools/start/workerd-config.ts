import type { WorkerModule } from '../build/worker-modules.ts';

export type WorkerdConfig = {
	readonly modules: readonly WorkerModule[];
	readonly mainModule: string;
	readonly compatibilityDate: string;
	readonly compatibilityFlags: readonly string[];
	/** Binding name to the environment variable that holds its value: secrets stay out of files. */
	readonly bindings: Readonly<Record<string, string>>;
	readonly address: string;
	readonly cronSocket: string;
	readonly assetsDir: string;
	/** Networks the Worker may connect to, as workerd names them. */
	readonly outbound: readonly string[];
	/** True behind a proxy that sets CF-Connecting-IP itself; otherwise everyone is the loopback address. */
	readonly trustsClientIpHeader: boolean;
};

export const ENTRY_FILE = 'portal-entry.js';

/** The configuration for `workerd serve`; module files and `plan.json` lie beside it. */
export function workerdConfig(config: WorkerdConfig): string {
	const clientIp = config.trustsClientIpHeader
		? ''
		: ', http = (injectRequestHeaders = [(name = "CF-Connecting-IP", value = "127.0.0.1")])';
	const modules = config.modules.map(
		({ file, kind }) => `(name = ${text(file)}, ${kind} = embed ${text(file)})`
	);
	const bindings = Object.entries(config.bindings).map(
		([name, variable]) => `(name = ${text(name)}, fromEnvironment = ${text(variable)})`
	);
	return `using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "portal", worker = .portal),
    (name = "assets", worker = .assets),
    (name = "files", disk = (path = ${text(config.assetsDir)}, allowDotfiles = true)),
    (name = "outbound", network = (
      allow = [${config.outbound.map(text).join(', ')}],
      tlsOptions = (trustBrowserCas = true)
    ))
  ],
  sockets = [
    (name = "http", address = ${text(config.address)}, service = "portal"${clientIp}),
    (name = "cron", address = ${text(`unix:${config.cronSocket}`)},
      service = (name = "portal", entrypoint = "cron"), http = ())
  ]
);

const portal :Workerd.Worker = (
  modules = [
    (name = ${text(ENTRY_FILE)}, esModule = embed ${text(ENTRY_FILE)}),
    ${modules.join(',\n    ')}
  ],
  compatibilityDate = ${text(config.compatibilityDate)},
  compatibilityFlags = [${config.compatibilityFlags.map(text).join(', ')}],
  bindings = [
    (name = "ASSETS", service = "assets"),
    ${bindings.join(',\n    ')}
  ],
  globalOutbound = "outbound"
);

const assets :Workerd.Worker = (
  modules = [(name = "router.js", esModule = embed "router.js")],
  compatibilityDate = ${text(config.compatibilityDate)},
  bindings = [
    (name = "FILES", service = "files"),
    (name = "PLAN", json = embed "plan.json")
  ]
);
`;
}

/**
 * The main module: the Worker, and beside it an entrypoint that turns a request on the cron socket into the event
 * that Cloudflare delivers by its own trigger.
 */
export function entryModule(mainModule: string): string {
	return `import worker from ${text(`./${mainModule}`)};

export default worker;

export const cron = {
	async fetch(request, env, context) {
		const cron = new URL(request.url).searchParams.get('cron') ?? '* * * * *';
		const event = { type: 'scheduled', scheduledTime: Date.now(), cron, noRetry() {} };
		await worker.scheduled(event, env, context);
		return new Response(null, { status: 204 });
	}
};
`;
}

function text(value: string): string {
	if (/[^\x20-\x7e]/.test(value)) throw new Error(`Not printable ASCII: ${value}`);
	return `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}
