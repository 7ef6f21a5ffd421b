// What the customer does with a draft. Every act reads it anew from the device and goes through the state machine.
import { calendarDateOf } from '#lib/domain/calendar.ts';
import {
	frozenOf,
	isSentElsewhere,
	isStillHere,
	mayBeWithInsurer,
	type DraftEvent,
	type FrozenClaim
} from '#lib/domain/claims/draft.ts';
import type { DraftForm } from '#lib/domain/claims/draft-form.ts';
import type { Issues } from '#lib/domain/result.ts';
import type { AttachmentStore } from './attachments.ts';
import type { Draft } from './draft.schema.ts';
import { StaleDraft, type DraftStore } from './drafts.ts';
import type { PlanField } from '#lib/domain/claims/circumstances.ts';
import { freezeDraft } from './freeze.ts';
import type { Wire } from './wire.ts';
import { withdrawalOf, type Withdrawal } from './withdrawals.ts';

export type DraftActsParts = {
	readonly drafts: DraftStore;
	readonly files: AttachmentStore;
	readonly wire: Wire;
	readonly wakeSender: () => void;
	readonly tellChange: () => Promise<void>;
	/** What stands in this revision is kept in another draft: it need not be kept again. */
	readonly passOver: (draft: Draft) => Promise<void>;
	/** Whether the session is still that of the owner of these drafts: somebody else may have signed in. */
	readonly isOwnSession: () => Promise<boolean>;
	readonly asksOf: (contractId: string) => readonly PlanField[];
	/** The insurer could not be asked to drop what it has of a deleted draft: the next contact does. */
	readonly withdrawLater: (draftId: string, submissionId: string) => Promise<void>;
};

/** The sender writes a handful of words at most while one act is done. */
const ATTEMPTS = 5;

/** Refusals of a claim as it is: offered again, it would be refused again. */
const FINAL_REFUSALS: readonly number[] = [400, 404, 409, 413, 422];

export class DraftActs {
	readonly #parts: DraftActsParts;

	constructor(parts: DraftActsParts) {
		this.#parts = parts;
	}

	/** The draft, or null when it is not on this device or in another account. */
	find(id: string): Promise<Draft | null> {
		return this.#parts.drafts.find(id);
	}

	/** Puts a new draft on the device; false when the device refuses. */
	async keep(draft: Draft): Promise<boolean> {
		const { id, rev, order: _order, ...content } = draft;
		try {
			await this.#parts.drafts.save(id, rev, content);
		} catch {
			return false;
		}
		// Asks the browser not to clear the drafts away when storage gets short.
		void navigator.storage.persist();
		await this.#parts.tellChange();
		return true;
	}

