import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { $ } from 'zx';
import { readCatalogue } from '../../catalogue/catalogue.ts';
import { projectRoot } from '../../shared/project-root.ts';
import { refusal } from '../../fixtures/refusal.ts';
import { tempFolders } from '../../fixtures/temp-folders.ts';
import { agenda, minutesFor } from '../exercise/agenda.ts';
import { answerKey } from './answer-key.ts';
import { filesOf } from '../exercise/exercise.ts';
import { findWorkshop, folderNames, initFolder, progressOf, save, withProgress } from './folder.ts';
import { find, showAnswer } from './answering.ts';
import { check, Checking } from './checking.ts';
import { resume, next } from './progress.ts';
import { hint, reset, solution } from './help.ts';
import type { Session } from './session.ts';
import { Exercises, trackNames } from '../exercise/tracks.ts';

const newFolder = tempFolders();
let exercises: Exercises;

beforeAll(async () => {
  exercises = new Exercises(await readCatalogue(projectRoot));
});

function session(solutions: 'shown' | 'hidden' = 'shown'): Session & { folder: string } {
  const folder = join(newFolder(), 'mine');
  const workshop = initFolder(folder, exercises.track('first-steps').slice(0, 3), {
    track: 'first-steps',
    solutions,
  });
  return { workshop, exercises, folder };
}

test('tracks have what they promise', () => {
  const counts = trackNames.map((name) => exercises.track(name).length);
  const [first, families, onCall, detective, all] = counts;
  expect({ first, families, onCall, detective }).toEqual({
    first: 10,
    families: 15,
    onCall: 5,
    detective: 8,
  });
  expect(all).toBeGreaterThan(130);
  for (const name of trackNames) {
    for (const exercise of exercises.track(name)) expect(exercises.byKey(exercise.key)?.id).toBe(exercise.id);
  }
  expect(exercises.named('incident/2').id).toBe('waitgroup/slot-lost-on-skip+timer/race-loser-timer');
  expect(exercises.named('report/timer/unref-interval').kind).toBe('report');
});

test('a name that nothing has is refused', async () => {
  expect(await refusal(() => exercises.named('timer/unref'))).toEqual({
    problem: 'no pair "timer/unref"',
    next: 'did you mean timer/unref-interval?',
  });
  expect(await refusal(() => exercises.named('incident/9'))).toEqual({
    problem: 'no incident 9',
    next: 'they are numbered from incident/1 to incident/5',
  });
});

test('a folder has the programs and no file beside, its types resolve offline, and nothing gives it away', async () => {
  const { folder } = session();
  expect(readdirSync(folder).toSorted()).toEqual(
    [
      '.npmrc',
      'README.md',
      'exercises',
      'leaklab.d.ts',
      'node_modules',
      'package.json',
      'tsconfig.json',
      'workshop.txt',
    ].toSorted(),
  );
  expect(readdirSync(join(folder, 'exercises'))).toEqual(['01-create-api', '02-pay', '03-with-deadline']);
  expect(readdirSync(join(folder, 'exercises', '01-create-api'))).toEqual(['program.ts']);
  const { stdout } = await $({
    cwd: folder,
    quiet: true,
  })`${join(projectRoot, 'node_modules/.bin/tsc')} -p .`;
  expect(stdout).toBe('');
  const all = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes('node_modules'))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'));
  expect(all.join('\n')).not.toMatch(/never-cleared|not-released|LEAK:|satisfies Pattern/);
});

test('a second init is refused; with the state lost it makes a new one and leaves the programs alone', async () => {
  const { folder } = session();
  const program = join(folder, 'exercises/02-pay/program.ts');
  writeFileSync(program, '// mine\n');
  const list = exercises.track('first-steps').slice(0, 3);
  const again = (): unknown => initFolder(folder, list, { track: 'first-steps', solutions: 'shown' });
  expect(await refusal(again)).toEqual({
    problem: `there is a workshop in ${folder} already`,
    next: 'npm run resume goes on with it; or name another folder',
  });
  rmSync(join(folder, 'workshop.txt'));
  again();
  expect(readFileSync(program, 'utf8')).toBe('// mine\n');
  expect(findWorkshop(join(folder, 'exercises/02-pay')).folder).toBe(folder);
});

