import { m } from '#lib/i18n/generated/messages.js';

const AGAINST_A_PERSON = {
	title: m.reviews_title,
	lead: m.reviews_lead,
	object: m.reviews_object,
	objectNamed: m.reviews_object_named,
	formTitle: m.reviews_form_title,
	formLead: m.reviews_form_lead,
	why: m.reviews_form_why,
	promise: m.reviews_form_promise,
	send: m.reviews_form_send,
	doneTitle: m.reviews_done_title,
	done: m.reviews_done_text
};
const AGAINST_RULES: typeof AGAINST_A_PERSON = {
	title: m.reviews_rules_title,
	lead: m.reviews_rules_lead,
	object: m.reviews_rules_object,
	objectNamed: m.reviews_rules_object_named,
	formTitle: m.reviews_rules_object,
	formLead: m.reviews_rules_form_lead,
	why: m.reviews_rules_form_why,
	promise: m.reviews_rules_form_promise,
	send: m.reviews_rules_form_send,
	doneTitle: m.reviews_done_rules_title,
	done: m.reviews_done_rules_text
};

/** Where rules have decided one asks for a person, else for another one (§ 37 BDSG). */
export const objectionTexts = (isDecidedByRules: boolean) =>
	isDecidedByRules ? AGAINST_RULES : AGAINST_A_PERSON;
