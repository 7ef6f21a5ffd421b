/**
 * Countries whose IBANs a SEPA credit transfer reaches, by the code the IBAN begins with (EPC409-09,
 * of 2025: with Albania, Moldova, Montenegro, North Macedonia and Serbia).
 */
const SEPA_COUNTRIES: ReadonlySet<string> = new Set(
	(
		'AD AL AT BE BG CH CY CZ DE DK EE ES FI FR GB GI GR HR HU IE IS IT LI LT LU LV MC MD ME MK MT ' +
		'NL NO PL PT RO RS SE SI SK SM VA'
	).split(' ')
);

export function isSepaCountry(code: string): boolean {
	return SEPA_COUNTRIES.has(code);
}

/** Letters that are no base letter with a mark, written as banks do (EPC217-08, part 2). */
const WRITTEN_OUT: ReadonlyMap<string, string> = new Map(
	Object.entries({
		...{ ä: 'ae', ö: 'oe', ü: 'ue', Ä: 'Ae', Ö: 'Oe', Ü: 'Ue', ß: 'ss', ẞ: 'SS' },
		...{ æ: 'ae', Æ: 'Ae', œ: 'oe', Œ: 'Oe', ø: 'o', Ø: 'O', å: 'a', Å: 'A' },
		...{ ð: 'd', Ð: 'D', đ: 'd', Đ: 'D', þ: 'th', Þ: 'Th', ł: 'l', Ł: 'L', ı: 'i' },
		...{ '&': '+', '’': "'", '–': '-', '—': '-', _: '-' }
	})
);
const ALLOWED = /[^a-zA-Z0-9/\-?:().,'+ ]/g;

/**
 * A text in the characters every bank of SEPA takes (EPC217-08): umlauts written out, marks left out,
 * anything else a point. At most `maxLength` characters; never empty, never beginning with a slash.
 */
export function sepaText(text: string, maxLength: number): string {
	const written = Array.from(text.normalize('NFC'), (letter) => WRITTEN_OUT.get(letter) ?? letter);
	const plain = written
		.join('')
		.normalize('NFD')
		.replace(/\p{M}/gu, '')
		.replace(ALLOWED, '.')
		.replace(/\/{2,}/g, '/')
		.replace(/ {2,}/g, ' ')
		.replace(/^[/ ]+/, '')
		.slice(0, maxLength)
		.replace(/[/ ]+$/, '');
	return plain === '' ? 'NOTPROVIDED' : plain;
}
