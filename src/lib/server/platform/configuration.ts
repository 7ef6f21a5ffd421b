import * as v from 'valibot';
import { OPERATOR, placeOfDatabase } from '#lib/domain/operator.ts';
import { checkKeys, keysSchema, type Keys } from './keys.ts';
import type { SenderKey } from './push-message.ts';

const coordinate = v.pipe(v.string(), v.regex(/^[\w-]{43}$/));

/** A key pair of the curve P-256 as JWK: what RFC 8292 signs with. */
const pushKeySchema = v.pipe(
	v.string(),
	v.parseJson(),
	v.strictObject({
		kty: v.literal('EC'),
		crv: v.literal('P-256'),
		x: coordinate,
		y: coordinate,
		d: coordinate
	})
);

/** Bindings of the Worker as they arrive. Read here and nowhere else. */
const bindingsSchema = v.object({
	MODE: v.optional(v.picklist(['production', 'development']), 'production'),
	ORIGIN: v.pipe(v.string(), v.url()),
	/** A host of its own for staff (ASVS 3.5.4); empty: both on one host. */
	STAFF_ORIGIN: v.optional(v.union([v.literal(''), v.pipe(v.string(), v.url())]), ''),
	STAFF_PASSKEY: v.optional(v.picklist(['required', 'optional']), 'required'),
	DATABASE_URL: v.pipe(v.string(), v.url()),
	DATABASE_TOKEN: v.optional(v.string(), ''),
	SMTP_HOST: v.pipe(v.string(), v.minLength(1)),
	SMTP_PORT: v.pipe(v.union([v.string(), v.number()]), v.transform(Number), v.integer()),
	SMTP_USER: v.optional(v.string(), ''),
	SMTP_PASSWORD: v.optional(v.string(), ''),
	SMTP_SECURE: v.optional(v.picklist(['none', 'starttls', 'tls']), 'tls'),
	MAIL_FROM: v.pipe(v.string(), v.email()),
	AUDIT_SINK_URL: v.optional(v.union([v.literal(''), v.pipe(v.string(), v.url())]), ''),
	AUDIT_SINK_TOKEN: v.optional(v.string(), ''),
	SCANNER_URL: v.optional(v.union([v.literal(''), v.pipe(v.string(), v.url())]), ''),
	SCANNER_TOKEN: v.optional(v.string(), ''),
	/** The ECB's reference file; empty: rates come by `npm run rates:import` alone. */
	RATES_URL: v.optional(v.union([v.literal(''), v.pipe(v.string(), v.url())]), ''),
	/** Key of the notices to devices, as `npm run keys:push` makes it; empty: none are offered. */
	PUSH_KEY: v.optional(v.union([v.literal(''), pushKeySchema]), ''),
	/** `on`: rules may approve small claims in full without a person (decision 0072). */
	AUTOMATIC_APPROVAL: v.optional(v.picklist(['', 'on', 'off']), 'off'),
	KEYS: v.pipe(
		v.string(),
		v.rawTransform(({ dataset, addIssue, NEVER }) => {
			try {
				return JSON.parse(dataset.value) as unknown;
			} catch {
				addIssue({ message: 'is not JSON' });
				return NEVER;
			}
		}),
		keysSchema
	)
});

export type Configuration = {
	readonly isProduction: boolean;
	readonly origin: string;
	/** The same as `origin` where staff have no host of their own. */
	readonly staffOrigin: string;
	/** False only in development: then staff may come in with password and code (Z8). */
	readonly staffNeedPasskey: boolean;
	readonly database: { readonly url: string; readonly token: string };
	readonly smtp: {
		readonly host: string;
		readonly port: number;
		readonly user: string;
		readonly password: string;
		readonly secure: 'none' | 'starttls' | 'tls';
		readonly from: string;
	};
	/** Where checkpoints of the audit log go; null in development without one. */
	readonly auditSink: { readonly url: string; readonly token: string } | null;
	/** What looks through uploads for viruses; null in development without one. */
	readonly scanner: { readonly url: string; readonly token: string } | null;
	/** Where the bank's rates are fetched; null: they come by command. */
	readonly ratesUrl: string | null;
	/** What signs for notices to devices; null: none are offered. */
	readonly pushKey: SenderKey | null;
	/** Whether rules may approve claims without a person. */
	readonly approvesByRules: boolean;
	readonly keys: Keys;
};

export type ConfigurationAnswer =
	| { readonly ok: true; readonly configuration: Configuration }
	/** One sentence a fault, each naming the binding and the mend; never a value. */
	| { readonly ok: false; readonly faults: readonly string[] };

/**
 * Checks the bindings. In production mode a database host outside the operator's list, a missing,
 * equal or example key, plain HTTP or unencrypted mail is refused: the Worker then answers 503.
 */
