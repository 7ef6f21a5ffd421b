import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hex, joined, type Sha256 } from './bytes.ts';
import { leafHashOf } from './leaf.ts';
import {
	consistencyPath,
	growTree,
	inclusionPath,
	isConsistent,
	isIncluded,
	nodeCount,
	positionsOf,
	rangeHash,
	rootOf,
	type Range
} from './tree.ts';

const sha256: Sha256 = (bytes) => new Uint8Array(createHash('sha256').update(bytes).digest());
const bytesOf = (text: string) => new Uint8Array(Buffer.from(text, 'hex'));

/** RFC 6962 2.1, word for word and slow. */
function naiveRoot(leaves: readonly Uint8Array[]): Uint8Array {
	const [only] = leaves;
	if (!only) return sha256(new Uint8Array());
	if (leaves.length === 1) return only;
	let middle = 1;
	while (middle * 2 < leaves.length) middle *= 2;
	const halves = [naiveRoot(leaves.slice(0, middle)), naiveRoot(leaves.slice(middle))];
	return sha256(joined(Uint8Array.of(1), ...halves));
}

function grow(leaves: readonly Uint8Array[]) {
	const tree = growTree(sha256);
	const nodes = leaves.flatMap((leaf) => tree.append(leaf));
	const hashesOf = (range: Range) =>
		positionsOf(range).map((position) => nodes[position] ?? new Uint8Array());
	const prove = (path: readonly Range[]) => path.map((one) => rangeHash(sha256, hashesOf(one)));
	return { tree, nodes, hashesOf, prove };
}

/** The reference leaves of the Certificate Transparency code and their roots for sizes 0 to 8. */
const CT_LEAVES = [
	'',
	'00',
	'10',
	'2021',
	'3031',
	'40414243',
	'5051525354555657',
	'606162636465666768696a6b6c6d6e6f'
].map((text) => leafOfBytes(bytesOf(text)));
const CT_ROOTS = [
	'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
	'6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
	'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
	'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
	'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
	'4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
	'76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
	'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
	'5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328'
];

function leafOfBytes(bytes: Uint8Array): Uint8Array {
	return sha256(joined(Uint8Array.of(0), bytes));
}

const leavesOf = (count: number) =>
	Array.from({ length: count }, (_, index) => leafHashOf(sha256, `leaf ${index}`));

test('L2: the tree has the roots of the Certificate Transparency reference for sizes 0 to 8', () => {
	const roots = CT_ROOTS.map((_, size) => hex(grow(CT_LEAVES.slice(0, size)).tree.root()));
	expect(roots).toEqual(CT_ROOTS);
});

test('L2: inclusion and consistency proofs of the reference tree are those of the reference', () => {
	const { prove } = grow(CT_LEAVES);
	expect(prove(inclusionPath(0, 8)).map(hex)).toEqual([
		'96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
		'5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
		'6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4'
	]);
	expect(prove(consistencyPath(6, 8)).map(hex)).toEqual([
		'0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
		'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
		'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7'
	]);
});

test('L2: a growing tree has the root RFC 6962 defines, whatever its size', () => {
	fc.assert(
		fc.property(fc.nat(300), (size) => {
			const leaves = leavesOf(size);
			const { tree, nodes, hashesOf } = grow(leaves);
			expect(hex(tree.root())).toBe(hex(naiveRoot(leaves)));
			expect(nodes).toHaveLength(nodeCount(size));
			expect(hex(rootOf(sha256, hashesOf({ start: 0, end: size })))).toBe(hex(tree.root()));
		}),
		{ numRuns: 60 }
	);
});

test('L2: a tree taken up at any size from its edge grows on as if never put down', () => {
	fc.assert(
		fc.property(fc.nat(200), fc.nat(200), (first, more) => {
			const leaves = leavesOf(first + more);
			const whole = grow(leaves);
			const edge = grow(leaves.slice(0, first)).hashesOf({ start: 0, end: first });
			const resumed = growTree(sha256, first, edge);
			leaves.slice(first).forEach((leaf) => resumed.append(leaf));
			expect(hex(resumed.root())).toBe(hex(whole.tree.root()));
		}),
		{ numRuns: 60 }
	);
});

const sizeAndIndex = fc
	.integer({ min: 1, max: 200 })
	.chain((size) => fc.tuple(fc.constant(size), fc.nat(size - 1)));

test('L2: every leaf proves its place, and no other leaf, place, size or root', () => {
	fc.assert(
		fc.property(sizeAndIndex, fc.nat(7), ([size, index], flip) => {
			const leaves = leavesOf(size);
			const { tree, prove } = grow(leaves);
			const proof = prove(inclusionPath(index, size));
			const root = tree.root();
			const leafHash = leaves[index] ?? new Uint8Array();
			const claim = { index, size, leafHash, root };
			expect(isIncluded(sha256, claim, proof)).toBe(true);
			expect(isIncluded(sha256, { ...claim, leafHash: sha256(leafHash) }, proof)).toBe(false);
			expect(isIncluded(sha256, { ...claim, root: sha256(root) }, proof)).toBe(false);
			expect(isIncluded(sha256, { ...claim, index: size }, proof)).toBe(false);
			expect(isIncluded(sha256, claim, [...proof, root])).toBe(false);
			if (proof.length === 0) return;
			expect(isIncluded(sha256, claim, proof.slice(1))).toBe(false);
			expect(isIncluded(sha256, claim, withBitFlipped(proof, flip))).toBe(false);
			const elsewhere = (index + 1) % size;
			expect(isIncluded(sha256, { ...claim, index: elsewhere }, proof)).toBe(false);
		}),
		{ numRuns: 80 }
	);
});

test('L2: a tree proves to begin with each of its earlier selves, and with no other', () => {
	fc.assert(
		fc.property(sizeAndIndex, fc.nat(7), ([size, before], flip) => {
			const leaves = leavesOf(size);
			const old = { size: before + 1, root: naiveRoot(leaves.slice(0, before + 1)) };
			const { tree, prove } = grow(leaves);
			const now = { size, root: tree.root() };
			const proof = prove(consistencyPath(old.size, size));
			expect(isConsistent(sha256, old, now, proof)).toBe(true);
			expect(isConsistent(sha256, { ...old, root: sha256(old.root) }, now, proof)).toBe(false);
			expect(isConsistent(sha256, old, { ...now, root: sha256(now.root) }, proof)).toBe(false);
			expect(isConsistent(sha256, old, now, [...proof, old.root])).toBe(false);
			expect(isConsistent(sha256, { ...old, size: size + 1 }, now, proof)).toBe(false);
			if (proof.length === 0) return;
			expect(isConsistent(sha256, old, now, [])).toBe(false);
			expect(isConsistent(sha256, old, now, withBitFlipped(proof, flip))).toBe(false);
		}),
		{ numRuns: 80 }
	);
});

function withBitFlipped(proof: readonly Uint8Array[], bit: number): readonly Uint8Array[] {
	const [first, ...rest] = proof;
	const changed = Uint8Array.from(first ?? [], (byte, index) =>
		index === 0 ? byte ^ (1 << bit) : byte
	);
	return [changed, ...rest];
}
