/** What a random program leaves, known from its data; and what the detector says, in the same words. */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { Finding } from '../../detector/index.ts';
import type { Acquire, Program } from './program.ts';
import { resource, type ResourceName } from './resources.ts';

const file = new URL('resources.ts', import.meta.url);
const lines = readFileSync(file, 'utf8').split('\n');

/** What is left in each scope when it is checked: each finding in words, sorted, by the scope's name. */
export type Left = ReadonlyMap<string, readonly string[]>;

/** By the program alone. */
export function truthOf(program: Program, name: string): Left {
  const left = new Map<string, string[]>();
  collect(program, name, left);
  return left;
}

interface Owned {
  readonly what: ResourceName;
  readonly owner: string;
}

/** @returns what is still there when the outer scope is checked */
function collect({ steps, order, throwsAt }: Program, name: string, left: Map<string, string[]>): Owned[] {
  const done = order === 'in turn' ? steps.slice(0, throwsAt) : steps;
  const own = done.filter((step) => step.does === 'acquire');
  const inner = done.flatMap((step, index) =>
    step.does === 'nest' ? collect(step.program, `${name}.${index}`, left) : [],
  );
  const owned = (is: (step: Acquire) => boolean): Owned[] =>
    own.filter(is).map(({ what }) => ({ what, owner: name }));
  const isLeft = ({ released }: Acquire): boolean =>
    released === 'never' || released === 'by the outer scope';
  // of what nobody holds, nobody can be handed anything
  const stays = ({ what, released }: Acquire): boolean =>
    released === 'never' || (released === 'by the outer scope' && resource(what).isDropped === true);
  left.set(name, inWords([...owned(isLeft), ...inner]));
  return [...owned(stays), ...inner];
}

function inWords(all: readonly Owned[]): string[] {
  const groups = Map.groupBy(all, ({ what, owner }) => {
    const { kind, type, evidence = 'alive', at } = resource(what);
    return `${kind} ${type} ${evidence} of ${owner} at ${basename(file.pathname)}:${lineOf(at)}`;
  });
  return [...groups].map(([words, group]) => `${group.length} × ${words}`).toSorted();
}

function lineOf(marker: string): number {
  const found = lines.flatMap((line, index) => (line.endsWith(`// here: ${marker}`) ? [index + 1] : []));
  const [line] = found;
  if (line === undefined || found.length > 1)
    throw new Error(`${found.length} lines end in "// here: ${marker}"`);
  return line;
}

/** What was found, in the same words. */
export function found(leaks: readonly Finding[]): string[] {
  return leaks
    .map(({ kind, type, evidence, owner, site, count }) => {
      const place = site ? `${basename(site.file)}:${site.line}` : 'unknown';
      return `${count} × ${kind} ${type} ${evidence} of ${owner} at ${place}`;
    })
    .toSorted();
}
