import {
	isSensitiveAct,
	type ActFact,
	type SensitiveAct
} from '#lib/domain/accounts/sensitive-acts.ts';
import { SECURITY_QUESTIONS } from '#lib/domain/accounts/security-questions.ts';
import { formatDate, formatIban } from './format.ts';
import { m } from './generated/messages.js';
import { getLocale } from './generated/runtime.js';
import { questionText } from './questions.ts';

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
	},
	'email/change': {
		confirm: m.accounts_act_email_confirm,
		what: m.accounts_act_email_what,
		send: m.accounts_act_email_send,
		done: m.accounts_act_email_done,
		page: '/account/email'
	},
	'mobile/change': {
		confirm: m.accounts_act_mobile_confirm,
		what: m.accounts_act_mobile_what,
		send: m.accounts_act_mobile_send,
		done: m.accounts_act_mobile_done,
		page: '/account/mobile'
	},
	'questions/change': {
		confirm: m.accounts_act_questions_confirm,
		what: m.accounts_act_questions_what,
		send: m.accounts_act_questions_send,
		done: m.accounts_act_questions_done,
		page: '/account/questions'
	},
	'authenticator/replace': {
		confirm: m.accounts_act_authenticator_confirm,
		what: m.accounts_act_authenticator_what,
		send: m.accounts_act_authenticator_send,
		done: m.accounts_act_authenticator_done,
		page: '/account/authenticator'
	},
	'recovery-codes/renew': {
		confirm: m.accounts_act_codes_confirm,
		what: m.accounts_act_codes_what,
		send: m.accounts_act_codes_send,
		done: m.accounts_act_codes_done,
		page: '/account/recovery-codes'
	},
	'passkey/add': {
		confirm: m.accounts_act_passkey_add_confirm,
		what: m.accounts_act_passkey_add_what,
		send: m.accounts_act_passkey_add_send,
		done: m.accounts_act_passkey_add_done,
		page: '/account/passkeys'
	},
	'passkey/remove': {
		confirm: m.accounts_act_passkey_remove_confirm,
		what: m.accounts_act_passkey_remove_what,
		send: m.accounts_act_passkey_remove_send,
		done: m.accounts_act_passkey_remove_done,
		page: '/account/passkeys'
	},
	'session/end': {
		confirm: m.accounts_act_session_confirm,
		what: m.accounts_act_session_what,
		send: m.accounts_act_session_send,
		done: m.accounts_act_session_done,
		page: '/account/devices'
	},
	'session/end-others': {
		confirm: m.accounts_act_others_confirm,
		what: m.accounts_act_others_what,
		send: m.accounts_act_others_send,
		done: m.accounts_act_others_done,
		page: '/account/devices'
	},
	'device/forget': {
		confirm: m.accounts_act_forget_confirm,
		what: m.accounts_act_forget_what,
		send: m.accounts_act_forget_send,
		done: m.accounts_act_forget_done,
		page: '/account/devices'
	},
	'data/export': {
		confirm: m.privacy_act_export_confirm,
		what: m.privacy_act_export_what,
		send: m.privacy_act_export_send,
		done: m.privacy_act_export_done,
		page: '/account/data'
	},
	'account/delete': {
		confirm: m.privacy_act_delete_confirm,
		what: m.privacy_act_delete_what,
		send: m.privacy_act_delete_send,
		done: m.privacy_act_delete_done,
		page: '/account/data'
	},
	'bank-account/change': {
		confirm: m.contracts_act_account_confirm,
		what: m.contracts_act_account_what,
		send: m.contracts_act_account_send,
		done: m.contracts_act_account_done,
		page: '/contracts'
	}
};

/** What the account page says after an act, by its query; anything else says nothing. */
export function doneText(done: string | null): string | null {
	if (done === 'email/cancel') return m.accounts_email_cancelled();
	return done !== null && isSensitiveAct(done) ? ACT_TEXTS[done].done() : null;
}

const FACT_TEXTS: Readonly<Record<ActFact['name'], () => string>> = {
	email: m.accounts_fact_email,
	mobile: m.accounts_fact_mobile,
	question1: m.accounts_question_1,
	question2: m.accounts_question_2,
	device: m.accounts_fact_device,
	passkey: m.accounts_fact_label,
	contract: m.contracts_fact_contract,
	accountHolder: m.contracts_account_holder,
	iban: m.contracts_fact_iban,
	holdsFrom: m.contracts_fact_holds_from
};

export function factText({ name, value }: ActFact): { label: string; value: string } {
	const question = SECURITY_QUESTIONS.find((one) => one === value);
	const isQuestion = name === 'question1' || name === 'question2';
	const text = isQuestion && question ? questionText(question) : shownValue(name, value);
	return { label: FACT_TEXTS[name](), value: text || m.accounts_device_unknown() };
}

/** A value as it is read aloud: an IBAN in fours, a day with its month's name. */
function shownValue(name: ActFact['name'], value: string): string {
	if (name === 'iban') return formatIban(value);
	return name === 'holdsFrom' ? formatDate(value, getLocale()) : value;
}
