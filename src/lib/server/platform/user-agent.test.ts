import { expect, test } from 'vitest';
import { browserNameOf } from './user-agent.ts';

test('S6: a session is named by browser and system, and by nothing a stranger can make up', () => {
	const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0';
	expect(browserNameOf(firefox)).toEqual({ browser: 'Firefox', system: 'Linux' });
	const safari =
		'Mozilla/5.0 (iPhone; CPU iPhone OS 18_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.4 Mobile/15E148 Safari/604.1';
	expect(browserNameOf(safari)).toEqual({ browser: 'Safari', system: 'iOS' });
	expect(browserNameOf('')).toEqual({ browser: null, system: null });
	expect(browserNameOf('<b>bold</b>/1.0 (x)').browser).toBeNull();
	expect(browserNameOf('line\r\nbreak/1.0').browser ?? '').not.toMatch(/\n/);
	expect(browserNameOf(`${'x'.repeat(5000)}/1.0 (y)`).browser?.length ?? 0).toBeLessThanOrEqual(40);
});
