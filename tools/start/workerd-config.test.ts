import { describe, expect, it } from 'vitest';
import { entryModule, workerdConfig, type WorkerdConfig } from './workerd-config.ts';

const config: WorkerdConfig = {
	modules: [{ file: 'worker.js', kind: 'esModule' }],
	mainModule: 'worker.js',
	compatibilityDate: '2026-11-01',
	compatibilityFlags: [],
	bindings: { KEYS: 'PORTAL_KEYS' },
	address: '127.0.0.1:8788',
	cronSocket: '/tmp/x/cron.sock',
	assetsDir: '/tmp/x/assets',
	outbound: ['local'],
	trustsClientIpHeader: false
};

describe('workerdConfig', () => {
	it('replaces a client address that the browser claims to have', () => {
		expect(workerdConfig(config)).toContain('(name = "CF-Connecting-IP", value = "127.0.0.1")');
		expect(workerdConfig({ ...config, trustsClientIpHeader: true })).not.toContain('CF-Connecting');
	});

	it('reaches the jobs by a file of this machine only, never by the public port', () => {
		const text = workerdConfig(config);
		expect(text).toMatch(/name = "http", address = "127\.0\.0\.1:8788", service = "portal",/);
		expect(text).toMatch(/name = "cron", address = "unix:\/tmp\/x\/cron\.sock"/);
	});

	it('keeps the values of bindings out of the file', () => {
		expect(workerdConfig(config)).toContain('(name = "KEYS", fromEnvironment = "PORTAL_KEYS")');
	});

	it('cannot be broken out of by a quote', () => {
		const text = workerdConfig({ ...config, assetsDir: '/tmp/a"b\\c' });
		expect(text).toContain('path = "/tmp/a\\"b\\\\c"');
		expect(() => workerdConfig({ ...config, assetsDir: '/tmp/\n' })).toThrow('Not printable');
	});
});

describe('entryModule', () => {
	it('turns a request on the cron socket into the scheduled event', async () => {
		const events: unknown[] = [];
		const stub = `data:text/javascript,${encodeURIComponent(
			'export default { scheduled: (event, env) => env.push(event.cron) }'
		)}`;
		const source = entryModule('worker.js').replace('./worker.js', stub);
		const module = (await import(
			/* @vite-ignore */ `data:text/javascript,${encodeURIComponent(source)}`
		)) as { cron: { fetch: (request: Request, env: unknown) => Promise<Response> } };
		const answer = await module.cron.fetch(new Request('http://cron/'), events);
		expect([answer.status, events]).toEqual([204, ['* * * * *']]);
	});
});
