import { currencyExponent, type Money } from '#lib/domain/money.ts';
import type { Language as Locale } from '#lib/domain/messages/mail.ts';

const TAGS = { de: 'de-DE', en: 'en-GB' } as const;
const TIME_ZONE = 'Europe/Berlin';
const LONG_DATE = { day: 'numeric', month: 'long', year: 'numeric' } as const;
const TIME_OF_DAY = {
	hour: '2-digit',
	minute: '2-digit',
	hourCycle: 'h23',
	timeZone: TIME_ZONE,
	timeZoneName: 'short'
} as const;

// Made once: building a formatter costs far more than using it.
const DATES = perLocale((tag) => new Intl.DateTimeFormat(tag, { ...LONG_DATE, timeZone: 'UTC' }));
const DAYS = perLocale(
	(tag) => new Intl.DateTimeFormat(tag, { ...LONG_DATE, timeZone: TIME_ZONE })
);
const TIMES = perLocale((tag) => new Intl.DateTimeFormat(tag, TIME_OF_DAY));
const MONTHS = perLocale(
	(tag) => new Intl.DateTimeFormat(tag, { month: 'long', year: 'numeric', timeZone: 'UTC' })
);
const BYTES_PER_STEP = 1000;

/** `2026-03-12` as "12. März 2026" or "12 March 2026"; anything else comes back as it is. */
export function formatDate(isoDate: string, locale: Locale): string {
	const date = new Date(`${isoDate}T00:00:00Z`);
	if (Number.isNaN(date.getTime())) return isoDate;
	return DATES[locale].format(date);
}

/** The month of a calendar date as "März 2026" or "March 2026". */
export function formatMonth(isoDate: string, locale: Locale): string {
	return MONTHS[locale].format(new Date(`${isoDate}T00:00:00Z`));
}

/** A moment as "12. März 2026, 14:02 Uhr (MEZ)": customers abroad must see whose clock it is. */
export function formatDateTime(atMs: number, locale: Locale): string {
	const { date, time, zone } = momentOf(atMs, locale);
	return `${date}, ${time}${zone}`;
}

/** From one moment to another: "12. März 2026, 14:02 bis 14:05 Uhr (MEZ)"; within a minute one moment. */
export function formatDateTimeSpan(fromMs: number, toMs: number, locale: Locale): string {
	const [from, to] = [momentOf(fromMs, locale), momentOf(toMs, locale)];
	const until = locale === 'de' ? 'bis' : 'to';
	if (from.date !== to.date || from.zone !== to.zone) {
		return `${formatDateTime(fromMs, locale)} ${until} ${formatDateTime(toMs, locale)}`;
	}
	if (from.time === to.time) return formatDateTime(fromMs, locale);
	return `${from.date}, ${from.time} ${until} ${to.time}${to.zone}`;
}

/** The zone goes with what the language writes behind a time of day. */
function momentOf(atMs: number, locale: Locale) {
	const parts = TIMES[locale].formatToParts(atMs);
	const part = (type: Intl.DateTimeFormatPartTypes) =>
		parts.find((candidate) => candidate.type === type)?.value ?? '';
	return {
		date: DAYS[locale].format(atMs),
		time: `${part('hour')}:${part('minute')}`,
		zone: `${locale === 'de' ? ' Uhr' : ''} (${part('timeZoneName')})`
	};
}

/** Euro with its sign, every other currency with its code: "$" alone could be six of them. */
export function formatMoney(money: Money, locale: Locale): string {
	const exponent = currencyExponent(money.currency);
	return new Intl.NumberFormat(TAGS[locale], {
		style: 'currency',
		currency: money.currency,
		currencyDisplay: money.currency === 'EUR' ? 'symbol' : 'code',
		minimumFractionDigits: exponent,
		maximumFractionDigits: exponent
	}).format(money.amountMinor / 10 ** exponent);
}

/** Groups of four, "DE89 3704 0044 0532 0130 00"; a masked IBAN keeps its dots. */
export function formatIban(iban: string): string {
	return iban
		.replace(/\s/g, '')
		.replace(/(.{4})/gu, '$1 ')
		.trim();
}

/** "812 B", "3,4 MB"; decimal steps, as phones show them. */
export function formatBytes(bytes: number, locale: Locale): string {
	const units = ['B', 'kB', 'MB', 'GB'];
	let size = bytes;
	let step = 0;
	// 999.95 would print as "1.000,0": the next unit takes over where rounding does.
	while (step < units.length - 1 && size >= (step === 0 ? BYTES_PER_STEP : 999.95)) {
		size /= BYTES_PER_STEP;
		step++;
	}
	const digits = step === 0 ? 0 : 1;
	const number = new Intl.NumberFormat(TAGS[locale], { maximumFractionDigits: digits });
	return `${number.format(size)}\u00a0${units[step] ?? ''}`;
}

function perLocale<T>(make: (tag: string) => T): Readonly<Record<Locale, T>> {
	return { de: make(TAGS.de), en: make(TAGS.en) };
}
