import { format, inspect } from 'node:util';

/** A runner's function that declares a test. */
export type Declare = (title: string, work: () => unknown) => unknown;

/**
 * Declares a test for each case, so that each is verified, and fails, by itself.
 *
 * @param title with `$name` for a property of the case, or `%s` and its like for the case itself; without either,
 * the case's `name` is added if it has one, else its number
 */
export function declareTable<Case>(
  declare: Declare,
  title: string,
  cases: Iterable<Case>,
  work: (each: Case, index: number) => unknown,
): void {
  for (const [index, each] of [...cases].entries()) {
    declare(titleOf(title, each, index), () => work(each, index));
  }
}

function titleOf(title: string, each: unknown, index: number): string {
  const named = title.replaceAll(/\$([A-Za-z_][\w.]*)/g, (text, path: string) => {
    const value = valueAt(each, path.split('.'));
    return value === undefined ? text : shown(value);
  });
  if (named !== title) return named;
  if (/%[sdifjoO]/.test(title)) return format(title, ...(Array.isArray(each) ? each : [each]));
  const name = valueAt(each, ['name']);
  return `${title}: ${typeof name === 'string' ? name : `case ${index + 1}`}`;
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  const [name, ...rest] = path;
  if (name === undefined) return value;
  return typeof value === 'object' && value !== null ? valueAt(Reflect.get(value, name), rest) : undefined;
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : inspect(value, { depth: 1, breakLength: Infinity });
}
