import { describe, expect, test } from 'vitest';
import { leaklab } from '../fixtures/cli.ts';
import { reportOf } from '../fixtures/report.ts';
import { tempFolders } from '../fixtures/temp-folders.ts';
import type { Report } from '../../detector/index.ts';

const folder = tempFolders();
// as long as a busy machine needs for a run that ends
const limits = ['--budget', '50', '--patience', '5000'];

interface Seen {
  readonly code: number | null;
  readonly leaks: readonly string[];
  readonly related: readonly (number | string)[];
  readonly waits: readonly string[];
}

/** Checks a module, and returns its findings with their lines. */
async function check(source: string): Promise<Seen> {
  const root = folder({ 'a.mjs': source });
  const { code, stdout } = await leaklab(['check', 'a.mjs', '--json', ...limits], root);
  const { leaks } = JSON.parse(stdout) as Report;
  const [first] = leaks;
  return {
    code,
    leaks: leaks.map(
      ({ kind, type, site, evidence, facts }) =>
        `${kind} ${type} at ${site?.line ?? 'unknown'}, ${evidence} in run ${facts?.furtherRun ?? 'unknown'}`,
    ),
    related: first?.related.map(({ line }) => line) ?? [],
    waits: first?.chain?.map(({ line, function: name }) => `${line} ${name}`) ?? [],
  };
}

const semaphore = `class Semaphore {
  #free; #waiting = [];
  constructor(free) { this.#free = free; }
  async acquire() {
    if (this.#free > 0) { this.#free -= 1; return; }
    await new Promise((resolve) => this.#waiting.push(resolve));
  }
  release() {
    const next = this.#waiting.shift();
    if (next) next(); else this.#free += 1;
  }
}
`;

interface Pair {
  readonly name: string;
  readonly leak: string;
  /** The end that the program forgets, and where it goes. */
  readonly fix: readonly [string, string];
  readonly seen: Omit<Seen, 'code'>;
}

const everyPair: readonly Pair[] = [
  {
    name: 'a permit that one of two callers keeps',
    leak: `${semaphore}const press = new Semaphore(1);
async function warmUp() { await press.acquire(); press.release(); }
async function print(page) {
  await press.acquire();
  if (page === '') return 'nothing';
  press.release();
}
export async function run() {
  await warmUp();
  return await print('');
}`,
    fix: ["return 'nothing'", 'return press.release()'],
    // run 2 waits in warmUp, and print was the last to take the permit
    seen: {
      leaks: ['lease acquire at 16, stuck in run 2'],
      related: [6, 14],
      waits: ['21 run', '14 warmUp', '6 acquire'],
    },
  },
  {
    name: 'one of three permits in each run',
    leak: `${semaphore}const desk = new Semaphore(3);
export default async function serve() {
  await desk.acquire();
  return 'served';
}`,
    fix: ["return 'served'", 'desk.release()'],
    seen: {
      leaks: ['lease acquire at 15, stuck in run 4'],
      related: [6],
      waits: ['15 serve', '6 acquire'],
    },
  },
  {
    name: 'a mutex that is a chain of promises',
    leak: `let tail = Promise.resolve();
async function lock() {
  const before = tail;
  const { promise, resolve } = Promise.withResolvers();
  tail = promise;
  await before;
  return resolve;
}
async function pay(sum) {
  const unlock = await lock();
  if (sum > 0) return sum;
  unlock();
}
export const run = async () => ({ paid: await pay(5) });`,
    fix: ['return sum', 'return unlock()'],
    seen: {
      leaks: ['lease lock at 10, stuck in run 2'],
      related: [6],
      waits: ['14 run', '10 pay', '6 lock'],
    },
  },
  {
    name: 'the only client of a pool',
    leak: `class Pool {
  #idle = [{ ask: async () => 'rows' }]; #queue = [];
  connect() {
    const client = this.#idle.pop();
    if (client) return Promise.resolve(client);
    return new Promise((resolve) => this.#queue.push(resolve));
  }
  release(client) { const next = this.#queue.shift(); if (next) next(client); else this.#idle.push(client); }
}
const pool = new Pool();
async function rows() {
  const client = await pool.connect();
  const found = await client.ask();
  return found;
}
export const run = () => rows();`,
    fix: ['return found', 'pool.release(client)'],
    seen: { leaks: ['lease connect at 12, stuck in run 2'], related: [], waits: ['12 rows'] },
  },
  {
    // Node frees the lock only if the callback is async
    name: 'a lock of navigator.locks whose callback throws',
    leak: `async function post(sum) {
  await navigator.locks.request('ledger', () => {
    if (sum < 0) throw new RangeError('no such sum');
  });
}
export async function run() {
  try {
    await post(-1);
  } catch (error) { return error.message; }
}`,
    fix: ['() => {', 'async () => {'],
    seen: { leaks: ['lease request at 2, stuck in run 2'], related: [], waits: ['8 run', '2 post'] },
  },
  {
    name: 'a lock in shared memory, awaited',
    leak: `const word = new Int32Array(new SharedArrayBuffer(4));
async function take() {
  while (Atomics.compareExchange(word, 0, 0, 1) !== 0) await Atomics.waitAsync(word, 0, 1).value;
}
function give() { Atomics.store(word, 0, 0); Atomics.notify(word, 0); }
export async function run() {
  await take();
  return typeof give;
}`,
    fix: ['return typeof give', 'give()'],
    seen: { leaks: ['lease take at 7, stuck in run 2'], related: [3], waits: ['7 run', '3 take'] },
  },
  {
    name: 'a lock in shared memory that blocks the thread',
    leak: `const word = new Int32Array(new SharedArrayBuffer(4));
export function run() {
  while (Atomics.compareExchange(word, 0, 0, 1) !== 0) Atomics.wait(word, 0, 1);
  return word.length;
}`,
    fix: ['return word.length', 'Atomics.store(word, 0, 0)'],
    seen: { leaks: ['lease Atomics.wait at 3, stuck in run 2'], related: [], waits: [] },
  },
];

