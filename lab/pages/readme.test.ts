import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readCatalogue } from '../catalogue/catalogue.ts';
import { projectRoot } from '../catalogue/root.ts';
import { families } from '../contract.ts';
import { readProofs } from '../oracle/proof-file.ts';
import { readMisses } from '../run/misses.ts';

const readme = readFileSync(join(projectRoot, 'README.md'), 'utf8');
const { programs } = await readCatalogue(projectRoot);
const count = (wanted: string): number => programs.filter(({ role }) => role === wanted).length;

/** A row of the table of what was measured, by its first words. */
function row(words: string): readonly string[] {
  const line = readme.split('\n').find((each) => each.startsWith(`| ${words}`)) ?? '';
  return line
    .split('|')
    .slice(2, -1)
    .map((cell) => cell.trim());
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
