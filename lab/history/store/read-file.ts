import { closeSync, existsSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import { compareRuns, type RunRecord } from '../records.ts';
import { bodyOf, digestOfBytes, digestOfRange, markOf, restedState, type Body } from './body.ts';
import { broken, parseHistory, type Parsed, type ParsedBlock } from './parse.ts';
import type { Known } from './store.ts';

/** The content of a file, or what follows on the part that is known. */
export interface FileContent {
  readonly follows: boolean;
  readonly blocks: Iterable<ParsedBlock>;
  readonly runs: readonly Pick<RunRecord, 'run' | 'time'>[];
  /** Empty for a file that a merge has left: it is read whole each time, until a run is added. */
  readonly mark: string;
}

/**
 * Reads a file. Of the part that is known, only the hash is taken.
 *
 * @param name the name for errors
 * @throws UsageError with line and reason if it can't be used
 */
export function readHistoryFile(file: string, name: string, known?: Known): FileContent {
  if (!existsSync(file)) return { follows: false, blocks: [], runs: [], mark: '' };
  const descriptor = openSync(file, 'r');
  try {
    const rested = restedState(fstatSync(descriptor, { bigint: true }));
    const body = known && bodyOf(known.mark);
    if (known && body) {
      if (rested !== undefined && rested === body.rested) {
        return { follows: true, blocks: [], runs: known.runs, mark: known.mark };
      }
      const rest = restOf(descriptor, name, known.runs, body, rested);
      if (rest) return rest;
    }
    return wholeOf(readFileSync(descriptor), name, rested);
  } finally {
    closeSync(descriptor);
  }
}

/** Returns what follows on the known part; nothing if that part has changed, or what follows belongs before its end. */
function restOf(
  descriptor: number,
  name: string,
  runs: Known['runs'],
  body: Body,
  rested: string | undefined,
): FileContent | undefined {
  const first = Buffer.alloc(4096);
  const read = readSync(descriptor, first, 0, first.length, 0);
  const begin = first.subarray(0, read).indexOf(10) + 1;
  if (begin === 0 || digestOfRange(descriptor, begin, body.bytes) !== body.digest) return undefined;
  const { size } = fstatSync(descriptor);
  const rest = Buffer.alloc(size - begin - body.bytes);
  readSync(descriptor, rest, 0, rest.length, begin + body.bytes);
  const head = parseHistory(first.subarray(0, begin), name);
  const parsed = parseHistory(rest, name, body.lines + 1);
  const last = runs.at(-1);
  const isLater = parsed.runs.every((each) => !last || compareRuns(last, each) < 0);
  const names = new Set(runs.map(({ run }) => run));
  if (!isLater || parsed.heads.length > 0 || parsed.runs.some(({ run }) => names.has(run))) return undefined;
  const all = [...runs, ...parsed.runs];
  checkHeads(head.heads, all, name);
  const digest = digestOfRange(descriptor, begin, size - begin);
  if (digest === undefined) return undefined;
  const lines = body.lines + linesIn(rest);
  return {
    follows: true,
    blocks: parsed.blocks(),
    runs: all,
    mark: markOf({ bytes: size - begin, lines, digest, ...(rested !== undefined && { rested }) }),
  };
}

function wholeOf(bytes: Buffer, name: string, rested: string | undefined): FileContent {
  const parsed = parseHistory(bytes, name);
  checkHeads(parsed.heads, parsed.runs, name);
  const body = bytes.subarray(bytes.indexOf(10) + 1);
  const isAsWritten = parsed.heads.length === 1 && parsed.heads[0]?.line === 1 && bytes.at(-1) === 10;
  const mark = (): string =>
    markOf({
      bytes: body.length,
      lines: linesIn(body),
      digest: digestOfBytes(body),
      ...(rested !== undefined && { rested }),
    });
  return { follows: false, blocks: parsed.blocks(), runs: parsed.runs, mark: isAsWritten ? mark() : '' };
}

function linesIn(bytes: Buffer): number {
  let lines = 0;
  for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) lines += 1;
  return lines;
}

/**
 * Finds the end of a file missing. After a merge, a file has the first lines of both sides.
 *
 * @throws UsageError if a run is missing
 */
function checkHeads(heads: Parsed['heads'], runs: Parsed['runs'], name: string): void {
  const [first, ...others] = heads;
  if (!first) {
    const what = runs.length === 0 ? 'the file is empty' : 'the first line of a history is missing';
    throw broken(name, 1, `${what}, such as {"type":"history","version":1,…}`);
  }
  const names = new Set(runs.map(({ run }) => run));
  for (const { line, head } of heads) {
    if (head.last !== undefined && !names.has(head.last)) {
      throw broken(name, line, `run ${JSON.stringify(head.last)} is missing: the file was cut or edited`);
    }
    if (head.runs > runs.length || (others.length === 0 && head.runs !== runs.length)) {
      throw broken(
        name,
        line,
        `${head.runs} runs are announced, ${runs.length} are here: the file was cut or edited`,
      );
    }
  }
}