// Node 22 has no navigator.locks
const pairs = everyPair.filter(
  ({ leak }) => !leak.includes('navigator.locks') || Reflect.has(navigator, 'locks'),
);

describe.concurrent('a further run never ends, because an earlier one kept', () => {
  test.each(pairs)('$name', async ({ leak, seen }) => {
    expect(await check(leak)).toEqual({ code: 1, ...seen });
  });
});

describe.concurrent('each run ends where the program gives back', () => {
  test.each(pairs)('$name', async ({ leak, fix: [kept, given] }) => {
    expect(leak.split(kept)).toHaveLength(2);
    expect(await check(leak.replace(kept, given))).toEqual({ code: 0, leaks: [], related: [], waits: [] });
  });
});

/** A pool whose waiting callers give up after a time. */
const timing = `class Pool {
  #free = 2; #waiting = new Set();
  acquire(ms = 30) {
    if (this.#free > 0) { this.#free -= 1; return Promise.resolve('seat'); }
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(resolve);
        reject(new Error('no seat in time'));
      }, ms);
      this.#waiting.add(() => { clearTimeout(timer); resolve('seat'); });
    });
  }
  release() {
    const [next] = this.#waiting;
    if (!next) { this.#free += 1; return; }
    this.#waiting.delete(next);
    next();
  }
}
const pool = new Pool();
`;

describe.concurrent('a further run times out, because an earlier one kept', () => {
  const pairs: readonly Pair[] = [
    {
      name: 'a seat for which it waits, and fails',
      leak: `${timing}async function sit() {
  const seat = await pool.acquire();
  return seat;
}
export const run = async () => [await sit(), await sit()].length;`,
      fix: ['return seat', 'pool.release(); return seat'],
      seen: { leaks: ['lease acquire at 22, stuck in run 3'], related: [5], waits: [] },
    },
    {
      name: 'a seat for which it waits, and says so',
      leak: `${timing}async function sit(name) {
  try {
    return await pool.acquire();
  } catch (error) { return error.message; }
  finally { if (name !== 'ada') pool.release(); }
}
export const run = async () => [await sit('ada'), await sit('bob')];`,
      fix: ["if (name !== 'ada') ", ''],
      seen: { leaks: ['lease acquire at 23, stuck in run 3'], related: [5], waits: [] },
    },
    {
      name: 'a lock, with a signal that ends the wait',
      leak: `${semaphore}const press = new Semaphore(1);
function orAborted(promise, signal) {
  return new Promise((resolve, reject) => {
    promise.then(resolve);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
export async function run() {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), 60);
  try {
    await orAborted(press.acquire(), stop.signal);
    return 'printed';
  } finally { clearTimeout(timer); }
}`,
      fix: ["return 'printed'", "press.release(); return 'printed'"],
      seen: { leaks: ['lease orAborted at 24, stuck in run 3'], related: [15], waits: [] },
    },
  ];
  test.each(pairs)('$name', async ({ leak, seen, fix: [kept, given] }) => {
    expect(await check(leak)).toEqual({ code: 1, ...seen });
    expect(leak.split(kept)).toHaveLength(2);
    expect(await check(leak.replace(kept, given))).toEqual({ code: 0, leaks: [], related: [], waits: [] });
  });
});

