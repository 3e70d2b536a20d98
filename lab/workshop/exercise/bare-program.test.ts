import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectRoot } from '../../shared/project-root.ts';
import { bareProgram, siblingsOf } from './bare-program.ts';

test('what gives it away is gone, and nothing else', () => {
  const bare = bareProgram(`/**
 * A clock.
 */
import { on } from 'node:events';
import type { Lab, Outcome, Pattern } from '../../lab/contract.ts';
import { Channel } from '../../../patterns/channel/channel.ts';

export const pattern = {
  title: 'Clock',
} satisfies Pattern;

/** Ticks. */
function start(lab: Lab) {
  // TRIED: once more
  return setInterval(on, 1000).unref(); // TRIED: lets it end // LEAK: timer
}
`);
  expect(bare.source).toBe(`import { on } from 'node:events';
import type { Lab, Outcome } from '../../leaklab.d.ts';
import { Channel } from './channel.ts';

/** Ticks. */
function start(lab: Lab) {
  return setInterval(on, 1000).unref();
}
`);
  expect([4, 13, 14, 15, 16].map((line) => bare.lineOf(line))).toEqual([1, 6, undefined, 7, 8]);
  expect(siblingsOf(bare.source)).toEqual(['channel.ts']);
});

test('in every program of the catalogue a line that stays is the line it was', () => {
  const paths = globSync('{patterns,fixes}/*/*.ts', { cwd: projectRoot });
  expect(paths.length).toBeGreaterThan(300);
  for (const path of paths) {
    const original = readFileSync(join(projectRoot, path), 'utf8').split('\n');
    const bare = bareProgram(original.join('\n'));
    const lines = bare.source.split('\n');
    expect(bare.source).not.toMatch(
      /\/\/ (?:LEAK|ALSO|FIX|TRIED)\b|satisfies Pattern|\*\*What leaks|lab\/contract/,
    );
    for (const [index, text] of original.entries()) {
      const place = bare.lineOf(index + 1);
      if (place === undefined || text.includes("from '.")) continue;
      expect(text.startsWith(lines[place - 1] ?? '?'), `${path}:${index + 1}`).toBe(true);
    }
  }
});
