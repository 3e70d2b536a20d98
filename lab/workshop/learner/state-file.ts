import { UsageError } from '../../shared/usage-error.ts';
import { stateFile } from '../exercise/layout.ts';

const phases = ['find', 'fix', 'done'] as const;
export type ExercisePhase = (typeof phases)[number];

/** A learner's progress in one exercise. */
export interface Progress {
  /** The name of its folder: `01-create-api`. */
  readonly name: string;
  /** The key of the exercise that it was made from. */
  readonly key: string;
  readonly phase: ExercisePhase;
  /** Wrong answers in the first phase. */
  readonly misses: number;
  readonly findHints: number;
  readonly fixHints: number;
  /** Fixes that did not hold. */
  readonly fails: number;
  /** Fields of another version, which are written back. */
  readonly others: readonly string[];
}

/** The content of workshop.txt. */
export interface State {
  /** The track it was made from, or `chosen`. */
  readonly track: string;
  readonly solutions: 'shown' | 'hidden';
  /** The name of the current exercise. */
  readonly current: string;
  readonly exercises: readonly Progress[];
  readonly others: readonly string[];
}

/** The version of the format that is written; version 1 said "mend" where this one says "fix". */
const version = 2;
const sinceVersion2 = new Map([
  ['mend', 'fix'],
  ['mend-hints', 'fix-hints'],
]);

const numbers = {
  misses: 'misses',
  'find-hints': 'findHints',
  'fix-hints': 'fixHints',
  fails: 'fails',
} as const;

/** Returns the progress of an exercise that is not begun. */
export function untried(name: string, key: string): Progress {
  return { name, key, phase: 'find', misses: 0, findHints: 0, fixHints: 0, fails: 0, others: [] };
}

export function formatState({ track, solutions, current, exercises, others }: State): string {
  const lines = exercises.map((each) => {
    const counts = Object.entries(numbers).map(([word, field]) => `${word}=${each[field]}`);
    return [each.name, `made-from=${each.key}`, `phase=${each.phase}`, ...counts, ...each.others].join(' ');
  });
  return `leaklab workshop, version ${version}
# How far you are. leaklab writes this file; your programs are in exercises/.
track: ${track}
solutions: ${solutions}
current: ${current}
${others.map((line) => `${line}\n`).join('')}
${lines.join('\n')}
`;
}

/**
 * Reads what {@link formatState} has written, in this version or an older one.
 *
 * @param file only named in errors
 * @throws UsageError that names the line that can't be read; nothing is changed
 */
export function parseState(text: string, file: string = stateFile): State {
  const lines = text.split(/\r?\n/);
  const wrong = (index: number, problem: string): never => {
    throw new UsageError(
      `${file}:${index + 1}: ${problem}`,
      `fix that line; or rename the file, and init makes a new one: your programs stay as they are`,
    );
  };
  const written = /^leaklab workshop, version (\d+)$/.exec(lines[0] ?? '')?.[1];
  if (written === undefined)
    wrong(0, `expected \`leaklab workshop, version ${version}\`, got ${JSON.stringify(lines[0] ?? '')}`);
  if (Number(written) > version)
    wrong(0, `written by a newer leaklab, in version ${written}; this one reads up to version ${version}`);
  const settings = new Map<string, { readonly value: string; readonly index: number }>();
  const others: string[] = [];
  const exercises: Progress[] = [];
  for (const [index, line] of lines.entries()) {
    if (index === 0 || line.trim() === '' || line.startsWith('#')) continue;
    const [, word, value = ''] = /^([\w-]+): *(.*)$/.exec(line) ?? [];
    if (word === 'track' || word === 'solutions' || word === 'current') settings.set(word, { value, index });
    else if (word !== undefined) others.push(line);
    else exercises.push(parseProgress(line, (problem) => wrong(index, problem)));
  }
  const [first] = exercises;
  if (!first) return wrong(lines.length - 1, 'no exercise is listed');
  const twice = exercises.find(({ name }, at) => exercises.findIndex((each) => each.name === name) !== at);
  if (twice)
    wrong(
      lines.findLastIndex((line) => line.startsWith(`${twice.name} `)),
      `${twice.name} is listed twice`,
    );
  const solutions = settings.get('solutions') ?? { value: 'shown', index: 0 };
  if (solutions.value !== 'shown' && solutions.value !== 'hidden')
    return wrong(solutions.index, `expected shown or hidden, got ${JSON.stringify(solutions.value)}`);
  const current = settings.get('current') ?? { value: first.name, index: 0 };
  if (!exercises.some(({ name }) => name === current.value))
    wrong(current.index, `there is no exercise ${JSON.stringify(current.value)}`);
  const track = settings.get('track')?.value ?? 'chosen';
  return { track, solutions: solutions.value, current: current.value, exercises, others };
}

function parseProgress(line: string, wrong: (problem: string) => never): Progress {
  const [name = '', ...fields] = line.trim().split(/\s+/);
  if (!/^\d+-[\w-]+$/.test(name))
    wrong(`${JSON.stringify(name)} is no name of an exercise, such as 01-create-api`);
  const others: string[] = [];
  let progress = untried(name, '');
  for (const field of fields) {
    const [, written = '', value = ''] = /^([\w-]+)=(.*)$/.exec(field) ?? [];
    const word = sinceVersion2.get(written) ?? written;
    if (word === 'made-from') progress = { ...progress, key: value };
    else if (word === 'phase') {
      const phase = phases.find((each) => each === (sinceVersion2.get(value) ?? value));
      progress = phase
        ? { ...progress, phase }
        : wrong(`${JSON.stringify(field)}: a phase is one of ${phases.join(', ')}`);
    } else if (isNumber(word)) {
      if (!/^\d{1,6}$/.test(value)) wrong(`${JSON.stringify(field)} is not a number from 0 up`);
      progress = { ...progress, [numbers[word]]: Number(value) };
    } else if (word === '') wrong(`${JSON.stringify(field)} is not of the form word=value`);
    else others.push(field);
  }
  if (!/^[0-9a-f]{8}$/.test(progress.key))
    wrong(`${name} does not say what it is made from: made-from=0123abcd`);
  return { ...progress, others };
}

function isNumber(word: string): word is keyof typeof numbers {
  return Object.hasOwn(numbers, word);
}
