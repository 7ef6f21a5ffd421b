import type { SecurityQuestion } from '#lib/domain/accounts/security-questions.ts';
import { m } from './generated/messages.js';

const TEXTS: Readonly<Record<SecurityQuestion, () => string>> = {
	'first-street': m.accounts_question_first_street,
	'first-teacher': m.accounts_question_first_teacher,
	'childhood-friend': m.accounts_question_childhood_friend,
	'first-employer': m.accounts_question_first_employer,
	'grandmother-birthplace': m.accounts_question_grandmother_birthplace,
	'first-journey': m.accounts_question_first_journey
};

export function questionText(question: SecurityQuestion): string {
	return TEXTS[question]();
}
