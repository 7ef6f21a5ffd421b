// Pages know them by this name; PDFs and mails, which may not import components, by the other.
export * from '#lib/i18n/format.ts';
