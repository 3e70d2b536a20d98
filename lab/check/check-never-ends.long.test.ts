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
    '  known  seen: a further run of the same work never ended',
    '  waits  a.mjs:21:9 in run',
    '         └ a.mjs:14:39 in warmUp',
    '           └ a.mjs:6:11 in acquire',
    '  fix    give it back in a finally block',
  ]);
});
