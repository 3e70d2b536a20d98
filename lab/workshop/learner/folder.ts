import { existsSync, mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { demandPackages, linkPackages } from '../../catalogue/link-packages.ts';
import { publishedFolder } from '../../catalogue/own-catalogue.ts';
import { projectRoot } from '../../shared/project-root.ts';
import { moduleBeside } from '../../shared/module-beside.ts';
import { UsageError } from '../../shared/usage-error.ts';
import { writeWhole } from '../../shared/write-file.ts';
import { filesOf, type Exercise } from '../exercise/exercise.ts';
import { copiesFolder, exercisesFolder, mainFile, stateFile, typesFile } from '../exercise/layout.ts';
import { readmeOf } from './readme.ts';
import { formatState, parseState, untried, type Progress, type State } from './state-file.ts';

/** A learner's folder and state. */
export interface Workshop {
  /** Absolute path. */
  readonly folder: string;
  readonly state: State;
}

/** Returns the folder names of exercises: `01-create-api`. */
export function folderNames(exercises: readonly Exercise[]): readonly string[] {
  return exercises.map(({ name }, index) => `${String(index + 1).padStart(2, '0')}-${name}`);
}

/**
 * Makes a learner's folder. Files that are there stay, so that a folder can get a new state.
 *
 * @throws UsageError if it is a workshop already, can't be written, or has an exercise that can't be run here
 */
export function initFolder(
  folder: string,
  exercises: readonly Exercise[],
  { track, solutions }: Pick<State, 'track' | 'solutions'>,
): Workshop & { /** Packages with types that an editor will miss. */ readonly missing: readonly string[] } {
  if (existsSync(join(folder, stateFile))) {
    throw new UsageError(
      `there is a workshop in ${folder} already`,
      'npm run resume goes on with it; or name another folder',
    );
  }
  for (const exercise of exercises)
    demandPackages(exercise.id, [...filesOf(exercise, 'start').values()].join('\n'));
  const names = folderNames(exercises);
  const [current = ''] = names;
  const progress = exercises.map(({ key }, index) => untried(names[index] ?? '', key));
  const state: State = { track, solutions, current, exercises: progress, others: [] };
  const files = new Map([
    ['README.md', readmeOf(track, names)],
    ['package.json', packageJson()],
    // npm prints what it runs before each command, and an error after a failed check
    ['.npmrc', 'loglevel=silent\nupdate-notifier=false\n'],
    ['tsconfig.json', tsconfig],
    [typesFile, typesOfLab()],
    ...exercises.flatMap((exercise, index) =>
      [...filesOf(exercise, 'start')].map(([name, text]): [string, string] => [
        join(exercisesFolder, names[index] ?? '', name),
        text,
      ]),
    ),
  ]);
  for (const [path, text] of files) {
    const file = join(folder, path);
    if (!existsSync(file)) writeWhole(file, text);
  }
  const given = [...files.values()].join('\n');
  const missing = linkPackages(folder).filter((name) => name === '@types/node' || typesUsed(name, given));
  save({ folder, state });
  return { folder, state, missing };
}

/**
 * Finds the workshop that a folder belongs to.
 *
 * @throws UsageError if there is none, or if its state can't be read
 */
export function findWorkshop(start: string): Workshop {
  for (let folder = resolve(start); ; folder = dirname(folder)) {
    const file = join(folder, stateFile);
    if (existsSync(file)) return { folder, state: parseState(readFileSync(file, 'utf8')) };
    if (dirname(folder) === folder) {
      throw new UsageError(
        `no workshop in ${resolve(start)} or above it`,
        'leaklab workshop init makes one; --folder names another',
      );
    }
  }
}

/** Writes the state whole or not at all. */
export function save({ folder, state }: Workshop): void {
  writeWhole(join(folder, stateFile), formatState(state));
}

/** Returns the progress of an exercise, by default the current one. @throws UsageError if there is none */
export function progressOf({ state }: Workshop, name = state.current): Progress {
  const found = state.exercises.find(
    (each) => each.name === name || each.name.split('-')[0] === name.padStart(2, '0'),
  );
  if (found) return found;
  throw new UsageError(`no exercise ${JSON.stringify(name)}`, 'npm run list shows them');
}

/** Returns the workshop with the new progress of one exercise. */
export function withProgress(workshop: Workshop, progress: Progress): Workshop {
  const exercises = workshop.state.exercises.map((each) => (each.name === progress.name ? progress : each));
  return { ...workshop, state: { ...workshop.state, exercises } };
}

export function exerciseFolder({ folder }: Workshop, { name }: Progress): string {
  return join(folder, exercisesFolder, name);
}

/** Reads the learner's files of an exercise, as far as they are there. */
export function sourcesIn(folder: string, exercise: Exercise): ReadonlyMap<string, string> {
  const names = [...filesOf(exercise, 'start').keys()].filter((name) => existsSync(join(folder, name)));
  return new Map(names.map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
}

/**
 * Restores an exercise as it was handed out, and keeps a copy of the learner's files.
 *
 * @returns the folder with the copy
 */
export function resetExercise(folder: string, exercise: Exercise): string {
  const copies = join(folder, copiesFolder);
  mkdirSync(copies, { recursive: true });
  const number = Math.max(0, ...readdirSync(copies).map(Number).filter(Number.isInteger)) + 1;
  const copy = join(copies, String(number));
  for (const [name, text] of sourcesIn(folder, exercise)) writeWhole(join(copy, name), text);
  for (const [name, text] of filesOf(exercise, 'start')) writeWhole(join(folder, name), text);
  return copy;
}

export const verbsOfLearner = [
  'resume',
  'find',
  'check',
  'watch',
  'hint',
  'next',
  'reset',
  'solution',
  'list',
];

/** Returns a package.json with the commands as scripts, so that `npm run check` works without an install. */
function packageJson(): string {
  const cli = moduleBeside(import.meta.url, '../../cli');
  const command = `${JSON.stringify(process.execPath)} ${JSON.stringify(cli)} workshop`;
  const scripts = Object.fromEntries(verbsOfLearner.map((verb) => [verb, `${command} ${verb}`]));
  return `${JSON.stringify({ private: true, type: 'module', scripts }, null, 2)}\n`;
}

const tsconfig = `${JSON.stringify(
  {
    compilerOptions: {
      target: 'es2024',
      lib: ['es2024', 'esnext.disposable', 'esnext.collection'],
      module: 'nodenext',
      types: ['node'],
      strict: true,
      noUncheckedIndexedAccess: true,
      erasableSyntaxOnly: true,
      allowImportingTsExtensions: true,
      skipLibCheck: true,
      noEmit: true,
    },
    include: [exercisesFolder, typesFile],
    exclude: [`${exercisesFolder}/*/${copiesFolder}`],
  },
  null,
  2,
)}\n`;

function typesUsed(name: string, text: string): boolean {
  return name.startsWith('@types/') && text.includes(`from '${name.replace('@types/', '')}'`);
}

const typesForLearners = ['Json', 'Outcome', 'Lab', 'Manner', 'Visit', 'Upstream'];

/** Returns the types that programs import, cut out of the lab's contract. */
function typesOfLab(): string {
  const folder = existsSync(publishedFolder) ? publishedFolder : projectRoot;
  const declarations = readFileSync(join(folder, 'lab/contract.ts'), 'utf8').split(/\n\n(?=\/\*\*|export )/);
  const wanted = declarations.filter((text) =>
    typesForLearners.includes(/^export (?:interface|type) (\w+)/m.exec(text)?.[1] ?? ''),
  );
  return `${wanted.map((text) => text.trim()).join('\n\n')}\n`;
}

/** Returns the files that the learner opens first. */
export function openingFile({ kind, parts }: Exercise): readonly string[] {
  return kind === 'incident' ? parts.map(({ file }) => file) : [mainFile];
}