test.concurrent('a permit that the thirteenth run lacks is found by cheap further runs', async () => {
  const leak = `${semaphore}const desk = new Semaphore(12);
export default async function serve() {
  await desk.acquire();
  return 'served';
}`;
  expect(await check(leak)).toEqual({
    code: 1,
    leaks: ['lease acquire at 15, stuck in run 13'],
    related: [6],
    waits: ['15 serve', '6 acquire'],
  });
});

test.concurrent.each<[string, string]>([
  [
    'that each run has, and that changes nothing',
    `let runs = 0;
const late = (ms) => new Promise((_, reject) => setTimeout(() => reject(new Error('late')), ms));
export const run = async () => {
  const why = await late(5).catch((error) => error.message);
  return [why, runs += 1];
};`,
  ],
  [
    'of one run only',
    `let runs = 0;
const late = (ms) => new Promise((_, reject) => setTimeout(() => reject(new Error('late')), ms));
export const run = async () => {
  runs += 1;
  return runs === 2 ? await late(5).catch((error) => error.message) : 'in time';
};`,
  ],
])('a time-out is no finding: one %s', async (_, source) => {
  expect(await check(source)).toEqual({ code: 0, leaks: [], related: [], waits: [] });
});

describe.concurrent('a further run never ends, and only its wait is known', () => {
  test.each<[string, string, Omit<Seen, 'code'>]>([
    [
      'for an event of Node that comes once',
      `import { once } from 'node:events';
setTimeout(() => process.emit('ready'), 20);
export async function run() {
  await once(process, 'ready');
}`,
      { leaks: ['await async function at 4, stuck in run 2'], related: [4], waits: ['4 run'] },
    ],
    [
      'for an event that a promise of the program stands for',
      `setTimeout(() => process.emit('ready'), 20);
const ready = () => new Promise((resolve) => {
  process.once('ready', resolve);
});
export async function run() {
  await ready();
}`,
      { leaks: ['await async function at 6, stuck in run 2'], related: [2], waits: ['6 run'] },
    ],
    [
      'for a call that never calls back, without an await',
      `let isBusy = false;
const queue = [];
const take = (then) => { if (isBusy) queue.push(then); else { isBusy = true; then(); } };
export function run() {
  return new Promise((resolve) => {
    take(resolve);
  });
}`,
      { leaks: ['await promise at 5, stuck in run 2'], related: [], waits: [] },
    ],
  ])('%s', async (_, source, seen) => {
    expect(await check(source)).toEqual({ code: 1, ...seen });
  });
});

test.concurrent('a further run that is slow is no finding', async () => {
  const source = `let runs = 0;
export async function run() {
  runs += 1;
  await new Promise((resolve) => setTimeout(resolve, runs === 2 ? 1500 : 1));
}`;
  expect(await check(source)).toEqual({ code: 0, leaks: [], related: [], waits: [] });
});

test.concurrent('runs that together take too long are not judged, which is said', async () => {
  const root = folder({
    'a.mjs': 'export const run = () => new Promise((resolve) => setTimeout(resolve, 300));',
  });
  const { code, stdout } = await leaklab(
    ['check', 'a.mjs', '--json', '--budget', '50', '--patience', '1000'],
    root,
  );
  const why = 'further runs took longer than 1000 ms';
  expect({ code, report: JSON.parse(stdout) as unknown }).toEqual({
    code: 0,
    report: {
      ...reportOf([]),
      notJudged: [{ type: 'memory', why }],
      ending: { how: 'returned', outcome: null },
    },
  });
});

test.concurrent('the text names both lines, and says what is known', async () => {
  const root = folder({ 'a.mjs': pairs[0]?.leak ?? '' });
  const { stdout } = await leaklab(['check', 'a.mjs', ...limits], root);
  const said = stdout
    .split('\n')
    .filter((line) => /^\S|^ {2}(?:at|fact|known|waits|fix|see) | └ /.test(line));
  expect(said).toEqual([
    'a.mjs: 1 leak from 1 line',
    '1 lease not given back (acquire)',
    '  at a.mjs:16:15 in print',
    '  fact   run 2 of the same work waits for it',
    '  known  seen: a further run of the same work never ended, or timed out',
    '  waits  a.mjs:21:9 in run',
    '         └ a.mjs:14:39 in warmUp',
    '           └ a.mjs:6:11 in acquire',
    '  fix    give it back in a finally block',
  ]);
});