test('a state that was broken is refused, and stays as it is', async () => {
  const { folder } = session();
  const file = join(folder, 'workshop.txt');
  const broken = readFileSync(file, 'utf8').replace('phase=find', 'phase=');
  writeFileSync(file, broken);
  expect(await refusal(() => findWorkshop(folder))).toMatchObject({
    problem: 'workshop.txt:7: "phase=": a phase is one of find, fix, done',
  });
  expect(readFileSync(file, 'utf8')).toBe(broken);
});

test('without a workshop the next step is init', async () => {
  const folder = newFolder();
  expect(await refusal(() => findWorkshop(folder))).toEqual({
    problem: `no workshop in ${folder} or above it`,
    next: 'leaklab workshop init makes one; --folder names another',
  });
});

test('wrong answers and hints cost points, and a found one is the next to fix', async () => {
  const own = session();
  expect((await find(own, ['5'])).lines).toEqual([
    expect.stringContaining('line 5: what this line makes has ended when the job is done'),
    '',
    'next: npm run find with another line, or npm run hint',
  ]);
  expect(hint(own).lines).toEqual(['hint 1 of 3; it costs a point', '  One run leaks a timer.']);
  const found = await find(own, ['program.ts:16']);
  expect(found.holds).toBe(true);
  expect(found.lines).toContain('found, 1 of 3 points');
  expect(progressOf(findWorkshop(own.folder))).toMatchObject({ phase: 'fix', misses: 1, findHints: 1 });
  expect(await refusal(() => find(own, ['a']))).toEqual({
    problem: '"a" names no line of this exercise',
    next: 'npm run find -- 12',
  });
});

test('hints are three, each more than the last; the line is shown when they are used up', async () => {
  const own = session();
  expect(await refusal(() => showAnswer(own))).toEqual({
    problem: 'there are hints left',
    next: 'npm run hint',
  });
  const all = [1, 2, 3, 4].map(() => hint(own).lines);
  expect(all.at(-1)).toEqual([
    'hint 1 of 3',
    '  One run leaks a timer.',
    'hint 2 of 3',
    '  Look in `createCallCounter`.',
    'hint 3 of 3',
    '  It is within lines 15 to 21.',
  ]);
  expect(all[2]?.at(-2)).toBe('hint 3 of 3; it costs a point');
  expect(showAnswer(own).lines).toEqual(['program.ts:16', 'next: fix it, then npm run check']);
  expect(progressOf(own.workshop)).toMatchObject({ phase: 'fix', findHints: 3, misses: 3 });
});

test('next goes on to what is not done, or to what is named; it shows where that is', async () => {
  const own = session();
  expect((await next(own)).lines[0]).toContain('02-pay  (2 of 3)');
  own.workshop = withProgress(own.workshop, { ...progressOf(own.workshop, '3'), phase: 'done' });
  save(own.workshop);
  expect((await next(own)).lines[0]).toContain('01-create-api  (1 of 3)');
  expect((await next(own, '3')).lines).toContain('This one is fixed.');
  expect((await resume(own)).lines[0]).toContain('03-with-deadline');
  expect(await refusal(() => next(own, '9'))).toEqual({
    problem: 'no exercise "9"',
    next: 'npm run list shows them',
  });
});

test('a solution is shown after a pass, and not where it is hidden', async () => {
  const own = session();
  expect(await refusal(() => solution(own))).toEqual({
    problem: '01-create-api has not passed yet',
    next: 'npm run check, or npm run hint',
  });
  own.workshop = withProgress(own.workshop, { ...progressOf(own.workshop), phase: 'done' });
  expect(solution(own).lines.join('\n')).toContain("+  server.once('close', () => counter.stop());");
  const hidden = session('hidden');
  hidden.workshop = withProgress(hidden.workshop, { ...progressOf(hidden.workshop), phase: 'done' });
  expect(await refusal(() => solution(hidden))).toMatchObject({
    problem: 'solutions are hidden in this workshop',
  });
});

