import type { FileFault } from './file-state.ts';
import { isJpegMetadata, jpegSegments } from './jpeg.ts';

/** Keys that say who, when and where: none of them is needed to draw a page. */
const TELLING = ['Metadata', 'PieceInfo', 'LastModified'];
/** What is done when somebody only opens the file, and files within the file. */
const ACTING = [
	...['AA', 'OpenAction', 'JavaScript', 'JS', 'Launch', 'SubmitForm', 'ImportData', 'XFA'],
	...['EmbeddedFile', 'EmbeddedFiles', 'EF', 'AF', 'RichMedia', 'Encrypt']
];
/** Keys that the device takes out of every dictionary, `Names` with the lists of scripts and files. */
export const PDF_DROPPED_KEYS: readonly string[] = [...TELLING, ...ACTING, 'FS', 'Names'];

/** Objects packed into streams hide their names: the device writes none. */
const HIDING = ['ObjStm', 'XRef'];
/** Author, title and dates hang on the trailer under this name. */
const INFO = 'Info';
/** Short names occur in packed bytes by chance, longer ones do not. */
const CHANCE_LENGTH = 6;

const STREAM = />>\s*stream\r?\n/g;
const STREAM_END = /\r?\n?endstream/g;
const NAME = /\/([^\s/<>[\](){}%]+)/g;
const FLATE = ['FlateDecode', 'Fl'];
/** A filter named elsewhere: the device writes it where it belongs. */
const FILTER_ELSEWHERE = /\/Filter\s+\d+\s+\d+\s+R/;
/** A camera's picture in a page, as it is and not packed once more. */
const PHOTO = /\/Filter\s*(?:\[\s*)?\/DCTDecode\s*(?:\]|\/|$|>)/;
/** A dictionary stands right before its stream; longer ones are not written by anybody. */
const DICTIONARY_LENGTH = 4000;
/** The number of an object in front of its dictionary. */
const HEADER_LENGTH = 24;

/** How long a stream says it is. A number that stands elsewhere says nothing here. */
const LENGTH = /\/Length\s+(\d{1,9})(?!\s+\d+\s+R)/;
/** A stream's object, from its number to its dictionary. */
const HEADER = /(?:^|[\r\n])\d{1,10} \d{1,5} obj\s{0,4}<<[^%]*$/;
/** The word that begins a stream, written in a way that `STREAM` does not see. */
const LOOSE_STREAM = /(?:^|[^d])stream[\r\n]/;

type Stream = {
	readonly dictionary: string;
	/** Where its dictionary ends. */
	readonly opensAt: number;
	readonly start: number;
	readonly end: number;
	/** Every reader finds a stream here, and finds its end in the same place. */
	readonly isPlain: boolean;
};

/**
 * Whether a PDF is in the plain form the device writes: no author, no dates, no XMP, nothing that acts,
 * no files inside, and no packed objects in which such a thing could hide.
 */
export function faultOfPdf(bytes: Uint8Array): FileFault | null {
	const text = textOf(bytes);
	const streams = [...streamsOf(text)];
	const rest = outside(text, streams);
	// What one reader takes for packed bytes and another for a page hides whatever it likes.
	if (streams.some(({ isPlain }) => !isPlain) || LOOSE_STREAM.test(rest)) return 'broken';
	const names = new Set(namesOf(rest));
	for (const name of namesOf(text)) if (name.length > CHANCE_LENGTH) names.add(name);
	const has = (some: readonly string[]) => some.some((name) => names.has(name));
	if (has(ACTING)) return 'active';
	if (has([...TELLING, ...HIDING, INFO])) return 'metadata';
	const isUncountable = ({ dictionary }: Stream) =>
		FILTER_ELSEWHERE.test(dictionary) ||
		[...namesOf(dictionary)].filter((name) => FLATE.includes(name)).length > 1;
	if (streams.some(isUncountable)) return 'too-large';
	const photos = streams.filter(({ dictionary }) => PHOTO.test(dictionary));
	if (photos.some(({ start, end }) => tellsMore(bytes.subarray(start, end)))) return 'metadata';
	return names.has('Catalog') && names.has('Page') ? null : 'broken';
}

/** The streams packed by Flate, whatever they call themselves, for somebody who unpacks and counts. */
export function packedStreams(bytes: Uint8Array): readonly Uint8Array[] {
	return [...streamsOf(textOf(bytes))]
		.map(({ start, end }) => bytes.subarray(start, end))
		.filter(isZlib);
}

/** The head of a zlib stream by RFC 1950: method 8, and a check of its two bytes. */
function isZlib([first = 0, second = 0]: Uint8Array): boolean {
	return (first & 15) === 8 && (first * 256 + second) % 31 === 0;
}

function tellsMore(photo: Uint8Array): boolean {
	return [...jpegSegments(photo)].some((segment) => isJpegMetadata(photo, segment));
}

function* streamsOf(text: string): Generator<Stream> {
	let from = 0;
	STREAM.lastIndex = 0;
	for (let found = STREAM.exec(text); found; found = STREAM.exec(text)) {
		const start = STREAM.lastIndex;
		STREAM_END.lastIndex = start;
		const ending = STREAM_END.exec(text);
		const end = ending?.index ?? text.length;
		const before = text.slice(Math.max(from, found.index - DICTIONARY_LENGTH), found.index);
		const object = before.slice(Math.max(0, before.lastIndexOf(' obj') - HEADER_LENGTH));
		const dictionary = plainNames(before.slice(before.lastIndexOf(' obj') + 1));
		const said = start + Number(LENGTH.exec(dictionary)?.[1] ?? Number.NaN);
		const isPlain =
			HEADER.test(object) &&
			/^\r?\n?endstream/.test(text.slice(said, said + 'endstream'.length + 2)) &&
			isInTheOpen(text, from, found.index);
		// By its own word: bytes that happen to read "endstream" end nothing.
		const last = isPlain ? said : end;
		yield { dictionary, opensAt: found.index, start, end: last, isPlain };
		from = isPlain ? said : ending ? STREAM_END.lastIndex : text.length;
		STREAM.lastIndex = from;
	}
}

/** Whether the text between two places ends outside a comment and outside a string in brackets. */
function isInTheOpen(text: string, from: number, to: number): boolean {
	let depth = 0;
	let isComment = false;
	for (let at = from; at < to; at += 1) {
		const sign = text[at];
		if (isComment) isComment = sign !== '\n' && sign !== '\r';
		else if (sign === '\\' && depth > 0) at += 1;
		else if (sign === '(') depth += 1;
		else if (sign === ')') depth = Math.max(0, depth - 1);
		else if (sign === '%' && depth === 0) isComment = true;
	}
	return depth === 0 && !isComment;
}

function outside(text: string, streams: readonly Stream[]): string {
	const parts: string[] = [];
	let at = 0;
	for (const { opensAt, end } of streams) {
		parts.push(text.slice(at, opensAt));
		at = end;
	}
	return [...parts, text.slice(at)].join('\n');
}

function* namesOf(text: string): Generator<string> {
	for (const [, name = ''] of text.matchAll(NAME)) yield plainNames(name);
}

/** Names with `#xx` read as what they stand for: `/J#53` is `/JS`. */
function plainNames(text: string): string {
	return text.replace(/#([0-9a-f]{2})/gi, (_, hex: string) =>
		String.fromCharCode(Number.parseInt(hex, 16))
	);
}

// Every byte one character, so that places in the text are places in the bytes.
function textOf(bytes: Uint8Array): string {
	return new TextDecoder('latin1').decode(bytes);
}
