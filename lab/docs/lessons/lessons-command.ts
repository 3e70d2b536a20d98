import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readCatalogue, type Program } from '../../catalogue/catalogue.ts';
import { projectRoot } from '../../shared/project-root.ts';
import { runPrograms } from '../../run/run-programs.ts';
import { UsageError } from '../../shared/usage-error.ts';
import { writeWhole } from '../../shared/write-file.ts';
import { judged } from './judged.ts';
import { lessonsFrom, tableSource, type Seen } from './lessons-table.ts';

export const lessonsHelp = `usage: node lab/docs/lessons/main.ts [--check]

Runs the patterns that teach, and those that look like them, under the detector and writes the shapes of their
findings, with the advice, to detector/lessons/table.ts. lab/docs/lessons/judged.ts has the reviewed advice.

  --check  write nothing; report whether the table matches the programs

exit code: 0 the table is written, or matches; 1 it differs; 2 a pair is not judged, or used wrongly`;

const tableFile = join(projectRoot, 'detector', 'lessons', 'table.ts');

/** Runs the part of `npm run pages` that writes the lessons; returns the exit code. */
export async function lessonsCommand(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: { check: { type: 'boolean', default: false } } });
  const { programs } = await readCatalogue(projectRoot);
  const seen = await seenOf(programs.filter(({ role }) => role === 'pattern'));
  const source = tableSource(lessonsFrom(seen, judged));
  if (!values.check) {
    writeWhole(tableFile, source);
    return 0;
  }
  if (existsSync(tableFile) && readFileSync(tableFile, 'utf8') === source) return 0;
  process.stdout.write(`${tableFile} is not as the programs are; \`npm run pages\` writes it anew\n`);
  return 1;
}

/**
 * Returns the findings of each pattern at its markers.
 *
 * @throws UsageError for a pattern that is not reported as marked, which teaches nothing
 */
export async function seenOf(patterns: readonly Program[]): Promise<readonly Seen[]> {
  const judgements = await runPrograms(patterns, { onJudged: () => {} });
  return judgements.map(({ program: { id, story }, verdict, problem, answer }) => {
    if (verdict !== 'ok') {
      throw new UsageError(
        `${id} is not as marked: ${problem ?? verdict}`,
        `npm run lab -- run ${id} says why`,
      );
    }
    return { id, story, findings: answer.report.leaks };
  });
}