test('reset restores an exercise and keeps copies; it does not ask in a pipe', async () => {
  const own = session();
  const folder = join(own.folder, 'exercises/01-create-api');
  const start = readFileSync(join(folder, 'program.ts'), 'utf8');
  for (const text of ['// first\n', '// second\n']) {
    writeFileSync(join(folder, 'program.ts'), text);
    await reset(own, undefined, true);
  }
  expect(readFileSync(join(folder, 'program.ts'), 'utf8')).toBe(start);
  expect(['1', '2'].map((copy) => readFileSync(join(folder, 'copies', copy, 'program.ts'), 'utf8'))).toEqual([
    '// first\n',
    '// second\n',
  ]);
  expect(await refusal(() => reset(own, undefined, false))).toEqual({
    problem: 'reset asks first, which needs a terminal',
    next: 'npm run reset -- --yes does not ask',
  });
});

test('an exercise that the catalogue no longer has is refused, and the others go on', async () => {
  const own = session();
  own.workshop = withProgress(own.workshop, { ...progressOf(own.workshop), key: '00000000' });
  expect(await refusal(() => resume(own))).toEqual({
    problem: '01-create-api was made from a program that the catalogue no longer has',
    next: 'npm run next goes on; what you wrote stays',
  });
  expect((await next(own)).lines[0]).toContain('02-pay');
});

test('check in the first phase reads the comment in the file', async () => {
  const own = session();
  const file = join(own.folder, 'exercises/01-create-api/program.ts');
  const checking = undefined as unknown as Checking;
  expect((await check(own, checking)).lines[0]).toBe('find the line first');
  writeFileSync(file, readFileSync(file, 'utf8').replace('(prune, DAY);', '(prune, DAY); // HERE'));
  expect((await check(own, checking)).json).toEqual({
    version: 1,
    exercise: '01-create-api',
    phase: 'find',
    verdict: 'pass',
    places: [{ file: 'program.ts', line: 16, grade: 'right', message: 'the leak is made here: timer' }],
  });
});

test('the answer key has each answer, hint and wrong fix', () => {
  const list = exercises.track('first-steps').slice(0, 1);
  const key = answerKey(list, folderNames(list));
  expect(key).toContain('## 01-create-api');
  expect(key).toContain('Find: program.ts:16.');
  expect(key).toContain("3. Call the store's stop() in a close listener of the server.");
  expect(key).toContain(
    "What people try: this looks like a wrong fix that people try: the interval is unref'd",
  );
});

test.each(['90', 'day'] as const)('an agenda for %s fills its time and no more', (length) => {
  const list = ['first-steps', 'families', 'detective', 'on-call'] as const;
  const chosen = list.flatMap((name) => exercises.track(name));
  const named = chosen.map((exercise, index) => ({ name: `exercise ${index}`, exercise }));
  const lines = agenda(length, '09:00', named);
  expect(lines[0]).toMatch(/^09:00/);
  expect(lines.find((line) => line.includes('The end'))).toMatch(length === '90' ? /^10:30/ : /^16:30/);
  let left = Infinity;
  for (const line of lines) {
    const minutes = Number(/(\d+) min/.exec(line)?.[1] ?? 0);
    if (/^\d/.test(line)) left = minutes;
    else left -= minutes;
    expect(left).toBeGreaterThanOrEqual(0);
  }
  expect(minutesFor(exercises.named('incident/1'))).toBeGreaterThan(
    minutesFor(exercises.named('timer/unref-interval')),
  );
});

test('what an incident hands out runs its parts, sound ones too', () => {
  const files = filesOf(exercises.named('incident/3'), 'start');
  expect([...files.keys()]).toEqual([
    'list-blobs.ts',
    'open-tunnel.ts',
    'thumbnail.ts',
    'channel.ts',
    'program.ts',
  ]);
  expect(files.get('program.ts')).toContain('listBlobs: await listBlobs(lab),');
});