	/** Freezes a draft and sends it, on the customer's word only. No issues: it is on its way. */
	async submit(id: string): Promise<Issues> {
		const { drafts, files, tellChange, wakeSender } = this.#parts;
		const draft = await drafts.find(id);
		if (!draft) return { '': 'gone' };
		const today = calendarDateOf(Date.now());
		const by = { today, asks: this.#parts.asksOf(draft.form.contractId) };
		const outcome = await freezeDraft(draft, files, crypto.randomUUID(), by);
		if (outcome.kind === 'incomplete') return outcome.issues;
		try {
			const ready = await this.#apply(draft, { type: 'completed' });
			if (ready) await this.#apply(ready, { type: 'frozen', frozen: outcome.frozen });
		} catch (error) {
			// Pressed twice, or in two tabs: the first one has it, and its state is shown.
			if (!(error instanceof StaleDraft)) return { '': 'not-saved' };
		}
		await tellChange();
		wakeSender();
		return {};
	}

	/** Takes back what is not a claim yet. False when only the Worker can tell and does not. */
	async withdraw(id: string): Promise<boolean> {
		const draft = await this.#parts.drafts.find(id);
		const frozen = draft && frozenOf(draft.state);
		if (!draft || !frozen) return false;
		const isFree = isStillHere(draft.state) || (await this.#askBack(frozen)) === 'withdrawn';
		if (!isFree) return this.#leaveToSender(id);
		await this.#applyAnew(id, { type: 'withdrawn' });
		// What is changed now is declared true anew.
		await this.#applyAnew(id, { type: 'edited' }, { isDeclaredTrue: false });
		await this.#parts.tellChange();
		return true;
	}

	/**
	 * Keeps what another device was faster with as a draft of its own, and answers its id. The old one
	 * stays until the receipt of the other device comes here.
	 */
	async keepAsNew(id: string): Promise<string | null> {
		const { drafts, tellChange, passOver } = this.#parts;
		const draft = await drafts.find(id);
		if (!draft || !isSentElsewhere(draft.state)) return null;
		try {
			const { copyDraft } = await import('./copy-draft.ts');
			const copyId = await copyDraft(this.#parts, draft);
			await passOver(draft);
			await tellChange();
			return copyId;
		} catch {
			return null;
		}
	}

	/** Sends a refused claim once more, under the same submission. */
	async retry(id: string): Promise<void> {
		const draft = await this.#parts.drafts.find(id);
		if (draft) await this.#apply(draft, { type: 'retried' });
		await this.#parts.tellChange();
		this.#parts.wakeSender();
	}

	/**
	 * Deletes a draft, or one that does not open any more. Of a claim on its way the insurer is asked
	 * first to drop what it has. False, and nothing deleted, when it has received the claim already.
	 */
	async remove(id: string): Promise<boolean> {
		const { drafts, tellChange, withdrawLater } = this.#parts;
		const draft = await drafts.find(id).catch(() => null);
		const frozen = draft && mayBeWithInsurer(draft.state) ? frozenOf(draft.state) : null;
		if (frozen) {
			const outcome = await this.#askBack(frozen);
			if (outcome === 'received') return this.#leaveToSender(id);
			// The receipt came while the insurer was asked.
			if ((await drafts.find(id))?.state.name === 'accepted') return false;
			if (outcome === 'unknown') await withdrawLater(id, frozen.submissionId);
		}
		if (draft) await this.#apply(draft, { type: 'deleted' });
		else await drafts.remove(id);
		await tellChange();
		return true;
	}

	async #askBack({ submissionId, submission }: FrozenClaim): Promise<Withdrawal> {
		// Of somebody else's session the insurer would say that it knows nothing of this claim.
		if (!(await this.#parts.isOwnSession())) return 'unknown';
		const first = await this.#withdraw(submissionId);
		if (first !== 'missing') return first;
		// It may still be on its way here: once it is known and withdrawn, it cannot come after that.
		const offered = await this.#parts.wire.submit(submissionId, submission);
		if (offered.kind === 'ok') {
			const second = await this.#withdraw(submissionId);
			return second === 'missing' ? 'unknown' : second;
		}
		const isFinal = offered.kind === 'refused' && FINAL_REFUSALS.includes(offered.status);
		return isFinal ? 'withdrawn' : 'unknown';
	}

	async #withdraw(submissionId: string): Promise<Withdrawal> {
		return withdrawalOf(await this.#parts.wire.withdraw(submissionId));
	}

	/** The insurer has it after all, or cannot be asked: the sender finds out. */
	async #leaveToSender(id: string): Promise<false> {
		await this.#applyAnew(id, { type: 'retried' });
		await this.#parts.tellChange();
		this.#parts.wakeSender();
		return false;
	}

	/** Applied to what stands on the device by now: the sender may just have written its own word. */
	async #applyAnew(id: string, event: DraftEvent, form: Partial<DraftForm> = {}): Promise<void> {
		for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
			const draft = await this.#parts.drafts.find(id);
			if (!draft) return;
			try {
				await this.#apply({ ...draft, form: { ...draft.form, ...form } }, event);
				return;
			} catch (error) {
				if (!(error instanceof StaleDraft)) throw error;
			}
		}
	}

	#apply(draft: Draft, event: DraftEvent): Promise<Draft | null> {
		return this.#parts.drafts.apply(draft, event, Date.now());
	}
}
