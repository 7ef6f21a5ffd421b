import { ProtocolError } from './errors.ts';

/** What the engine takes and gives. Anything else (even a boolean) makes the addon abort Node. */
export type EngineValue = null | bigint | number | string | Uint8Array;

export type WireValue =
	| { readonly type: 'null' }
	| { readonly type: 'integer'; readonly value: string }
	| { readonly type: 'float'; readonly value: number }
	| { readonly type: 'text'; readonly value: string }
	| { readonly type: 'blob'; readonly base64: string };

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;
const INTEGER = /^-?\d{1,19}$/;

export function parseValue(fields: Readonly<Record<string, unknown>>): EngineValue {
	const { type, value, base64 } = fields;
	if (type === 'null') return null;
	if (type === 'integer' && typeof value === 'string' && INTEGER.test(value)) {
		const integer = BigInt(value);
		if (BigInt.asIntN(64, integer) === integer) return integer;
	}
	if (type === 'float' && typeof value === 'number') return value;
	if (type === 'text' && typeof value === 'string') return value;
	if (type === 'blob' && typeof base64 === 'string' && BASE64.test(base64)) {
		return Buffer.from(base64, 'base64');
	}
	throw new ProtocolError('Expected a value of type null, integer, float, text or blob');
}

export function toWireValue(value: unknown): WireValue {
	if (value === null) return { type: 'null' };
	if (typeof value === 'bigint') return { type: 'integer', value: value.toString() };
	if (typeof value === 'number') return { type: 'float', value };
	if (typeof value === 'string') return { type: 'text', value };
	if (value instanceof Uint8Array) {
		const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
		return { type: 'blob', base64: bytes.toString('base64') };
	}
	throw new TypeError(`The engine returned a value of type ${typeof value}`);
}
