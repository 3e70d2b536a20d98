import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { styleText } from 'node:util';
import { formatReport } from '../../detector/index.ts';
import { leaks, type Judgement, type Place } from './judge.ts';

const around = 2;

/** Explains a wrong result: shows the source around the expected and the reported lines. */
export function explain(judgement: Judgement): string {
  const { program, verdict, expected, found, problem, answer } = judgement;
  const name = relative(process.cwd(), program.file);
  const lines = [styleText('red', `✗ ${name}: ${problem ?? verdict}`)];
  lines.push(
    `  expected  ${leaks(program.role) ? places(expected) : 'nothing'}`,
    `  reported  ${places(found)}`,
  );
  const source = readFileSync(program.file, 'utf8').split('\n');
  let last = 0;
  for (const [index, text] of source.entries()) {
    const line = index + 1;
    const isNear = [...expected, ...found].some(
      (place) => place.line > 0 && Math.abs(place.line - line) <= around,
    );
    if (!isNear) continue;
    if (last === 0) lines.push('');
    else if (line > last + 1) lines.push('        ⋮');
    last = line;
    lines.push(`  ${signs(line, expected, found)} ${String(line).padStart(4)} │ ${text}`.trimEnd());
  }
  if (answer.report.leaks.length > 0) {
    lines.push(
      '',
      ...formatReport(answer.report)
        .split('\n')
        .map((each) => `  ${each}`.trimEnd()),
    );
  }
  return lines.join('\n');
}

/** Returns the signs of a line: `E` for an expected leak, `R` for a reported one. */
function signs(line: number, expected: readonly Place[], found: readonly Place[]): string {
  const has = (places: readonly Place[]): boolean => places.some((place) => place.line === line);
  return `${has(expected) ? 'E' : ' '}${has(found) ? 'R' : ' '}`;
}

function places(all: readonly Place[]): string {
  if (all.length === 0) return 'nothing';
  return all
    .map(
      ({ kind, line, count }) =>
        `${kind}${count === 1 ? '' : ` x${count}`} ${line === 0 ? 'elsewhere' : `at line ${line}`}`,
    )
    .join(', ');
}
