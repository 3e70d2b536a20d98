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

Runs the patterns that teach, and those that look like them, under the detector and writes what their findings
look like, with what is to be done, to detector/lessons/table.ts. What may be told is judged in lab/docs/lessons/judged.ts.

  --check  write nothing; say whether the table is as the programs are

exit code: 0 the table is written, or as it should be; 1 it differs; 2 a pair is not judged, or used wrongly`;

const tableFile = join(projectRoot, 'detector', 'lessons', 'table.ts');

/** `npm run pages`, its part of it; prints to standard output, and returns the exit code. */
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
 * What the detector says of each pattern today; of what is marked, nothing else.
 *
 * @throws UsageError if one does not come out as marked, as its finding can't be learned from
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
