import { parseXml, XmlElement } from '@rgrove/parse-xml';
import { parseCalendarDate, type CalendarDate } from '#lib/domain/calendar.ts';
import { listCurrencies, parseRate } from '#lib/domain/money.ts';
import { fetchOutbound } from './outbound.ts';

/** One rate of the bank's file: foreign units per euro. */
export type QuotedRate = {
	readonly currency: string;
	readonly date: CalendarDate;
	readonly rate: string;
};

/** The file of ninety days is a tenth of it. */
const LARGEST_FILE = 1024 * 1024;

/** Why a file is not the bank's; the text is for whoever runs the import. */
export class RateFileError extends Error {
	override readonly name = 'RateFileError';
}

/**
 * Reads the ECB's reference file, of one day or of ninety: cubes with a day hold cubes with a
 * currency and a rate. Throws `RateFileError` for anything else, so that a wrong page behind the
 * address never becomes a rate. Entities beyond XML's own five are not known to the parser.
 */
export function readEcbFile(text: string): readonly QuotedRate[] {
	if (text.length > LARGEST_FILE) throw new RateFileError('the file is too large');
	const root = parseRoot(text);
	const rates: QuotedRate[] = [];
	const seen = new Set<string>();
	for (const dayCube of cubesOf(root)) {
		const time = dayCube.attributes['time'];
		if (time === undefined) continue;
		const date = parseCalendarDate(time);
		if (!date) throw new RateFileError('a day is no calendar date');
		for (const cube of childrenOf(dayCube)) {
			const rate = readRate(cube, date);
			const key = `${rate.currency} ${date}`;
			if (seen.has(key)) throw new RateFileError(`${key} stands in the file twice`);
			seen.add(key);
			rates.push(rate);
		}
	}
	if (rates.length === 0) throw new RateFileError('there are no rates in the file');
	return rates;
}

/** Fetches the file by the one way out (decision 0024). */
export async function fetchEcbFile(
	address: string,
	options: { readonly fetch?: typeof fetch } = {}
): Promise<readonly QuotedRate[]> {
	const { host } = new URL(address);
	const answer = await fetchOutbound(
		address,
		{ headers: { Accept: 'application/xml, text/xml' } },
		[host],
		options
	);
	if (!answer.ok) {
		await answer.body?.cancel();
		throw new RateFileError(`the source of rates answered ${answer.status}`);
	}
	if (Number(answer.headers.get('content-length') ?? 0) > LARGEST_FILE) {
		await answer.body?.cancel();
		throw new RateFileError('the file is too large');
	}
	return readEcbFile(await answer.text());
}

function parseRoot(text: string): XmlElement {
	try {
		const { root } = parseXml(text);
		if (root?.name === 'gesmes:Envelope') return root;
	} catch (error) {
		throw new RateFileError('the file is not XML', { cause: error });
	}
	throw new RateFileError("the file is not the ECB's");
}

const childrenOf = (element: XmlElement): readonly XmlElement[] =>
	element.children.filter((child) => child instanceof XmlElement);

/** Cubes lie in one cube without attributes. */
function cubesOf(root: XmlElement): readonly XmlElement[] {
	const outer = childrenOf(root).filter(({ name }) => name === 'Cube');
	return outer.flatMap(childrenOf).filter(({ name }) => name === 'Cube');
}

function readRate({ name, attributes }: XmlElement, date: CalendarDate): QuotedRate {
	const currency = attributes['currency'] ?? '';
	const rate = parseRate(attributes['rate'] ?? '');
	if (name !== 'Cube' || !rate || !listCurrencies().includes(currency)) {
		throw new RateFileError(`a rate of ${date} cannot be read`);
	}
	return { currency, date, rate };
}
