import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../shared/project-root.ts';
import type { Channel } from '../../contract.ts';
import type { InProcess } from '../answer/adapter.ts';
import { inProcess } from './in-process.ts';

const { version } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as {
  version: string;
};

function atLevel(level: string, sees: readonly Channel[], configuration: string, hasLines = true): InProcess {
  const about = { name: `leaklab-${level}`, title: `leaklab, level ${level}`, version, sees, configuration };
  return { ...inProcess({ ...about, hasLines }, 'leaklab'), options: { level } };
}

/** Bundled detector at each of its levels. */
export const leaklab: readonly InProcess[] = [
  atLevel(
    'counts',
    ['loop handle', 'unref handle', 'descriptor'],
    '`snapshot({ level: "counts" })`, then `find()`; its own budget of 1000 ms',
    false,
  ),
  atLevel(
    'light',
    ['loop handle', 'unref handle', 'descriptor', 'promise', 'listener'],
    '`snapshot()` and `find()` as they are, level light; its own budget of 1000 ms',
  ),
  atLevel(
    'full',
    ['loop handle', 'unref handle', 'descriptor', 'promise', 'listener'],
    '`snapshot({ level: "full" })`, then `find()`; its own budget of 1000 ms',
  ),
  atLevel(
    'heap',
    ['loop handle', 'unref handle', 'descriptor', 'promise', 'listener', 'retention'],
    'Level full; where that finds nothing, the program runs again and again and growth of the heap is looked for',
  ),
];
