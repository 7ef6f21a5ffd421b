import * as v from 'valibot';

/** The browser's answer as JSON text: an attestation with a certificate is the longest. */
const ANSWER_LENGTH = 100_000;

const answerField = v.pipe(v.string('required'), v.maxLength(ANSWER_LENGTH, 'too-long'));

export const passkeyAnswerSchema = v.object({
	passkey: v.pipe(answerField, v.minLength(1, 'passkey-missing'))
});

/** The owner's own word for a passkey. It reaches no mail. */
export const passkeyLabelSchema = v.object({
	label: v.pipe(
		v.string('required'),
		v.trim(),
		v.normalize('NFC'),
		v.minLength(1, 'required'),
		v.maxLength(60, 'too-long'),
		v.regex(/^[^\p{Cc}<>]*$/u, 'name-invalid')
	)
});
