import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectRoot } from '../../shared/project-root.ts';
import { growthCurves, growthOf } from './growth.ts';
import { picturesOf } from './pictures.ts';

test('the pictures are as what was measured: npm run pages draws them anew', () => {
  const folder = join(projectRoot, 'docs/pictures');
  const pictures = picturesOf(projectRoot);
  expect(readdirSync(folder).toSorted()).toEqual([...pictures.keys()].toSorted());
  const committed = [...pictures.keys()].map((name) => [name, readFileSync(join(folder, name), 'utf8')]);
  expect(committed).toEqual([...pictures]);
});

test('a curve goes from the first run to the last, and zero is at the bottom', () => {
  const curves = growthCurves(
    { runs: [1, 5, 25], pattern: [4, 8, 28], fix: [4, 4, 4] },
    { left: 10, top: 20, width: 240, height: 280, unit: 'open files' },
  );
  expect(curves.match(/d="[^"]*"/g)).toEqual([
    'd="M10 300h240"',
    'd="M10 20h240"',
    'd="M10 260L50 220L250 20"',
    'd="M10 260L50 260L250 260"',
  ]);
});

test('a pair without a proof is told, with what to do', () => {
  expect(() => growthOf('timer/clock', 'handles', [])).toThrow('no proof of timer/clock');
});
