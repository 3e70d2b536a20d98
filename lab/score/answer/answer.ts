import { kinds, type Kind } from '../../contract.ts';

/** Place in a source: an absolute path or a `file:` URL, and a line from 1. */
export interface Frame {
  readonly file: string;
  readonly line: number;
}

/** Finding of a detector. All fields may be missing; a record without any still says "something". */
export interface Finding {
  /** Kind in the words of the catalogue. */
  readonly kind?: Kind;
  /** Type in the tool's own words: `Timeout`, `TCPSERVERWRAP`, `no-floating-promises`. */
  readonly type?: string;
  readonly file?: string;
  readonly line?: number;
  /** Number of resources; default 1. */
  readonly count?: number;
  /** Stack, innermost frame first, if the tool knows it; the first frame in the program's file is its place. */
  readonly frames?: readonly Frame[];
}

/** Error of an answer, worded so that its author can fix the answer. */
export class AnswerError extends Error {
  override readonly name = 'AnswerError';
}

/**
 * Reads an answer: newline-delimited JSON with a record on each line. Empty lines are skipped; an empty answer
 * means no findings.
 *
 * @throws AnswerError that names the line, the field, its value and the expectation
 */
export function parseAnswer(text: string): readonly Finding[] {
  const findings: Finding[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '') continue;
    const where = `line ${index + 1}`;
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      throw new AnswerError(
        `${where} is no JSON: ${excerpt(line)}; expected a record such as {"type":"Timeout","line":12}`,
      );
    }
    findings.push(parseFinding(value, where));
  }
  return findings;
}

type Fields = ReadonlyMap<string, unknown>;

const known = ['kind', 'type', 'file', 'line', 'count', 'frames'];

/** Checks a finding. @throws AnswerError if `value` is no finding */
export function parseFinding(value: unknown, where: string): Finding {
  const fields = fieldsOf(value, where);
  for (const name of fields.keys()) {
    if (!known.includes(name))
      throw new AnswerError(`${where}: unknown field ${JSON.stringify(name)}; there are ${known.join(', ')}`);
  }
  const kind = optional(fields, 'kind', where, `one of ${kinds.join(', ')}`, isKind);
  const type = optional(fields, 'type', where, 'a text', isText);
  const file = optional(fields, 'file', where, 'an absolute path or a file: URL', isFile);
  const line = optional(fields, 'line', where, 'a whole number from 1', isFromOne);
  const count = optional(fields, 'count', where, 'a whole number from 1', isFromOne);
  const list = optional(fields, 'frames', where, 'a list of {"file","line"}', Array.isArray);
  if (line !== undefined && file === undefined)
    throw new AnswerError(`${where}: a \`line\` without its \`file\``);
  const frames = list?.map((each: unknown, index): Frame => {
    const frame = fieldsOf(each, `${where}, frame ${index + 1}`);
    return {
      file: required(
        frame,
        'file',
        `${where}, frame ${index + 1}`,
        'an absolute path or a file: URL',
        isFile,
      ),
      line: required(frame, 'line', `${where}, frame ${index + 1}`, 'a whole number from 1', isFromOne),
    };
  });
  return {
    ...(kind !== undefined && { kind }),
    ...(type !== undefined && { type }),
    ...(file !== undefined && { file }),
    ...(line !== undefined && { line }),
    ...(count !== undefined && { count }),
    ...(frames !== undefined && { frames }),
  };
}

function fieldsOf(value: unknown, where: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new AnswerError(`${where}: expected an object, got ${excerpt(JSON.stringify(value))}`);
  return new Map<string, unknown>(Object.entries(value));
}

function optional<Value>(
  fields: Fields,
  name: string,
  where: string,
  wanted: string,
  fits: (value: unknown) => value is Value,
): Value | undefined {
  return fields.has(name) ? required(fields, name, where, wanted, fits) : undefined;
}

function required<Value>(
  fields: Fields,
  name: string,
  where: string,
  wanted: string,
  fits: (value: unknown) => value is Value,
): Value {
  const value = fields.get(name);
  if (fits(value)) return value;
  throw new AnswerError(
    `${where}: \`${name}\` is ${excerpt(JSON.stringify(value) ?? 'missing')}; expected ${wanted}`,
  );
}

function isKind(value: unknown): value is Kind {
  return kinds.some((kind) => kind === value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isFile(value: unknown): value is string {
  return typeof value === 'string' && /^(?:\/|file:\/\/)./.test(value);
}

function isFromOne(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 1;
}

function excerpt(text: string): string {
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
