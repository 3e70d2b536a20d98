/** Words for the learner's place, answers and progress. */
import { relative } from 'node:path';
import { styleText } from 'node:util';
import type { Exercise } from '../exercise/exercise.ts';
import { pointsFor, type Answer, type GradedPlace, type Remark } from '../judge/find-phase.ts';
import { exerciseFolder, openingFile, type Workshop } from './folder.ts';
import { reportFile } from '../exercise/layout.ts';
import type { PrintedJudgement } from './judgement-messages.ts';
import type { Progress } from './state-file.ts';

const stream = process.stdout;

const green = (text: string): string => styleText('green', text, { stream });
const red = (text: string): string => styleText('red', text, { stream });

/** Breaks a text at blanks, for a terminal of 80 columns. */
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

/** Returns the learner's place: the exercise, its files, the task, and the next step. */
export function describePlace(workshop: Workshop, progress: Progress, exercise: Exercise): string[] {
  const { exercises } = workshop.state;
  const folder = relative(process.cwd(), exerciseFolder(workshop, progress));
  const files = [...openingFile(exercise), ...(exercise.kind === 'report' ? [reportFile] : [])];
  return [
    styleText('bold', `${progress.name}  (${exercises.indexOf(progress) + 1} of ${exercises.length})`, {
      stream,
    }),
    '',
    ...files.map((name) => `  ${folder}/${name}`),
    '',
    ...wrapped(taskOf(progress, exercise)),
    '',
    nextOf(progress, exercise),
  ];
}

function taskOf({ phase }: Progress, { kind, parts }: Exercise): string {
  if (phase === 'done') return 'This one is fixed.';
  if (phase === 'fix') {
    return kind === 'incident'
      ? 'Found. Now fix it: one round should leak nothing. A file that is sound stays as it is.'
      : 'Found. Now fix it: `run` should leak nothing, and return what it returned.';
  }
  switch (kind) {
    case 'program':
      return 'Find it: `run` leaks something. Which line makes it?';
    case 'incident': {
      const leaking = parts.filter(({ isLeaking }) => isLeaking).length;
      return `You are on call. Each round leaks something, in ${leaking} of these ${parts.length} files. Which lines make it? Name all of them at once.`;
    }
    case 'report':
      return 'The detector has reported a leak. Its report names the line that made what leaks. Which line has to change, so that it ends?';
  }
}

function nextOf({ phase, name, findHints, fixHints }: Progress, { kind, parts }: Exercise): string {
  if (phase === 'done') return 'next: npm run next, or npm run solution to see one way to fix it';
  const example = kind === 'incident' ? `${parts[0]?.file ?? name}:12 …` : '12';
  return phase === 'fix'
    ? `next: change it and npm run check, or npm run watch${orHint(fixHints)}`
    : `next: npm run find -- ${example}${orHint(findHints)}`;
}

function orHint(used: number): string {
  return used < 3 ? ', or npm run hint' : '';
}

const remarks: Readonly<Record<Remark, string>> = {
  'sound file': 'nothing that this file makes leaks',
  'made here': 'the leak is made here',
  'part of it': 'part of the story; what leaks is made on another line',
  'fixed here': 'the fix goes here',
  'only fixed here': 'the fix may go here; what leaks is made on another line',
  reported: 'made here, as the report says; where should it have ended?',
  close: 'a line or two off',
  ends: 'what this line makes has ended when the job is done',
  unchanged: 'nothing has to change here',
};

/** Returns a graded line as it is printed, with a message. */
export function printedPlace({
  remark,
  leaks,
  ...place
}: GradedPlace): object & { readonly message: string } {
  const made = leaks.map(({ kind, count }) => (count === 1 ? kind : `${kind} ×${count}`)).join(', ');
  const message = remark === 'made here' ? `${remarks[remark]}: ${made}` : remarks[remark];
  return { ...place, message };
}

/** Returns the grades of an answer, the points, and the next step. */
export function describeAnswer(
  { isFound, places, wanted }: Answer,
  { misses, findHints }: Progress,
  kind: Exercise['kind'],
): string[] {
  const shown = places.map((graded) => {
    const { file, line, grade } = graded;
    const place = kind === 'incident' ? `${file}:${line}` : `line ${line}`;
    const sign = grade === 'right' ? green('✓') : red('✗');
    return `${sign} ${place}: ${grade === 'near' ? 'near; ' : ''}${printedPlace(graded).message}`;
  });
  if (isFound) {
    return [
      ...shown,
      '',
      `found, ${pointsFor(misses, findHints)} of 3 points`,
      'next: fix it, then npm run check; npm run watch checks at each save',
    ];
  }
  const right = places.filter(({ grade }) => grade === 'right').length;
  return [
    ...shown,
    ...(wanted > 1 ? [`${right} of ${wanted} lines found; name all of them at once`] : []),
    '',
    `next: npm run find with another line${orHint(findHints) || '; npm run find -- --show names it, for no points'}`,
  ];
}

/** Returns the verdict on a fix, its messages, and the next step. */
export function describeJudgement({ verdict, messages }: PrintedJudgement, progress: Progress): string[] {
  const isPass = verdict === 'pass';
  const { name, fixHints } = progress;
  return [
    isPass ? green(`✓ ${name}: pass`) : red(`✗ ${name}: ${verdict}`),
    ...messages.flatMap((message) => wrapped(message, '  ')),
    '',
    isPass
      ? 'next: npm run next, or npm run solution to see one way to fix it'
      : `next: change it and check again${orHint(fixHints)}`,
  ];
}

/** Returns all exercises, a line each, and how many are done. */
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

function describeProgress({ phase, misses, findHints, fails, fixHints }: Progress): string {
  if (phase === 'find') {
    const isNew = misses + findHints === 0;
    return isNew ? '' : `to find; ${plural(misses, 'wrong answer')}, ${plural(findHints, 'hint')}`;
  }
  const found = `found ${pointsFor(misses, findHints)}/3`;
  const tries = `${plural(fails, 'try', 'tries')} failed, ${plural(fixHints, 'hint')}`;
  return `${found}; ${phase === 'fix' ? 'to fix' : 'fixed'}; ${tries}`;
}

function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
