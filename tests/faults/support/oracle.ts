// What must hold after every fault, whatever it was.
import { expect } from '@playwright/test';
import { findPlaintext } from '../../e2e/support/profile-scan.ts';
import type { Backstage } from './customers.ts';
import type { Device } from './device.ts';

/**
 * Drafts on the device = drafts that were called saved; claims on the server = distinct accepted
 * submissions; all hashes equal; nothing readable in the profile. Ends with the device switched off.
 */
export async function judge(
	devices: readonly Device[],
	backstage: Backstage,
	/** Devices whose storage the fault itself has taken. */
	isEmptied: (device: Device) => boolean
): Promise<void> {
	const accepted = new Map<string, Set<string>>();
	for (const device of devices) {
		if (!device.isOn) await device.start();
		await device.signIn();
		const content = await device.read();
		if (!isEmptied(device)) judgeDrafts(device, content);
		await judgeClaims(device, backstage, content, accepted);
		await device.stop();
		expect(findPlaintext(device.profile, [device.marker]), 'readable in the profile').toEqual([]);
	}
	for (const device of devices) {
		const claims = await backstage.claimsOf(device.owner);
		const known = accepted.get(device.owner.accountId) ?? new Set();
		expect(new Set(claims.map(({ submissionId }) => submissionId))).toEqual(known);
		expect(claims.length, 'claims on the server').toBe(known.size);
	}
}

type Content = Awaited<ReturnType<Device['read']>>;

function judgeDrafts(device: Device, content: Content): void {
	const ids = [...content.drafts.map(({ id }) => id), ...content.damagedIds];
	expect(new Set(ids), 'drafts on the device').toEqual(new Set(device.acknowledged.keys()));
	for (const draft of content.drafts) {
		expect(device.acknowledged.get(draft.id), 'what was called saved').toContain(draft.form.note);
	}
}

async function judgeClaims(
	device: Device,
	backstage: Backstage,
	content: Content,
	accepted: Map<string, Set<string>>
): Promise<void> {
	const claims = await backstage.claimsOf(device.owner);
	const own = accepted.get(device.owner.accountId) ?? new Set();
	for (const draft of content.drafts) {
		if (draft.state.name !== 'accepted') continue;
		const { frozen, receipt } = draft.state;
		own.add(frozen.submissionId);
		const claim = claims.find(({ submissionId }) => submissionId === frozen.submissionId);
		expect(claim?.number, 'the claim of a receipt').toBe(receipt.claimNumber);
		expect(claim?.fileHashes).toEqual(frozen.submission.files.map(({ sha256 }) => sha256));
		expect(draft.files.map(({ sha256 }) => sha256)).toEqual(claim?.fileHashes);
		expect(draft.files.every(({ isIntact }) => isIntact)).toBe(true);
	}
	accepted.set(device.owner.accountId, own);
}
