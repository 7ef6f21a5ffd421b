// The whole portal on this machine: database, mail catcher and the built Worker. `npm start` runs it on fixed ports
// and `.data/`, every end-to-end test on free ports and a directory of its own.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { startCheckpointSink, type RunningSink } from '../audit/sink.ts';
import { buildPortal } from '../build/build.ts';
import { migrate } from '../database/migrate.ts';
import { startLibsqlServer, type LibsqlServer } from '../libsql-server/server.ts';
import { seed } from '../seed/seed.ts';
import { isSeeded, keepDemo } from './demo-accounts.ts';
import { localKeys } from './local-keys.ts';
import { startMailCatcher, type RunningMailCatcher } from './mail-catcher.ts';
import { chooseFreePort } from './ports.ts';
import { startScanner, type RunningScanner } from '../scanner/scanner.ts';
import { startWorkerd, type RunningWorkerd } from './workerd.ts';

export type Ports = {
	readonly portal: number;
	readonly inbox: number;
	readonly smtp: number;
	readonly database: number;
};

export type StackOptions = {
	readonly dataDir: string;
	/** 0 takes a free one. */
	readonly ports: Ports;
	/** Fills an empty database with the demo accounts; what is there already stays. */
	readonly seed: boolean;
	/** Of the demo: a customer whose claim waits for a document. Tests have claims of their own. */
	readonly waitingClaim?: boolean;
	/** False leaves nobody listening on the SMTP port. */
	readonly mail: boolean;
	/** Added to the Worker's bindings or put in their place. */
	readonly bindings?: Readonly<Record<string, string>>;
	/** Opens the fault controls of the database server. */
	readonly databaseControl?: boolean;
	/** Lets a test choose its address by CF-Connecting-IP. */
	readonly trustsClientIpHeader?: boolean;
	/** Gets every line that the Worker logs. */
	readonly onPortalLine?: (line: string) => void;
	/** Gets what is being done, for people who wait. */
	readonly onProgress?: (text: string) => void;
};

export type Services = {
	readonly ports: Ports;
	readonly portalUrl: string;
	readonly databaseUrl: string;
	readonly inboxUrl: string;
	/** The Worker's bindings. */
	readonly bindings: Readonly<Record<string, string>>;
	/** The running database server, with its counters and faults; null while stopped. */
	readonly database: () => LibsqlServer | null;
	readonly startDatabase: () => Promise<void>;
	readonly stopDatabase: () => Promise<void>;
	readonly startMail: () => Promise<void>;
	readonly stopMail: () => Promise<void>;
	/** Without the virus scanner files stay in quarantine. */
	readonly startScanner: () => Promise<void>;
	readonly stopScanner: () => Promise<void>;
	readonly stop: () => Promise<void>;
};

export type Stack = Services & {
	/** The running workerd; null while stopped. */
	readonly portal: () => RunningWorkerd | null;
	readonly startPortal: () => Promise<void>;
	readonly stopPortal: () => Promise<void>;
	/** Delivers the minute's `scheduled` event now and waits for its end. */
	readonly runJobs: () => Promise<void>;
};

export async function startStack(options: StackOptions): Promise<Stack> {
	const { workerDir, assetsDir } = await buildPortal();
	const services = await startServices(options);
	let portal: RunningWorkerd | null = null;

	async function startPortal(): Promise<void> {
		portal ??= await startWorkerd({
			bundleDir: workerDir,
			assetsDir,
			port: services.ports.portal,
			bindings: services.bindings,
			readyPath: '/api/health',
			trustsClientIpHeader: options.trustsClientIpHeader ?? false,
			...(options.onPortalLine && { onLine: options.onPortalLine })
		});
	}
	async function stopPortal(): Promise<void> {
		const running = portal;
		portal = null;
		await running?.stop();
	}
	async function stop(): Promise<void> {
		await stopPortal();
		await services.stop();
	}
	try {
		options.onProgress?.('Starting the portal');
		await startPortal();
	} catch (error) {
		await stop();
		throw error;
	}
	return {
		...services,
		portal: () => portal,
		startPortal,
		stopPortal,
		async runJobs() {
			if (!portal) throw new Error('The portal is stopped');
			await portal.runScheduled();
		},
		stop
	};
}

