/** What the workshop prints, as lines. */
import { relative } from 'node:path';
import { styleText } from 'node:util';
import type { Exercise } from './exercise.ts';
import { pointsFor, type Answer } from './find-phase.ts';
import { exerciseFolder, openingFile, type Workshop } from './folder.ts';
import type { Judgement } from './judgement.ts';
import { reportFile } from './layout.ts';
import type { Progress } from './state-file.ts';

const stream = process.stdout;

export function green(text: string): string {
  return styleText('green', text, { stream });
}

export function red(text: string): string {
  return styleText('red', text, { stream });
}

export function bold(text: string): string {
  return styleText('bold', text, { stream });
}

/** Breaks a text at blanks so that a terminal of 80 columns holds it. */
export function wrapped(text: string, indent = ''): string[] {
  const width = 78 - indent.length;
  return text.split('\n').flatMap((paragraph) => {
    const lines: string[] = [];
    let line = '';
    for (const word of paragraph.split(' ')) {
      if (line !== '' && line.length + 1 + word.length > width) {
        lines.push(indent + line);
        line = word;
      } else line = line === '' ? word : `${line} ${word}`;
    }
    return [...lines, indent + line];
  });
}

/** Where the learner is, and what comes next. */
export function describePlace(workshop: Workshop, progress: Progress, exercise: Exercise): string[] {
  const { exercises } = workshop.state;
  const folder = relative(process.cwd(), exerciseFolder(workshop, progress));
  const number = exercises.indexOf(progress) + 1;
  const files = openingFile(exercise).map((name) => `${folder}/${name}`);
  const { findHints, fixHints } = progress;
  return [
    bold(`${progress.name}  (${number} of ${exercises.length})`),
    '',
    ...files.map((file) => `  ${file}`),
    ...(exercise.kind === 'report' ? [`  ${folder}/${reportFile}`] : []),
    '',
    ...wrapped(taskOf(progress, exercise)),
    '',
    nextOf(progress, exercise, progress.phase === 'find' ? findHints : fixHints),
  ];
}

function taskOf({ phase }: Progress, { kind, parts }: Exercise): string {
  if (phase === 'done') return 'This one is fixed.';
  if (phase === 'fix') {
    return kind === 'incident'
      ? 'Found. Now fix it: one round is to leave nothing. A file that is sound stays as it is.'
      : 'Found. Now fix it: `run` is to leave nothing, and to give what it gave.';
  }
  switch (kind) {
    case 'program':
      return `Find it: when \`run\` is over, something is left. Which line made it?`;
    case 'incident': {
      const leaking = parts.filter(({ isLeaking }) => isLeaking).length;
      return `It is your night. Each round leaves something behind, in ${leaking} of these ${parts.length} files. Which lines made it? Name all of them at once.`;
    }
    case 'report':
      return 'The detector has reported a leak. Its report names the line that made what is left; which line has to change, so that it ends?';
  }
}

function nextOf({ phase, name }: Progress, { kind, parts }: Exercise, hints: number): string {
  if (phase === 'done') return 'next: npm run next, or npm run solution to see one way to fix it';
  const hint = hints < 3 ? 'npm run hint' : undefined;
  if (phase === 'fix') return next([`change it and npm run check`, 'npm run watch', hint]);
  const [first] = parts;
  const example = kind === 'incident' ? `${first?.file ?? name}:12 …` : '12';
  return next([`npm run find -- ${example}`, hint]);
}

function next(ways: readonly (string | undefined)[]): string {
  return `next: ${ways.filter((way) => way !== undefined).join(', or ')}`;
}

/** What came of an answer to where it leaks. */
export function describeAnswer(
  { isFound, places, wanted }: Answer,
  progress: Progress,
  kind: Exercise['kind'],
): string[] {
  const shown = places.map(({ file, line, grade, message }) => {
    const place = kind === 'incident' ? `${file}:${line}` : `line ${line}`;
    const sign = grade === 'right' ? green('✓') : red('✗');
    return `${sign} ${place}: ${grade === 'near' ? 'near; ' : ''}${message}`;
  });
  if (isFound) {
    return [
      ...shown,
      '',
      `found, ${pointsFor(progress)} of 3 points`,
      'next: fix it, then npm run check; npm run watch checks at each save',
    ];
  }
  const right = places.filter(({ grade }) => grade === 'right').length;
  const missing = wanted > 1 ? [`${right} of ${wanted} lines found; name all of them at once`] : [];
  return [
    ...shown,
    ...missing,
    '',
    progress.findHints < 3
      ? 'next: npm run find with another line, or npm run hint'
      : 'next: npm run find with another line; npm run find -- --show tells it, for no points',
  ];
}

/** What came of a fix. */
export function describeJudgement({ verdict, messages }: Judgement, progress: Progress): string[] {
  const [first = '', ...rest] = messages;
  const head = verdict === 'pass' ? green(`✓ ${progress.name}: pass`) : red(`✗ ${progress.name}: ${verdict}`);
  return [
    head,
    ...wrapped(first, '  '),
    ...rest.flatMap((message) => wrapped(message, '  ')),
    '',
    verdict === 'pass'
      ? 'next: npm run next, or npm run solution to see one way to fix it'
      : `next: change it and check again${progress.fixHints < 3 ? ', or npm run hint' : ''}`,
  ];
}

/** All exercises, a line each. */
export function describeList({ state }: Workshop): string[] {
  const width = Math.max(...state.exercises.map(({ name }) => name.length));
  const rows = state.exercises.map((each) => {
    const sign = each.phase === 'done' ? green('✓') : ' ';
    const cursor = each.name === state.current ? '>' : ' ';
    return `${cursor} ${sign} ${each.name.padEnd(width)}  ${describeProgress(each)}`.trimEnd();
  });
  const done = state.exercises.filter(({ phase }) => phase === 'done').length;
  return [...rows, '', `${done} of ${state.exercises.length} done`];
}

function describeProgress(progress: Progress): string {
  const { phase, misses, findHints, fails, fixHints } = progress;
  if (phase === 'find') {
    const isNew = misses + findHints === 0;
    return isNew ? '' : `to be found; ${plural(misses, 'wrong answer')}, ${plural(findHints, 'hint')}`;
  }
  const found = `found ${pointsFor(progress)}/3`;
  const tries = `${plural(fails, 'try', 'tries')} failed, ${plural(fixHints, 'hint')}`;
  return phase === 'fix' ? `${found}; to be fixed; ${tries}` : `${found}; fixed; ${tries}`;
}

function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
