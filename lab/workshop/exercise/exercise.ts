import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { diffArrays } from 'diff';
import type { Marker } from '../../catalogue/markers.ts';
import type { Pair } from '../../catalogue/pairs.ts';
import { bareProgram, siblingsOf, type BareProgram } from './bare-program.ts';
import { mainFile, relativeTypes } from './layout.ts';

/** A program of an exercise, made from a pair. */
export interface Part {
  readonly pair: Pair;
  /** The file in the exercise's folder. */
  readonly file: string;
  /** The program handed out: the pattern, or its fix if the part is sound. */
  readonly start: BareProgram;
  readonly fixed: BareProgram;
  readonly isLeaking: boolean;
  /** Lines of `start` that acquire what leaks. */
  readonly leaks: readonly Marker[];
  /** Lines of `start` that a fair answer may name instead. */
  readonly also: readonly number[];
  /** Lines of `start` that the fix changes, or between which it adds a line. */
  readonly fixedAt: readonly number[];
}

/**
 * A kind of exercise.
 *
 * - `program`: find the line that acquires what leaks, then fix it
 * - `incident`: the same with several programs in one, some of them sound
 * - `report`: the detector's report is given; find the line to fix
 */
export type ExerciseKind = 'program' | 'incident' | 'report';

export interface Exercise {
  /** A stable key that gives nothing away. */
  readonly key: string;
  /** The id for the teacher: of the pair, or of the pairs of an incident, joined by `+`. */
  readonly id: string;
  /** The name of a function of the program: `create-api`. */
  readonly name: string;
  readonly kind: ExerciseKind;
  readonly parts: readonly Part[];
}

/** A line of an exercise. */
export interface Place {
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

export function exerciseFrom(pair: Pair, kind: 'program' | 'report' = 'program'): Exercise {
  const part = partFrom(pair, mainFile, true);
  const id = pair.pattern.id;
  return { key: keyOf(kind, id), id, name: nameOf(part.start.source), kind, parts: [part] };
}

/**
 * Makes an exercise of several programs.
 *
 * @param sound pairs whose fix is handed out
 */
export function incidentFrom(leaking: readonly Pair[], sound: readonly Pair[]): Exercise {
  const parts = [...leaking, ...sound].map((pair) => {
    const name = nameOf(bareProgram(readFileSync(pair.pattern.file, 'utf8')).source);
    return partFrom(pair, `${name}.ts`, leaking.includes(pair));
  });
  // sorted, so that their order gives nothing away
  const sorted = parts.toSorted((a, b) => (a.file < b.file ? -1 : 1));
  const id = leaking.map(({ pattern }) => pattern.id).join('+');
  return { key: keyOf('incident', id), id, name: 'night-shift', kind: 'incident', parts: sorted };
}

/** Returns the files of an exercise by name, as handed out or as fixed. */
export function filesOf(exercise: Exercise, state: 'start' | 'fixed'): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const part of exercise.parts) {
    files.set(part.file, part[state].source);
    for (const name of siblingsOf(part.start.source)) {
      files.set(name, readFileSync(join(dirname(part.pair.pattern.file), name), 'utf8'));
    }
  }
  if (exercise.kind === 'incident') files.set(mainFile, mainOf(exercise.parts));
  return files;
}

/** Returns the lines of a right answer. */
export function answersOf({ kind, parts }: Exercise): readonly Place[] {
  return parts.flatMap(({ file, isLeaking, leaks, fixedAt }) => {
    if (!isLeaking) return [];
    const lines = kind === 'report' ? fixedAt : leaks.map(({ line }) => line);
    return lines.map((line) => ({ file, line }));
  });
}

/** Returns the name of the function or class around a line, by indentation. */
export function enclosing(source: string, line: number): string | undefined {
  const lines = source.split('\n').slice(0, line);
  for (const text of lines.toReversed()) {
    const name = /^(?:export )?(?:async )?(?:function\*?|class|const) (\w+)/.exec(text)?.[1];
    if (name !== undefined) return name;
  }
  return undefined;
}

function partFrom(pair: Pair, file: string, isLeaking: boolean): Part {
  const { pattern, fix } = pair;
  const broken = bareProgram(readFileSync(pattern.file, 'utf8'));
  const fixed = bareProgram(readFileSync(fix.file, 'utf8'));
  // a marker alone on its line is about the line above
  const moved = (line: number): number => broken.lineOf(line) ?? (line > 1 ? moved(line - 1) : 1);
  return {
    pair,
    file,
    start: isLeaking ? broken : fixed,
    fixed,
    isLeaking,
    leaks: isLeaking ? pattern.markers.leaks.map((each) => ({ ...each, line: moved(each.line) })) : [],
    also: isLeaking ? pattern.markers.also.map(moved) : [],
    fixedAt: isLeaking ? changedLines(broken.source, fixed.source) : [],
  };
}

/** Returns the lines of `before` that are changed or removed, and both neighbours of what is added. */
export function changedLines(before: string, after: string): readonly number[] {
  const lines = new Set<number>();
  let line = 1;
  const changes = diffArrays(before.trimEnd().split('\n'), after.trimEnd().split('\n'));
  for (const [index, { added, removed, value }] of changes.entries()) {
    if (removed) for (let at = 0; at < value.length; at++) lines.add(line + at);
    // replaced lines are counted already
    const isReplacing = changes[index - 1]?.removed || changes[index + 1]?.removed;
    if (added && !isReplacing) for (const near of [line - 1, line]) if (near > 0) lines.add(near);
    if (!added) line += value.length;
  }
  return [...lines].toSorted((a, b) => a - b);
}

/** Returns the name of the last function or class above `run`, in kebab case. */
function nameOf(source: string): string {
  const declared = [
    ...source.matchAll(
      /^(?:export )?(?:(?:async )?function\*?|class) (\w+)|^const (\w+)(?:: [^=]+)? = (?:async )?\(/gm,
    ),
  ].flatMap(([, name, arrow]) => name ?? arrow ?? []);
  const name = declared.findLast((each) => each !== 'run') ?? 'program';
  return name.replaceAll(/([a-z0-9])([A-Z])/g, '$1-$2').toLowerCase();
}

export function keyOf(kind: ExerciseKind, id: string): string {
  return createHash('sha256').update(`${kind} ${id}`).digest('hex').slice(0, 8);
}

/** Returns the program that runs the parts of an incident one after the other. */
function mainOf(parts: readonly Part[]): string {
  const names = parts.map(({ file }) => file.replace(/\.ts$/, ''));
  const camel = (name: string): string =>
    name.replaceAll(/-(\w)/g, (_all, letter: string) => letter.toUpperCase());
  return `import type { Lab, Outcome } from '${relativeTypes}';
${names.map((name) => `import { run as ${camel(name)} } from './${name}.ts';`).join('\n')}

/** What the service does in one round. */
export async function run(lab: Lab): Promise<Outcome> {
  return {
${names.map((name) => `    ${camel(name)}: await ${camel(name)}(lab),`).join('\n')}
  };
}
`;
}
