import { FILE_FIELDS, MESSAGE_FILES_BYTES } from '#lib/domain/messages/conversation.ts';
import { failed } from '#lib/domain/result.ts';
import { readFilesForm } from '#lib/server/http.ts';

/** A message or a cost inquiry as its form sends it: what is typed first, then up to three files. */
export const readMessageForm = (request: Request) =>
	readFilesForm(request, FILE_FIELDS, MESSAGE_FILES_BYTES);

/** The answer to files that are too large together; what was typed comes back. */
export const TOO_LARGE = Promise.resolve(
	failed('invalid', 'portal/invalid-input', { [FILE_FIELDS[0]]: 'files-too-large' })
);
