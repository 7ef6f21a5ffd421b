import type { DraftForm } from '#lib/domain/claims/draft-form.ts';
import type { DraftState } from '#lib/domain/claims/draft.ts';

export type DraftSpec = {
	readonly draftId?: string;
	readonly contractId: string;
	readonly insuredPersonId: string;
	/** Stands in the diagnosis, the note, every file's name and every file: it may be nowhere in clear. */
	readonly marker: string;
	readonly photoBytes: readonly number[];
};

export type DeviceFile = {
	readonly id: string;
	readonly name: string;
	readonly sizeBytes: number;
	readonly sha256: string;
	/** It was read back, opened, and has this hash. */
	readonly isIntact: boolean;
};

export type DeviceDraft = {
	readonly id: string;
	readonly form: DraftForm;
	readonly state: DraftState;
	readonly step: string;
	readonly files: readonly DeviceFile[];
};

export type DeviceContent = {
	readonly drafts: readonly DeviceDraft[];
	readonly damagedIds: readonly string[];
	readonly lockedCount: number;
};

export type Ways = {
	readonly passphrase?: string;
	readonly pin?: string;
	/** A new one, of the authenticator that is plugged into this page. */
	readonly hasPasskey?: boolean;
};

export type SealedEnvelope = {
	readonly kind: 'passphrase' | 'passkey' | 'pin';
	readonly isBroken: boolean;
	/** Base64url. */
	readonly sealed: string;
};

/** What a test may ask of a page of the portal's origin. */
export type Kit = {
	seed(spec: DraftSpec): Promise<string>;
	/** A draft as the first release of all wrote it. */
	seedOldest(spec: DraftSpec): Promise<string>;
	read(): Promise<DeviceContent>;
	/** For the bench: many drafts with small photos. */
	seedMany(spec: DraftSpec, count: number, photosEach: number): Promise<void>;
	/** Milliseconds of each save of the newest draft, read back as the room does. */
	timeSaves(times: number): Promise<number[]>;
	/** Milliseconds to seal one file as the room does (with its hash), and to encrypt it in one piece. */
	timeEncryption(sizeBytes: number): Promise<{ readonly rawMs: number; readonly roomMs: number }>;
	/** Milliseconds of each listing of all drafts, as the room does it. */
	timeList(times: number): Promise<number[]>;
	/** Puts envelopes around the key, and lets it lie open no more. */
	protect(ways: Ways): Promise<void>;
	envelopes(): Promise<readonly SealedEnvelope[]>;
	dropEnvelope(kind: SealedEnvelope['kind']): Promise<void>;
	/** What lies on the device in clear for a lock: how many wrong guesses in a row. */
	guesses(): Promise<number>;
	dropKeys(): Promise<void>;
	countShared(): Promise<number>;
	countSealed(): Promise<{ readonly drafts: number; readonly chunks: number }>;
	flipBit(attachmentId: string): Promise<void>;
	swapRecord(fromId: string, overId: string): Promise<void>;
	keepRecord(id: string): Promise<void>;
	putKeptRecordBack(): Promise<void>;
};
