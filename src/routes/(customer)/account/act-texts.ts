import {
	isSensitiveAct,
	type ActFact,
	type SensitiveAct
} from '#lib/domain/accounts/sensitive-acts.ts';
import { m } from '#lib/i18n/generated/messages.js';

type ActTexts = {
	/** Heading of the page that asks for the proof. */
	readonly confirm: () => string;
	/** What will happen, in one or two sentences. */
	readonly what: () => string;
	/** The verb on the button. */
	readonly send: () => string;
	readonly done: () => string;
	/** Where the act begins. */
	readonly page: string;
};

export const ACT_TEXTS: Readonly<Record<SensitiveAct, ActTexts>> = {
	'password/change': {
		confirm: m.accounts_act_password_confirm,
		what: m.accounts_act_password_what,
		send: m.accounts_act_password_send,
		done: m.accounts_act_password_done,
		page: '/account/password'
	}
};

/** What the account page says after an act, by its query; anything else says nothing. */
export function doneText(done: string | null): string | null {
	return done !== null && isSensitiveAct(done) ? ACT_TEXTS[done].done() : null;
}

const FACT_TEXTS: Readonly<Record<ActFact['name'], () => string>> = {
	email: m.accounts_fact_email,
	mobile: m.accounts_fact_mobile,
	question1: m.accounts_question_1,
	question2: m.accounts_question_2,
	device: m.accounts_fact_device
};

export function factText(name: ActFact['name']): string {
	return FACT_TEXTS[name]();
}
