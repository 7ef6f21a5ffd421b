import { StatementError } from './errors.ts';
import type { SqlStatement } from './sql-text.ts';
import type { EngineValue } from './values.ts';

/**
 * The values in the order of the statement's parameters. Refuses a missing or a surplus value as
 * sqld does; the addon would bind NULL to the one and forget the other.
 */
export function bindParameters(
	statement: SqlStatement,
	args: readonly EngineValue[],
	namedArgs: ReadonlyMap<string, EngineValue>
): EngineValue[] {
	if (args.length > 0 && namedArgs.size > 0) {
		throw new StatementError(
			'ARGS_BOTH_POSITIONAL_AND_NAMED',
			'Specifying both positional and named arguments is not supported'
		);
	}
	const { parameters } = statement;
	const given = args.length + namedArgs.size;
	if (given > parameters.length) {
		throw invalid(`too many parameters, expected ${parameters.length} found ${given}`);
	}
	return parameters.map((name, index) => {
		const value = name === null || name.startsWith('?') ? args[index] : findNamed(name, namedArgs);
		if (value !== undefined) return value;
		if (statement.verb === 'EXPLAIN') return null;
		throw invalid(`value for parameter ${name ?? index + 1} not found`);
	});
}

function findNamed(
	name: string,
	namedArgs: ReadonlyMap<string, EngineValue>
): EngineValue | undefined {
	return namedArgs.has(name) ? namedArgs.get(name) : namedArgs.get(name.slice(1));
}

function invalid(reason: string): StatementError {
	return new StatementError('ARGS_INVALID', `Arguments do not match SQL parameters: ${reason}`);
}
