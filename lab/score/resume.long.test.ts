import { once } from 'node:events';
import { copyFileSync, globSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { leaklab, startLeaklab } from '../fixtures/cli.ts';
import {
  catalogue,
  decoy,
  fix,
  pattern,
  stopped,
  ticking,
  unrefd,
  wrongFix,
} from '../fixtures/mini-catalogue.ts';
import { tempFolders } from '../fixtures/temp-folders.ts';

// only a safety net: a busy machine is slow
vi.setConfig({ testTimeout: 300_000 });
const folder = tempFolders();
const seed = Number(process.env['LEAKLAB_SEED'] ?? 20_261_125);
/** Number of kills: few in every test run, ten in `npm run score:kill`. */
const kills = Number(process.env['LEAKLAB_KILLS'] ?? 3);
const files = catalogue({
  'patterns/timer/bell.ts': pattern(ticking),
  'fixes/timer/bell.ts': fix(stopped),
  'fixes/timer/clock.wrong-unref.ts': wrongFix(unrefd),
  'fixes/timer/quiet.decoy.ts': decoy(stopped.replace(/ \/\/ FIX.*/, '')),
});
const args = ['score', '--adapter', 'active-resources', '--catalogue', '.', '--jobs', '2'];

/** Yields numbers from 0 to 1 that a seed decides. */
function* numbers(from: number): Generator<number, never> {
  for (let state = from; ;) {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    yield state / 2 ** 31;
  }
}

/** Lists the paths of the results in a cache. */
const kept = (cache: string): readonly string[] =>
  globSync('runs/**/*.json', { cwd: cache })
    .toSorted()
    .map((path) => join(cache, path));

/** Reads every cached result, without its duration. */
const results = (cache: string): readonly unknown[] =>
  kept(cache).map((file) => ({ ...(JSON.parse(readFileSync(file, 'utf8')) as object), ms: undefined }));

test(`killed at random again and again, it gives the same results byte for byte (seed ${seed})`, async () => {
  // enough work that each kill leaves some
  const bells = Array.from({ length: kills }, (_, index) => `timer/bell-${index}.ts`);
  const root = folder({
    ...files,
    ...Object.fromEntries(
      bells.flatMap((path) => [
        [`patterns/${path}`, pattern(ticking)],
        [`fixes/${path}`, fix(stopped)],
      ]),
    ),
  });
  const undisturbed = await leaklab([...args, '--cache', './whole', '--json'], root);
  expect(undisturbed.code).toBe(0);
  const { detectors } = JSON.parse(undisturbed.stdout) as { detectors: { cells: string }[] };
  const [many, fixed] = ['C', '.'].map((letter) => letter.repeat(kills + 2));
  expect(detectors.map(({ cells }) => cells)).toEqual([`${many}${fixed}-.`]);
  const whole = results(join(root, 'whole'));

  const random = numbers(seed);
  const cache = join(root, 'killed');
  for (let killed = 0; killed < kills;) {
    const goal = kept(cache).length + 1;
    const child = startLeaklab([...args, '--cache', './killed', '--json'], root);
    const gone = once(child, 'close') as Promise<[code: number | null, signal: NodeJS.Signals | null]>;
    // some kills come before a result, some while it is written, some between two
    const pause = random.next().value * 400;
    await Promise.race([gone, new Promise((resolve) => setTimeout(resolve, pause))]);
    if (random.next().value > 0.5)
      while (child.exitCode === null && kept(cache).length < goal)
        await new Promise((resolve) => setTimeout(resolve, 5));
    child.kill('SIGKILL');
    const [, signal] = await gone;
    if (signal === 'SIGKILL') killed += 1;
    // it was over before the kill: some of it has to be done again
    else for (const file of kept(cache)) if (random.next().value > 0.5) rmSync(file);
  }
  const left = whole.length - kept(cache).length;
  const resumed = await leaklab([...args, '--cache', './killed', '--json'], root);
  expect(resumed.stdout).toBe(undisturbed.stdout);
  expect(resumed.stderr).toContain(`${left} runs in `);
  expect(results(cache)).toEqual(whole);
});

test('two shards, merged, are the whole, and nothing is run again', async () => {
  const root = folder(files);
  const shard = (part: string): Promise<{ code: number | null }> =>
    leaklab([...args, '--cache', `./${part.replace('/', '-')}`, '--shard', part], root);
  expect((await Promise.all([shard('1/2'), shard('2/2')])).map(({ code }) => code)).toEqual([0, 0]);
  const merged = await leaklab([...args, '--cache', './1-2', '--merge', './2-2', '--json'], root);
  // nothing had to run, so there is no progress
  expect(merged.stderr).toBe('');
  const whole = await leaklab([...args, '--cache', './whole', '--json'], root);
  expect(merged.stdout).toBe(whole.stdout);
});

test('results are blessed, then checked; a program that no longer leaks is a loss', async () => {
  const root = folder(files);
  const some = ['--cache', './cache', '--expected', './expected.json'];
  expect((await leaklab([...args, ...some, '--bless'], root)).code).toBe(0);
  expect((await leaklab([...args, ...some, '--check'], root)).code).toBe(0);
  const changed = folder({
    ...files,
    'patterns/timer/bell.ts': pattern(ticking.replace(/setInterval.*; /, 'setImmediate(() => {}); ')),
  });
  copyFileSync(join(root, 'expected.json'), join(changed, 'expected.json'));
  const { code, stderr } = await leaklab([...args, ...some, '--check'], changed);
  expect(code).toBe(1);
  expect(stderr).toContain(
    '✗ active-resources patterns/timer/bell.ts: loss, expected caught, right kind, got missed\n',
  );
  expect(stderr).toMatch(/next: look at each; if all are right, leaklab score --bless\n$/);
});
