import { expect, test } from 'vitest';
import { addressBlockOf } from './address-block.ts';

test('A16: IPv6 counts by /64, IPv4 by address, however either is written', () => {
	const one = addressBlockOf('2001:db8:1:2:aaaa::1');
	expect(one).toBe('2001:db8:1:2::/64');
	expect(addressBlockOf('2001:0DB8:0001:0002:ffff:ffff:ffff:ffff')).toBe(one);
	expect(addressBlockOf('2001:db8:1:3::1')).not.toBe(one);
	expect(addressBlockOf('2001:db8::1')).toBe('2001:db8:0:0::/64');
	expect(addressBlockOf('::1')).toBe('0:0:0:0::/64');
	expect(addressBlockOf('192.0.2.7')).toBe('192.0.2.7');
	expect(addressBlockOf('::ffff:192.0.2.7')).toBe('192.0.2.7');
	expect(addressBlockOf('::ffff:c000:207')).toBe('192.0.2.7');
});

test('A16: what is no address has no block', () => {
	for (const text of [
		'',
		'unknown',
		'job',
		'1.2.3.4, 5.6.7.8',
		'999.1.1.1',
		'1:2:3',
		'a.b',
		'::1]/x'
	])
		expect(addressBlockOf(text)).toBeNull();
});