export function readConfiguration(bindings: unknown): ConfigurationAnswer {
	const parsed = v.safeParse(bindingsSchema, bindings);
	if (!parsed.success) {
		return { ok: false, faults: parsed.issues.map(describeIssue) };
	}
	const { MODE, ORIGIN, DATABASE_URL, KEYS, SMTP_SECURE, ...rest } = parsed.output;
	const isProduction = MODE === 'production';
	const faults = isProduction
		? [
				...productionFaults(ORIGIN, DATABASE_URL, SMTP_SECURE, KEYS),
				...sinkFaults(rest.AUDIT_SINK_URL, DATABASE_URL),
				...scannerFaults(rest.SCANNER_URL),
				...ratesFaults(rest.RATES_URL),
				...staffFaults(rest.STAFF_ORIGIN, rest.STAFF_PASSKEY),
				...credentialFaults(rest)
			]
		: [];
	if (faults.length > 0) return { ok: false, faults };
	return {
		ok: true,
		configuration: {
			isProduction,
			origin: new URL(ORIGIN).origin,
			staffOrigin: new URL(rest.STAFF_ORIGIN || ORIGIN).origin,
			staffNeedPasskey: rest.STAFF_PASSKEY === 'required',
			database: { url: DATABASE_URL, token: rest.DATABASE_TOKEN },
			smtp: {
				host: rest.SMTP_HOST,
				port: rest.SMTP_PORT,
				user: rest.SMTP_USER,
				password: rest.SMTP_PASSWORD,
				secure: SMTP_SECURE,
				from: rest.MAIL_FROM
			},
			auditSink: rest.AUDIT_SINK_URL
				? { url: rest.AUDIT_SINK_URL, token: rest.AUDIT_SINK_TOKEN }
				: null,
			scanner: rest.SCANNER_URL ? { url: rest.SCANNER_URL, token: rest.SCANNER_TOKEN } : null,
			ratesUrl: rest.RATES_URL || null,
			pushKey: rest.PUSH_KEY || null,
			approvesByRules: rest.AUTOMATIC_APPROVAL === 'on',
			keys: KEYS
		}
	};
}

const MENDS: Readonly<Record<string, string>> = {
	KEYS: 'run `npm run keys:generate` and store its output as the secret KEYS',
	PUSH_KEY: 'run `npm run keys:push` and store its output as the secret PUSH_KEY'
};

function describeIssue(issue: v.BaseIssue<unknown>): string {
	const key = issue.path?.[0]?.key;
	const binding = typeof key === 'string' ? key : 'bindings';
	const mend = MENDS[binding] ?? 'set it with `wrangler secret put` or in wrangler.toml';
	return `${binding} is missing or malformed: ${mend}.`;
}

function productionFaults(origin: string, url: string, smtp: string, keys: Keys): string[] {
	const faults: string[] = [...checkKeys(keys)];
	const database = new URL(url);
	if (placeOfDatabase(database.hostname, OPERATOR) === null) {
		faults.push(
			"DATABASE_URL names a host outside the operator's list: add it with its place to " +
				'databasePlaces in src/lib/domain/operator.ts, or move the database to a listed place.'
		);
	}
	if (database.protocol === 'http:' || database.protocol === 'ws:') {
		faults.push('DATABASE_URL is not encrypted: use https: or libsql:.');
	}
	if (!origin.startsWith('https://')) faults.push('ORIGIN is not https: set the public address.');
	if (smtp === 'none') faults.push('SMTP_SECURE is none: set it to tls (465) or starttls (587).');
	return faults;
}

/** Shorter ones are what manuals print and people make up: providers hand out longer ones. */
const SHORTEST_SECRET = 16;

/** A default or guessable secret towards a service of ours is none (ASVS 13.2.3). */
function credentialFaults(given: {
	readonly DATABASE_TOKEN: string;
	readonly SMTP_USER: string;
	readonly SMTP_PASSWORD: string;
	readonly AUDIT_SINK_TOKEN: string;
	readonly SCANNER_TOKEN: string;
}): readonly string[] {
	const mend = 'set the one the provider has made, with `wrangler secret put`';
	const isWeak = (secret: string) =>
		secret.length < SHORTEST_SECRET || new Set(secret).size < 8 || secret === given.SMTP_USER;
	return [
		{ name: 'DATABASE_TOKEN', secret: given.DATABASE_TOKEN, isUsed: true },
		{ name: 'SMTP_PASSWORD', secret: given.SMTP_PASSWORD, isUsed: given.SMTP_USER !== '' },
		...(['AUDIT_SINK_TOKEN', 'SCANNER_TOKEN'] as const).map((name) => ({
			...{ name, secret: given[name], isUsed: given[name] !== '' }
		}))
	].flatMap(({ name, secret, isUsed }) =>
		isUsed && isWeak(secret) ? [`${name} is missing, a default or too short: ${mend}.`] : []
	);
}

/** The staff's door opens for passkeys alone where real claims are decided (ASVS 6.3.3). */
function staffFaults(origin: string, passkey: string): readonly string[] {
	return [
		...(origin === '' || origin.startsWith('https://')
			? []
			: ["STAFF_ORIGIN is not https: set the public address of the staff's host."]),
		...(passkey === 'required'
			? []
			: ['STAFF_PASSKEY is optional: remove it or set it to required.'])
	];
}

/** A checkpoint that lies beside the log it vouches for can be changed with it (decision 0023). */
function sinkFaults(sink: string, databaseUrl: string): readonly string[] {
	const mend = 'an https address outside the database that keeps each file once';
	if (!sink) return [`AUDIT_SINK_URL is missing: set it to ${mend}.`];
	const { protocol, hostname } = new URL(sink);
	if (protocol !== 'https:') return [`AUDIT_SINK_URL is not encrypted: set it to ${mend}.`];
	if (hostname !== new URL(databaseUrl).hostname) return [];
	return [`AUDIT_SINK_URL is the host of the database: set it to ${mend}.`];
}

/** Rates are money: nobody on the way may change them. */
function ratesFaults(url: string): readonly string[] {
	if (!url || new URL(url).protocol === 'https:') return [];
	return ["RATES_URL is not encrypted: set it to the https address of the ECB's reference file."];
}

/** Clerks open what strangers send: not one file of it without a scanner (F5, decision 0041). */
function scannerFaults(url: string): readonly string[] {
	const mend = 'the https address of a virus scanner that answers as clamav-rest does';
	if (!url) return [`SCANNER_URL is missing: set it to ${mend}.`];
	return new URL(url).protocol === 'https:'
		? []
		: [`SCANNER_URL is not encrypted: set it to ${mend}.`];
}