/** What the portal needs around it: the development server runs on the same. */
export async function startServices(options: StackOptions): Promise<Services> {
	const ports = {
		portal: await chooseFreePort(options.ports.portal),
		inbox: await chooseFreePort(options.ports.inbox),
		smtp: await chooseFreePort(options.ports.smtp),
		database: await chooseFreePort(options.ports.database)
	};
	let database: LibsqlServer | null = null;
	let mail: RunningMailCatcher | null = null;
	let sink: RunningSink | null = null;
	let scanner: RunningScanner | null = null;
	let scannerPort = 0;

	async function startDatabase(): Promise<void> {
		database ??= await startLibsqlServer({
			file: join(options.dataDir, 'portal.db'),
			port: ports.database,
			control: options.databaseControl ?? false
		});
	}
	async function stopDatabase(): Promise<void> {
		const running = database;
		database = null;
		await running?.close();
	}
	async function startMail(): Promise<void> {
		mail ??= await startMailCatcher({
			smtpPort: ports.smtp,
			webPort: ports.inbox,
			directory: join(options.dataDir, 'mail')
		});
	}
	async function stopMail(): Promise<void> {
		const running = mail;
		mail = null;
		await running?.stop();
	}
	// Started again where it was: the Worker knows one address.
	async function beginScanning(): Promise<string> {
		scanner ??= await startScanner({ port: scannerPort });
		scannerPort = scanner.port;
		return scanner.url;
	}
	async function stopScanner(): Promise<void> {
		const running = scanner;
		scanner = null;
		await running?.close();
	}
	async function stop(): Promise<void> {
		await Promise.all([stopDatabase(), stopMail(), stopScanner(), sink?.close()]);
	}
	try {
		await mkdir(options.dataDir, { recursive: true, mode: 0o700 });
		const keys = await localKeys(options.dataDir, options.onProgress);
		options.onProgress?.('Starting database and mail catcher');
		sink = await startCheckpointSink({ directory: join(options.dataDir, 'checkpoints'), port: 0 });
		const bindings = {
			...localBindings(ports, keys, sink.url, await beginScanning()),
			...options.bindings
		};
		await Promise.all([startDatabase(), options.mail ? startMail() : undefined]);
		await prepareDatabase(options, bindings.DATABASE_URL, keys);
		return {
			ports,
			portalUrl: `http://localhost:${ports.portal}`,
			databaseUrl: `http://127.0.0.1:${ports.database}`,
			inboxUrl: `http://localhost:${ports.inbox}`,
			bindings,
			database: () => database,
			...{ startDatabase, stopDatabase, startMail, stopMail, stopScanner, stop },
			startScanner: async () => {
				await beginScanning();
			}
		};
	} catch (error) {
		await stop();
		throw error;
	}
}

function localBindings(ports: Ports, keys: string, sinkUrl: string, scannerUrl: string) {
	return {
		MODE: 'development',
		ORIGIN: `http://localhost:${ports.portal}`,
		DATABASE_URL: `http://127.0.0.1:${ports.database}`,
		DATABASE_TOKEN: '',
		SMTP_HOST: '127.0.0.1',
		SMTP_PORT: String(ports.smtp),
		SMTP_USER: '',
		SMTP_PASSWORD: '',
		SMTP_SECURE: 'none',
		MAIL_FROM: 'kundenportal@example.org',
		AUDIT_SINK_URL: sinkUrl,
		SCANNER_URL: scannerUrl,
		// The demo clerk comes in with a code, so that nobody needs a passkey to try the portal.
		STAFF_PASSKEY: 'optional',
		// Off unless asked for, so that the demo's claims wait for its clerk.
		AUTOMATIC_APPROVAL: process.env['AUTOMATIC_APPROVAL'] ?? 'off',
		KEYS: keys
	};
}

async function prepareDatabase(options: StackOptions, url: string, keys: string): Promise<void> {
	options.onProgress?.('Applying database migrations');
	await migrate(url);
	if (!options.seed || isSeeded(options.dataDir)) return;
	options.onProgress?.('Filling the database with demo data');
	await keepDemo(
		options.dataDir,
		await seed({ url, keys: JSON.parse(keys), waitingClaim: options.waitingClaim ?? false })
	);
}
