import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readCatalogue } from '../../catalogue/catalogue.ts';
import { projectRoot } from '../../shared/project-root.ts';
import { families } from '../../contract.ts';
import { readProofs } from '../../oracle/proof-file.ts';
import { readMisses } from '../../run/misses.ts';
import { isMain } from '../../score/board/board.ts';
import type { Rate } from '../../score/answer/rate.ts';
import { readBoard } from '../../score/board/scored-board.ts';
import { ranked } from '../../score/board/table.ts';
import { familyWords } from './family-words.ts';
import { readReports } from '../../run/reports-file.ts';

const readme = readFileSync(join(projectRoot, 'README.md'), 'utf8');
const { programs } = await readCatalogue(projectRoot);
const count = (wanted: string): number => programs.filter(({ role }) => role === wanted).length;

/** The rows of all tables, each by its cells. */
const rows = readme
  .split('\n')
  .filter((line) => line.startsWith('|'))
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );

/** The cells of a row behind its first, by its first words. */
function row(words: string): readonly string[] {
  return rows.find(([first]) => first?.startsWith(words))?.slice(1) ?? [];
}

test('the README has the numbers of the catalogue', () => {
  expect(readme).toContain(`${count('pattern')} pairs of Node.js programs in ${families.length} families`);
  const whole = (role: string): string => `${count(role)}/${count(role)}`;
  const proofs = readProofs(projectRoot);
  const known = readMisses(projectRoot).filter(({ path }) => path.includes('.wrong-')).length;
  expect(row('patterns caught')).toEqual(proofs.map(() => whole('pattern')));
  expect(row('fixes silent')).toEqual(proofs.map(() => whole('fix')));
  expect(row('decoys silent')).toEqual(proofs.map(() => whole('decoy')));
  expect(row('wrong fixes caught')).toEqual(
    proofs.map(() => `${count('wrong-fix') - known}/${count('wrong-fix')}`),
  );
  expect(row('labels proven')).toEqual(proofs.map(({ summary }) => `${summary.hold}/${summary.programs}`));
});

test('the README has the first lines of the board', () => {
  const best = ranked(
    readBoard(projectRoot).detectors.filter((each) => each.axis === 'plain' && isMain(each)),
  );
  const shown = ({ k, n, rate }: Rate): string => `${Math.round((rate ?? 0) * 100)}%, ${k}/${n}`;
  const lines = best
    .slice(0, 6)
    .map(({ title, all }) => [
      title,
      ...[all.pairRate, all.recall, all.falseAlarmsOnFixes, all.falseAlarmsOnDecoys].map(shown),
    ]);
  const start = rows.findIndex(([first]) => first === 'detector') + 2;
  expect(rows.slice(start, start + lines.length)).toEqual(lines);
  expect(readme).toContain(`The best six of ${best.length} detectors`);
});

test('the README has every family, with its pairs', () => {
  const start = rows.findIndex(([first]) => first === 'family') + 2;
  expect(rows.slice(start, start + families.length)).toEqual(
    families.map((family) => [
      `[${family}](docs/catalogue/README.md#${family})`,
      familyWords[family],
      String(programs.filter((each) => each.role === 'pattern' && each.family === family).length),
    ]),
  );
});

test('the report in the README is the one that the detector gives', () => {
  const path = 'patterns/waitgroup/mutex-not-released-on-throw.ts';
  const { programs: reported } = readReports(join(projectRoot, 'docs/reports.json'));
  const report = reported.find((each) => each.path === path)?.report.join('\n') ?? '';
  expect(readme).toContain(`\`\`\`text\n${path}: ${report}\n\`\`\``);
});
