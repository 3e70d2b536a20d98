import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { tempFolders } from '../fixtures/temp-folders.ts';
import type { CauseHistory } from '../history/cause-history.ts';
import { causeOf, fixedAfter, historyOf } from './fixtures/histories.ts';
import { startTickets, testedTrackers, type TestedTracker } from './fixtures/runs.ts';
import { TrackerServer, type Asked } from './fixtures/tracker-server.ts';
import { labelOf } from './text/fields.ts';

const folder = tempFolders();
const seed = Number(process.env['LEAKLAB_SEED'] ?? Math.floor(Math.random() * 2 ** 31));

/** Repetitions for each of the three APIs, of which some are killed, and some are answered 5xx after the write. */
const repetitions = 34;
const killed = 4;
const lost = 2;

/** Returns numbers from 0 up to 1 that a seed decides (mulberry32). */
function randomFrom(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d_2b_79_f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Returns different repetitions, without the first one and those that are taken. */
function pick(random: () => number, count: number, taken: ReadonlySet<number> = new Set()): Set<number> {
  const picked = new Set<number>();
  while (picked.size < count) {
    const repetition = 1 + Math.floor(random() * (repetitions - 1));
    if (!taken.has(repetition)) picked.add(repetition);
  }
  return picked;
}

/** Returns the causes of a repetition: each brings two, and some change or are fixed, long after they came. */
function causesIn(repetition: number): CauseHistory[] {
  return Array.from({ length: 2 * repetition + 2 }, (_, number) => {
    const weeks = [{ week: '2026-W48', count: 1 + Math.floor((number + repetition) / 12), runs: 1 }];
    const isFixed = number % 7 === 0 && number < repetition;
    return causeOf(number, isFixed ? { weeks, ...fixedAfter(5) } : { weeks });
  });
}

function isCreation({ method, path }: Asked): boolean {
  return method === 'POST' && /\/issues?$/.test(path);
}

test.each(testedTrackers)(
  `one ticket for each cause after ${repetitions} runs on $name, ${killed} of them killed`,
  { timeout: 900_000 },
  async (tested) => {
    process.stdout.write(`seed ${seed}, again with LEAKLAB_SEED=${seed}\n`);
    const random = randomFrom(seed + tested.name.length);
    const server = await TrackerServer.start(tested.api());
    onTestFinished(() => server.close());
    server.store.lag = 3;
    server.store.pageSize = 9;
    const kills = pick(random, killed);
    const losses = pick(random, lost, kills);
    const ends: string[] = [];
    const wholes: { code: unknown; stderr: string }[] = [];
    const lostCreations: string[] = [];
    for (let repetition = 0; repetition < repetitions; repetition += 1) {
      server.fault = () => undefined;
      const run = { tested, server, repetition };
      if (kills.has(repetition)) ends.push(await killedRun(run, random));
      else {
        if (losses.has(repetition)) loseFirstCreation(server, lostCreations);
        wholes.push(await wholeRun(run));
      }
    }
    expect(wholes).toEqual(Array.from({ length: repetitions - killed }, () => ({ code: 0, stderr: '' })));
    expect(ends).toEqual(Array.from({ length: killed }, () => 'SIGKILL'));
    expect(lostCreations).toHaveLength(lost);
    server.fault = () => undefined;
    await wholeRun({ tested, server, repetition: repetitions - 1 });
    const issues = server.store.all();
    const labels = issues.map((issue) => issue.labels.find((label) => /^leaklab-[\da-f]{12}$/.test(label)));
    const causes = causesIn(repetitions - 1);
    expect(new Set(labels).size).toBe(issues.length);
    expect(labels.toSorted(byText)).toEqual(causes.map(labelOf).toSorted(byText));
    const isOpen = (cause: CauseHistory): boolean | undefined =>
      issues.find((issue) => issue.labels.includes(labelOf(cause)))?.isOpen;
    const wrong = causes.filter((cause) => isOpen(cause) !== (cause.fixed === undefined));
    expect(wrong.map(labelOf)).toEqual([]);
  },
);

interface Run {
  readonly tested: TestedTracker;
  readonly server: TrackerServer;
  readonly repetition: number;
}

function start({ tested, server, repetition }: Run): ReturnType<typeof startTickets> {
  const home = folder();
  const history = join(home, 'history.json');
  writeFileSync(history, JSON.stringify(historyOf(...causesIn(repetition))));
  return startTickets(tested, server, home, ['--history', history, '--apply', '--most', '100']);
}

async function wholeRun(run: Run): Promise<{ code: unknown; stderr: string }> {
  const child = start(run);
  child.stdout.resume();
  const [stderr, [code]] = await Promise.all([
    text(child.stderr),
    once(child, 'close') as Promise<unknown[]>,
  ]);
  return { code, stderr };
}

/**
 * Kills a run at a random moment: while a random request is under way, before the service acts or after it did.
 *
 * @returns the signal that ended it
 */
async function killedRun(run: Run, random: () => number): Promise<string> {
  const child = start(run);
  child.stdout.resume();
  child.stderr.resume();
  const ended = once(child, 'close') as Promise<[number | null, string | null]>;
  // half of the moments are counted from the first creation, so that some fall on it
  const isFromCreation = random() < 0.5;
  // from its first creation on, the shortest run sends five requests
  const moment = Math.floor(random() * 5);
  const isAfter = random() < 0.5;
  let asked = -1;
  run.server.fault = async (request) => {
    if (asked >= 0 || !isFromCreation || isCreation(request)) asked += 1;
    if (asked < moment) return undefined;
    child.kill('SIGKILL');
    await ended;
    return { reply: 'reset', isAfter };
  };
  const [, signal] = await ended;
  return String(signal);
}

/** Lets a creation take effect and answers 502. */
function loseFirstCreation(server: TrackerServer, lostCreations: string[]): void {
  let isLost = false;
  server.fault = (asked) => {
    if (isLost || !isCreation(asked)) return undefined;
    isLost = true;
    lostCreations.push(asked.path);
    return { reply: { status: 502 }, isAfter: true };
  };
}

function byText(a: string | undefined, b: string | undefined): number {
  return (a ?? '') < (b ?? '') ? -1 : 1;
}
