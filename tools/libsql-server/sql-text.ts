// Reads SQL just deeply enough to split it and to find its parameters: the addon silently ignores
// everything behind the first statement and binds NULL to parameters nobody gave, where sqld refuses.

export type SqlStatement = {
	readonly text: string;
	/** First keyword in capitals; behind WITH, the keyword of the statement proper. */
	readonly verb: string;
	/** The statement leaves traces in its connection that the next user must not meet. */
	readonly changesConnection: boolean;
	/** Parameters by position; null where SQLite knows no name. */
	readonly parameters: readonly (string | null)[];
};

// An escaped quote ('it''s') reads as two literals side by side, which splits just as well.
const TOKEN =
	/\s+|--[^\n]*|\/\*[^]*?(?:\*\/|$)|'[^']*(?:'|$)|"[^"]*(?:"|$)|`[^`]*(?:`|$)|\[[^\]]*(?:\]|$)|\?\d*|[:@$]?[\w\u0080-\uffff][\w$\u0080-\uffff]*|[^]/g;
const IGNORED = /^(?:\s|--|\/\*)/;
const QUOTED = /^['"`[]/;
const PARAMETER = /^(?:\?|[:@$].)/;
const WORD = /^[A-Za-z_]/;
const MAIN_VERBS = new Set(['SELECT', 'VALUES', 'INSERT', 'REPLACE', 'UPDATE', 'DELETE']);
const MAX_PARAMETER = 32_766;

type Draft = {
	start: number;
	end: number;
	/** Significant tokens outside of parentheses, literals left out, in capitals. */
	words: string[];
	parameters: (string | null)[];
	depth: number;
};

export function splitStatements(sql: string): SqlStatement[] {
	const statements: SqlStatement[] = [];
	let draft: Draft | null = null;
	for (const { 0: token, index } of sql.matchAll(TOKEN)) {
		if (IGNORED.test(token)) continue;
		if (token === ';' && (draft === null || endsStatement(draft))) {
			if (draft !== null) statements.push(finish(sql, draft));
			draft = null;
			continue;
		}
		draft ??= { start: index, end: index, words: [], parameters: [], depth: 0 };
		draft.end = index + token.length;
		addToken(draft, token);
	}
	if (draft !== null) statements.push(finish(sql, draft));
	return statements;
}

function addToken(draft: Draft, token: string): void {
	if (QUOTED.test(token)) {
		draft.words.push('');
		return;
	}
	if (token === '(') draft.depth += 1;
	if (token === ')') draft.depth -= 1;
	if (PARAMETER.test(token)) addParameter(draft.parameters, token);
	if (draft.depth === 0) draft.words.push(token.toUpperCase());
}

function addParameter(parameters: (string | null)[], token: string): void {
	if (token === '?') {
		parameters.push(null);
		return;
	}
	if (!token.startsWith('?')) {
		if (!parameters.includes(token)) parameters.push(token);
		return;
	}
	const position = Number(token.slice(1));
	if (position < 1 || position > MAX_PARAMETER) return;
	while (parameters.length < position) parameters.push(null);
	parameters[position - 1] = token;
}

// The body of a trigger holds semicolons of its own; as in sqlite3_complete(), it ends at ";END;".
function endsStatement(draft: Draft): boolean {
	const [first, second, third] = draft.words;
	const isTrigger =
		first === 'CREATE' && (second === 'TRIGGER' || (isTemporary(second) && third === 'TRIGGER'));
	return !isTrigger || (draft.words.at(-1) === 'END' && draft.words.at(-2) === ';');
}

function isTemporary(word: string | undefined): boolean {
	return word === 'TEMP' || word === 'TEMPORARY';
}

function finish(sql: string, draft: Draft): SqlStatement {
	const [first = '', second] = draft.words;
	const verb = first === 'WITH' ? draft.words.find((word) => MAIN_VERBS.has(word)) : first;
	return {
		text: sql.slice(draft.start, draft.end),
		verb: verb !== undefined && WORD.test(verb) ? verb : '',
		changesConnection:
			first === 'PRAGMA' ||
			first === 'ATTACH' ||
			first === 'DETACH' ||
			(first === 'CREATE' && isTemporary(second)),
		parameters: draft.parameters
	};
}
