/** Reads the blocks of a file's bytes: in any order, with doubled lines, as a union merge in git leaves them. */
import { UsageError } from '../../shared/usage-error.ts';
import { problemOf } from '../check-record.ts';
import {
  compareRuns,
  compareTexts,
  digestOf,
  lineOf,
  type Block,
  type HeadRecord,
  type LeakRecord,
  type RunRecord,
} from '../records.ts';

/** The lines of one run, by their places in the bytes. */
interface Lines {
  readonly run: string;
  readonly time: string;
  readonly numbers: number[];
  readonly begins: number[];
  readonly ends: number[];
}

/** The runs of some bytes, in order; each is parsed and checked when its block is taken. */
export interface Parsed {
  readonly heads: readonly { readonly line: number; readonly head: HeadRecord }[];
  readonly runs: readonly Pick<RunRecord, 'run' | 'time'>[];
  blocks(): Generator<ParsedBlock>;
}

/** A block, with its bytes where they are as `linesOf` writes them. */
export interface ParsedBlock extends Block {
  readonly bytes?: Buffer;
}

const newline = 10;
/** The bytes in which the name and time of a run are found, in lines that leaklab wrote. */
const beginning = 600;
const written = /^\{"type":"(?:run|leak)","run":("(?:[^"\\]|\\.)*"),"time":"([^"\\]*)"/;

/**
 * Finds the runs of a file.
 *
 * @param file the name for errors
 * @param before the number of lines before these bytes
 * @throws UsageError with line and reason if a line is no record
 */
export function parseHistory(bytes: Buffer, file: string, before = 0): Parsed {
  const heads: { line: number; head: HeadRecord }[] = [];
  const groups = new Map<string, Lines>();
  let number = before;
  for (let begin = 0; begin < bytes.length;) {
    const found = bytes.indexOf(newline, begin);
    const end = found === -1 ? bytes.length : found;
    number += 1;
    const head = nameOf(bytes, begin, end, file, number);
    if (head === 'blank') {
      // a merge by hand may leave it
    } else if ('version' in head) heads.push({ line: number, head });
    else {
      const key = `${head.time}\0${head.run}`;
      let lines = groups.get(key);
      if (!lines) groups.set(key, (lines = { ...head, numbers: [], begins: [], ends: [] }));
      lines.numbers.push(number);
      lines.begins.push(begin);
      lines.ends.push(end);
    }
    begin = end + 1;
  }
  // a run that two branches added at different times is one: the first
  const first = new Map<string, Lines>();
  const sorted = [...groups.values()].toSorted(compareRuns);
  for (const lines of sorted) if (!first.has(lines.run)) first.set(lines.run, lines);
  return {
    heads,
    runs: [...first.values()],
    *blocks() {
      for (const lines of sorted) {
        const block = blockFrom(bytes, lines, file);
        if (first.get(lines.run) === lines) yield block;
      }
    },
  };
}

function nameOf(
  bytes: Buffer,
  begin: number,
  end: number,
  file: string,
  number: number,
): HeadRecord | Pick<RunRecord, 'run' | 'time'> | 'blank' {
  const short = bytes.toString('utf8', begin, Math.min(end, begin + beginning));
  const [, run, time] = written.exec(short) ?? [];
  if (run !== undefined && time !== undefined) {
    try {
      return { run: JSON.parse(run) as string, time };
    } catch {
      // a wrong escape: parsed whole, for the reason
    }
  }
  const line = textOf(bytes, begin, end);
  if (line.trim() === '') return 'blank';
  const record = recordFrom(line, file, number);
  return record.type === 'history' ? record : { run: record.run, time: record.time };
}

function textOf(bytes: Buffer, begin: number, end: number): string {
  // git may have been asked for Windows line ends
  const isCarriage = end > begin && bytes[end - 1] === 13;
  return bytes.toString('utf8', begin, isCarriage ? end - 1 : end);
}

function recordFrom(line: string, file: string, number: number): HeadRecord | RunRecord | LeakRecord {
  if (/^(?:<{7}|={7}|>{7}|\|{7})/.test(line)) {
    throw new UsageError(
      `${file}:${number}: ${JSON.stringify(line)} is left of a merge conflict`,
      `delete the lines with <<<<<<<, ======= and >>>>>>>, and keep the others; \`history add\` sorts them`,
    );
  }
  let record: unknown;
  try {
    record = JSON.parse(line);
  } catch {
    throw broken(file, number, `no record, it may be cut off: ${shown(line)}`);
  }
  const problem = problemOf(record);
  if (problem !== undefined) throw broken(file, number, problem);
  return record as HeadRecord | RunRecord | LeakRecord;
}

/** Parses and checks the records of one run. */
function blockFrom(bytes: Buffer, lines: Lines, file: string): ParsedBlock {
  const seen = new Map<string, { number: number; record: RunRecord | LeakRecord }>();
  for (const [index, number] of lines.numbers.entries()) {
    const line = textOf(bytes, lines.begins[index] ?? 0, lines.ends[index] ?? 0);
    if (seen.has(line)) continue;
    const record = recordFrom(line, file, number);
    if (record.type !== 'history') seen.set(line, { number, record });
  }
  const runs: { line: string; number: number; record: RunRecord }[] = [];
  const leaks: { line: string; number: number; record: LeakRecord }[] = [];
  for (const [line, { number, record }] of seen) {
    if (record.type === 'run') runs.push({ line, number, record });
    else leaks.push({ line, number, record });
  }
  const [own, other] = runs;
  const at = lines.numbers[0] ?? 0;
  const name = `run ${JSON.stringify(lines.run)}`;
  if (!own) throw broken(file, at, `a leak of ${name}, whose own record is missing`);
  if (other)
    throw broken(file, other.number, `a second record of ${name}, and not the same as line ${own.number}`);
  if (own.record.leaks !== leaks.length) {
    const missing = own.record.leaks - leaks.length;
    const what = missing > 0 ? 'the file was cut or edited' : 'the file was edited';
    throw broken(
      file,
      own.number,
      `${name} has ${own.record.leaks} leak records, ${leaks.length} are here: ${what}`,
    );
  }
  const isSorted = leaks.every(
    ({ record: { cause } }, index) => index === 0 || cause > (leaks[index - 1]?.record.cause ?? ''),
  );
  leaks.sort((a, b) => compareTexts(a.record.cause, b.record.cause));
  const { digest } = own.record;
  const isWhole =
    own.line === lineOf(own.record) &&
    digest ===
      digestOf(
        own.record,
        leaks.map(({ line }) => line),
      );
  if (!isWhole) {
    const last = Math.max(own.number, ...lines.numbers.slice(-1));
    throw broken(file, at, `${name}, to line ${last}: a record was edited, its digest is another one`);
  }
  const begin = lines.begins[0] ?? 0;
  const end = (lines.ends.at(-1) ?? 0) + 1;
  const length = [own, ...leaks].reduce((sum, { line }) => sum + Buffer.byteLength(line) + 1, 0);
  const isAsWritten =
    isSorted && own.number === lines.numbers[0] && end <= bytes.length && end - begin === length;
  return {
    run: own.record,
    leaks: leaks.map(({ record }) => record),
    ...(isAsWritten && { bytes: bytes.subarray(begin, end) }),
  };
}

/** Returns the error for a file that can't be used; the file stays as it is. */
export function broken(file: string, line: number, reason: string): UsageError {
  return new UsageError(
    `${file}:${line}: ${reason}`,
    `take the file as it was from git (git checkout -- ${file}) or from its artifact; nothing was written`,
  );
}

function shown(line: string): string {
  return JSON.stringify(line.length > 60 ? `${line.slice(0, 60)}…` : line);
}
