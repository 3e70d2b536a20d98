/** Truth about a random program, known from its data, and the detector's findings in the same words. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { Finding } from '../../detector/index.ts';
import type { Acquire, Program } from './program.ts';
import { resource, type ResourceName } from './resources.ts';

const folder = new URL('resources/', import.meta.url);
const markers = readdirSync(folder).flatMap((file) =>
  readFileSync(new URL(file, folder), 'utf8')
    .split('\n')
    .flatMap((text, index) => {
      const [, name] = /\/\/ here: (.+)$/.exec(text) ?? [];
      return name === undefined ? [] : [{ name, place: `${file}:${index + 1}` }];
    }),
);

/** Expected findings of each scope when it is checked: in words, sorted, by the scope's name. */
export type Left = ReadonlyMap<string, readonly string[]>;

/** Derives the expected findings from the program alone. */
export function truthOf(program: Program, name: string): Left {
  const left = new Map<string, string[]>();
  collect(program, name, left);
  return left;
}

interface Owned {
  readonly what: ResourceName;
  readonly owner: string;
}

/** @returns resources that are still open when the outer scope is checked */
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
  // a dropped resource can't be handed over, since nothing holds it
  const stays = ({ what, released }: Acquire): boolean =>
    released === 'never' || (released === 'by the outer scope' && resource(what).isDropped === true);
  left.set(name, inWords([...owned(isLeft), ...inner]));
  return [...owned(stays), ...inner];
}

function inWords(all: readonly Owned[]): string[] {
  const groups = Map.groupBy(all, ({ what, owner }) => {
    const { kind, type, evidence = 'alive', at } = resource(what);
    return `${kind} ${type} ${evidence} of ${owner} at ${placeOf(at)}`;
  });
  return [...groups].map(([words, group]) => `${group.length} × ${words}`).toSorted();
}

function placeOf(marker: string): string {
  const found = markers.filter(({ name }) => name === marker);
  const [only] = found;
  if (!only || found.length > 1) throw new Error(`${found.length} lines end in "// here: ${marker}"`);
  return only.place;
}

/** Puts the findings in the same words. */
export function found(leaks: readonly Finding[]): string[] {
  return leaks
    .map(({ kind, type, evidence, owner, site, count }) => {
      const place = site ? `${basename(site.file)}:${site.line}` : 'unknown';
      return `${count} × ${kind} ${type} ${evidence} of ${owner} at ${place}`;
    })
    .toSorted();
}
