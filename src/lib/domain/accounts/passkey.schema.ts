import * as v from 'valibot';

/** The browser's answer as JSON text: an attestation with a certificate is the longest. */
export const PASSKEY_ANSWER_LENGTH = 100_000;

export const passkeyAnswerField = v.pipe(
	v.string('required'),
	v.maxLength(PASSKEY_ANSWER_LENGTH, 'too-long')
);

export const passkeyAnswerSchema = v.object({
	passkey: v.pipe(passkeyAnswerField, v.minLength(1, 'passkey-missing'))
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

/** Which passkey of the list is meant. */
export const passkeyPickedSchema = v.object({
	passkeyId: v.pipe(v.string('required'), v.regex(/^[\w-]{1,1400}$/, 'invalid'))
});
