/**
 * The Merkle tree of RFC 6962 2.1 over nodes that are stored as they become complete.
 * A leaf counts from 0; a range is `[start, end)`. Sizes are safe integers, so no bit operators.
 */
import { areEqual, HASH_BYTES, type Sha256 } from './bytes.ts';

const NODE_PREFIX = 0x01;

/** Leaves of a subtree, start included, end not. */
export type Range = { readonly start: number; readonly end: number };

/** RFC 6962 2.1: the hash of an inner node. */
export function nodeHashOf(sha256: Sha256, left: Uint8Array, right: Uint8Array): Uint8Array {
	const bytes = new Uint8Array(1 + 2 * HASH_BYTES);
	bytes[0] = NODE_PREFIX;
	bytes.set(left, 1);
	bytes.set(right, 1 + HASH_BYTES);
	return sha256(bytes);
}

/** How many nodes, leaves included, are complete in a tree of `size` leaves. */
export function nodeCount(size: number): number {
	let count = 0;
	for (let left = size; left > 0; left = half(left)) count += left;
	return count;
}

/**
 * Where a complete node is stored: nodes stand in the order in which they become complete, so that
 * storage only grows and a run of leaves owns one run of nodes (layout of Go's sumdb/tlog).
 */
export function nodePosition(level: number, index: number): number {
	let leaf = index;
	for (let step = 0; step < level; step += 1) leaf = 2 * leaf + 1;
	return nodeCount(leaf) + level;
}

/** Positions of the complete nodes that make up a range, left to right; at most one a level. */
export function positionsOf({ start, end }: Range): readonly number[] {
	const positions: number[] = [];
	for (let at = start; at < end;) {
		const level = levelWithin(end - at);
		positions.push(nodePosition(level, at / 2 ** level));
		at += 2 ** level;
	}
	return positions;
}

/** The hash of a range from the hashes at its `positionsOf`, which must not be empty. */
export function rangeHash(sha256: Sha256, hashes: readonly Uint8Array[]): Uint8Array {
	return hashes.reduceRight((right, left) => nodeHashOf(sha256, left, right));
}

/** The root of an empty tree is the hash of nothing. */
export function rootOf(sha256: Sha256, hashes: readonly Uint8Array[]): Uint8Array {
	return hashes.length === 0 ? sha256(new Uint8Array()) : rangeHash(sha256, hashes);
}

export type GrowingTree = {
	readonly size: () => number;
	/** Adds a leaf; answers the nodes it completes, itself first, in the order they are stored. */
	readonly append: (leafHash: Uint8Array) => readonly Uint8Array[];
	readonly root: () => Uint8Array;
};

/**
 * A tree that grows at its right edge and remembers nothing else: `edge` holds the hashes at
 * `positionsOf({ start: 0, end: size })`.
 */
export function growTree(sha256: Sha256, size = 0, edge: readonly Uint8Array[] = []): GrowingTree {
	let count = size;
	const hashes = [...edge];
	return {
		size: () => count,
		append(leafHash) {
			const complete = [leafHash];
			let top = leafHash;
			for (let pairs = count; pairs % 2 === 1; pairs = half(pairs)) {
				const left = hashes.pop();
				if (!left) throw new Error('the edge of the tree does not fit its size');
				top = nodeHashOf(sha256, left, top);
				complete.push(top);
			}
			hashes.push(top);
			count += 1;
			return complete;
		},
		root: () => rootOf(sha256, hashes)
	};
}

/** RFC 6962 2.1.1: the ranges whose hashes prove that leaf `index` is in a tree of `size`, leaf to root. */
export function inclusionPath(index: number, size: number): readonly Range[] {
	const path: Range[] = [];
	let range: Range = { start: 0, end: size };
	while (range.end - range.start > 1) {
		const middle = middleOf(range);
		const left = { start: range.start, end: middle };
		const right = { start: middle, end: range.end };
		path.push(index < middle ? right : left);
		range = index < middle ? left : right;
	}
	return path.toReversed();
}

/** RFC 6962 2.1.2: the ranges that prove a tree of `size` to begin with the tree of `oldSize`. */
export function consistencyPath(oldSize: number, size: number): readonly Range[] {
	const path: Range[] = [];
	let range: Range = { start: 0, end: size };
	while (range.end > oldSize) {
		const middle = middleOf(range);
		const left = { start: range.start, end: middle };
		const right = { start: middle, end: range.end };
		path.push(oldSize <= middle ? right : left);
		range = oldSize <= middle ? left : right;
	}
	// The old tree itself is known to whoever checks.
	if (range.start > 0) path.push(range);
	return path.toReversed();
}

/** RFC 9162 2.1.3.2: whether the leaf is at `index` of the tree with this root. */
export function isIncluded(
	sha256: Sha256,
	claim: {
		readonly index: number;
		readonly size: number;
		readonly leafHash: Uint8Array;
		readonly root: Uint8Array;
	},
	proof: readonly Uint8Array[]
): boolean {
	if (claim.index < 0 || claim.index >= claim.size) return false;
	let [at, last, hash] = [claim.index, claim.size - 1, claim.leafHash];
	for (const other of proof) {
		if (last === 0) return false;
		if (at % 2 === 1 || at === last) {
			hash = nodeHashOf(sha256, other, hash);
			[at, last] = upToRightChild(at, last);
		} else {
			hash = nodeHashOf(sha256, hash, other);
		}
		[at, last] = [half(at), half(last)];
	}
	return last === 0 && areEqual(hash, claim.root);
}

/** RFC 9162 2.1.4.2: whether the new tree begins with the whole old one. */
export function isConsistent(
	sha256: Sha256,
	old: { readonly size: number; readonly root: Uint8Array },
	now: { readonly size: number; readonly root: Uint8Array },
	proof: readonly Uint8Array[]
): boolean {
	if (old.size < 1 || old.size > now.size) return false;
	if (old.size === now.size) return proof.length === 0 && areEqual(old.root, now.root);
	const path = 2 ** levelWithin(old.size) === old.size ? [old.root, ...proof] : proof;
	const [first, ...rest] = path;
	if (!first || proof.length === 0) return false;
	let [at, last] = [old.size - 1, now.size - 1];
	while (at % 2 === 1) [at, last] = [half(at), half(last)];
	let [oldHash, newHash] = [first, first];
	for (const other of rest) {
		if (last === 0) return false;
		if (at % 2 === 1 || at === last) {
			oldHash = nodeHashOf(sha256, other, oldHash);
			newHash = nodeHashOf(sha256, other, newHash);
			[at, last] = upToRightChild(at, last);
		} else {
			newHash = nodeHashOf(sha256, newHash, other);
		}
		[at, last] = [half(at), half(last)];
	}
	return last === 0 && areEqual(oldHash, old.root) && areEqual(newHash, now.root);
}

/** Climbs past the levels on which the node at the right edge has no brother. */
function upToRightChild(at: number, last: number): [number, number] {
	let pair: [number, number] = [at, last];
	while (pair[0] % 2 === 0 && pair[0] !== 0) pair = [half(pair[0]), half(pair[1])];
	return pair;
}

/** Where RFC 6962 splits a range of two leaves or more: the largest power of two below its length. */
function middleOf({ start, end }: Range): number {
	return start + 2 ** levelWithin(end - start - 1);
}

/** The highest level whose subtree fits into `count` leaves, count at least 1. */
function levelWithin(count: number): number {
	let level = 0;
	for (let left = count; left > 1; left = half(left)) level += 1;
	return level;
}

function half(value: number): number {
	return Math.floor(value / 2);
}
