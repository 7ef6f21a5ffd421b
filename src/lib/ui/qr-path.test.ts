import { encode } from 'uqr';
import { expect, test } from 'vitest';
import { qrPath } from './qr-path.ts';

const URI =
	'otpauth://totp/Kundenportal:anna%40example.org?secret=JBSWY3DPEHPK3PXP&issuer=Kundenportal';

test('the path draws exactly the dark modules', () => {
	const { data } = encode(URI, { ecc: 'M', border: 4 });
	const { size, path } = qrPath(URI);
	const drawn = new Set<string>();
	for (const [, x, y, run] of path.matchAll(/M(\d+) (\d+)h(\d+)v1H\d+z/g)) {
		for (let i = 0; i < Number(run); i++) drawn.add(`${Number(x) + i},${Number(y)}`);
	}
	const dark = data.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? [`${x},${y}`] : [])));
	expect(size).toBe(data.length);
	expect([...drawn].sort()).toEqual(dark.sort());
});

test('four modules of white lie around it', () => {
	const { size, path } = qrPath(URI);
	for (const [, x, y] of path.matchAll(/M(\d+) (\d+)/g)) {
		expect(Number(x)).toBeGreaterThanOrEqual(4);
		expect(Number(y)).toBeGreaterThanOrEqual(4);
		expect(Number(y)).toBeLessThan(size - 4);
	}
});
