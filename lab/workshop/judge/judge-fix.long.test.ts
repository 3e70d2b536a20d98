import { afterAll, beforeAll, expect, test } from 'vitest';
import { readCatalogue } from '../../catalogue/catalogue.ts';
import { catalogue as filesOfCatalogue, fix, pattern, wrongFix } from '../../fixtures/mini-catalogue.ts';
import { tempFolders } from '../../fixtures/temp-folders.ts';
import { pairsOf } from '../../catalogue/pairs.ts';
import { openSandbox, type Sandbox } from './sandbox-run.ts';
import { exerciseFrom, filesOf, type Exercise } from '../exercise/exercise.ts';
import { referenceOf, type Reference } from './reference.ts';
import { judgeFiles, proveExercises } from '../prove-workshop.ts';
import type { PrintedJudgement } from '../learner/judgement-messages.ts';

const folder = tempFolders();
let exercise: Exercise;
let sandbox: Sandbox;
/** A sandbox whose runs end early, for those that never end. */
let impatient: Sandbox;
let reference: Reference;

/** Ticks while it reads a file that is not there, and returns its text. */
const work = (
  end: string,
): string => `  const clock = setInterval(() => {}, 60_000);${end === '' ? ' // LEAK: timer' : ''}
  const { readFile, writeFile } = await import('node:fs/promises');
  await writeFile(lab.scratch + '/draft', 'text');
  const text = await readFile(lab.scratch + '/draft', 'utf8');${end}
  return { text };`;

beforeAll(async () => {
  const root = folder(
    filesOfCatalogue({
      'patterns/timer/clock.ts': pattern(work('')),
      'fixes/timer/clock.ts': fix(work('\n  clearInterval(clock); // FIX: stopped when the work is done')),
      'fixes/timer/clock.wrong-unref.ts': wrongFix(
        work('').replace('60_000);', '60_000).unref(); // TRIED: the process can end'),
      ),
    }),
  );
  const [pair] = pairsOf(await readCatalogue(root));
  if (!pair) throw new Error('no pair');
  exercise = exerciseFrom(pair);
  sandbox = await openSandbox(60_000);
  impatient = await openSandbox(3000);
  reference = await referenceOf(exercise, sandbox);
});

afterAll(() => Promise.all([sandbox.close(), impatient.close()]));

async function judged(change: (start: string) => string, inside = sandbox): Promise<PrintedJudgement> {
  const start = filesOf(exercise, 'start').get('program.ts') ?? '';
  return judgeFiles(exercise, new Map([['program.ts', change(start)]]), reference, inside);
}

const stopped = (source: string): string =>
  source.replace('  return {', '  clearInterval(clock);\n  return {');

test.concurrent(
  'a fix that leaks nothing and does the job passes, also when its folder is gone',
  async () => {
    expect(await judged(stopped)).toMatchObject({
      version: 1,
      verdict: 'pass',
      messages: [
        'nothing leaks: the detector finds no leak, and nothing grows over 25 runs',
        'the job is done as before, also when its folder is gone',
      ],
      detector: { leaks: [] },
      oracle: {},
    });
  },
);

test.concurrent('a wrong fix is explained by its story', async () => {
  const judgement = await judged((start) => start.replace('60_000);', '60_000);\n  clock.unref();'));
  expect(judgement).toMatchObject({ verdict: 'fail', looksLike: 'known mistake', mistake: 'unref' });
  expect(judgement.messages).toEqual([
    "this looks like a wrong fix that people try: it is unref'd. It still leaks because it ticks on.",
    'this looks like unref: it lets the process end, but what was made stays',
    expect.stringMatching(/^the detector finds a leak: timer at program\.ts:\d+$/),
    expect.stringMatching(/^the oracle, over 25 runs: handles grow by about 1 a run$/),
  ]);
});

test.concurrent.each<[what: string, judgement: Partial<PrintedJudgement>, change: (start: string) => string]>(
  [
    [
      'a shorter time',
      { verdict: 'fail', looksLike: 'time-out' },
      (start) => stopped(start.replace('60_000', '10')),
    ],
    [
      'the timer deleted',
      { verdict: 'fail', looksLike: 'deleted' },
      (start) => start.replace('setInterval(() => {}, 60_000)', '60_000'),
    ],
    [
      'another outcome',
      { verdict: 'fail', looksLike: 'deleted' },
      (start) => stopped(start).replace('{ text }', '{ text: 0 }'),
    ],
    [
      'an error swallowed',
      { verdict: 'fail', looksLike: 'swallowed' },
      (start) =>
        stopped(start)
          .replace("'text');", "'text').catch(() => {});")
          .replace("'utf8');", "'utf8').catch(() => 'text');"),
    ],
    [
      'an exception',
      { verdict: 'error', messages: ['it threw: Error: broken'] },
      (start) => start.replace('  return {', "  throw new Error('broken');\n  return {"),
    ],
    ['a word that is no TypeScript', { verdict: 'error' }, (start) => `${start}\n)`],
    [
      'no run',
      { verdict: 'error', messages: ['there is no `run` to call: the exercise has to export it'] },
      () => 'export const a = 1;',
    ],
    [
      'the end of the process',
      { verdict: 'error' },
      (start) => start.replace('  return {', '  process.exit(0);\n  return {'),
    ],
    [
      'a wait for ever',
      { verdict: 'timeout', messages: ['`run` never returned'] },
      (start) => start.replace('  return {', '  await new Promise(() => {});\n  return {'),
    ],
    [
      'a busy loop',
      { verdict: 'timeout' },
      (start) => start.replace('  return {', '  for (;;);\n  return {'),
    ],
    [
      'too many objects',
      { verdict: 'out of memory' },
      (start) =>
        start.replace(
          '  return {',
          '  const all = []; for (;;) all.push(new Array(1e5).fill({}));\n  return {',
        ),
    ],
    [
      'too many buffers',
      { verdict: 'out of memory' },
      (start) =>
        start.replace(
          '  return {',
          '  const all = []; for (;;) { all.push(Buffer.alloc(1e7, 1)); await new Promise(setImmediate); }\n  return {',
        ),
    ],
    [
      'a file elsewhere',
      { verdict: 'error' },
      (start) => start.replace("'/draft', 'text'", "'/../../elsewhere', 'text'"),
    ],
  ],
)('%s', async (_what, judgement, change) => {
  const inside = judgement.verdict === 'timeout' ? impatient : sandbox;
  expect(await judged(change, inside)).toMatchObject(judgement);
});

test('all claims of an exercise are proven', async () => {
  const proofs = await proveExercises([exercise]);
  expect(proofs.map(({ claim, holds, instead }) => [claim, holds, instead])).toEqual(
    ['hints', 'answers', 'reference', 'untouched', 'emptied program.ts', 'wrong-unref'].map((claim) => [
      claim,
      true,
      undefined,
    ]),
  );
});

test('a reference that leaks breaks its claim', async () => {
  const [part] = exercise.parts;
  if (!part) throw new Error('no part');
  const broken = { ...exercise, parts: [{ ...part, fixed: part.start }] };
  const proofs = await proveExercises([broken]);
  expect(proofs.filter(({ holds }) => !holds).map(({ claim }) => claim)).toContain('reference');
});
