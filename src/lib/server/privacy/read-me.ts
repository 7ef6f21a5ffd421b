import type { Language } from '#lib/domain/messages/mail.ts';
import { OPERATOR } from '#lib/domain/operator.ts';
import { ARCHIVE_FORMAT } from '#lib/domain/privacy/archive.ts';
import { m } from '#lib/i18n/generated/messages.js';

/** What lies in the archive, in words, for whoever opens it in ten years. */
export function archiveReadMe(language: Language): {
	readonly name: string;
	readonly text: string;
} {
	const locale = { locale: language };
	const words = {
		portal: OPERATOR.portalName,
		insurer: OPERATOR.insurerName,
		format: ARCHIVE_FORMAT,
		mail: OPERATOR.dataProtectionMail
	};
	return { name: m.privacy_readme_name({}, locale), text: m.privacy_readme(words, locale) };
}
