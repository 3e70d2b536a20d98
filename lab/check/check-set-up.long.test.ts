import { describe, expect, test } from 'vitest';
import { leaklab } from '../fixtures/cli.ts';
import { tempFolders } from '../fixtures/temp-folders.ts';
import type { Report } from '../../detector/index.ts';

const folder = tempFolders();

interface Seen {
  readonly code: number | null;
  readonly leaks: readonly string[];
  readonly setUp: readonly string[];
  readonly notJudged: readonly string[];
}

/** Checks a module that uses a package, and returns what leaked and what was tolerated. */
async function check(source: string, ofPackage: string, ...options: string[]): Promise<Seen> {
  const root = folder({ 'a.mjs': source, 'node_modules/kit/index.js': ofPackage });
  const args = ['check', 'a.mjs', '--json', '--budget', '50', '--patience', '5000', ...options];
  const { code, stdout } = await leaklab(args, root);
  const { leaks, ignored, notJudged } = JSON.parse(stdout) as Report;
  return {
    code,
    leaks: leaks.map(({ kind, type, site }) => `${kind} ${type} at ${site?.line ?? 'unknown'}`),
    setUp: ignored.map(({ kind, type, reason }) => `${kind} ${type}: ${reason}`),
    notJudged: notJudged.map(({ type, why }) => `${type}: ${why}`),
  };
}

const uses = `import { use } from 'kit';
export async function run() {
  await use();
}`;
const reason = 'a package sets it up at its first use: a second run added no other';

/** Things that a package may open at its first use, or at each. */
const everyKind: readonly (readonly [string, string])[] = [
  ['listener process', "process.on('exit', () => {});"],
  ['timer Timeout', 'setInterval(() => {}, 60_000).unref();'],
  ['server TCPSERVERWRAP', "await new Promise((then) => require('net').createServer().listen(0, then));"],
  ['fd fs.openSync', "globalThis.kept = require('fs').openSync(__filename);"],
  [
    'worker WORKER',
    "await new Promise((then) => new (require('worker_threads').Worker)('setInterval(() => {}, 1000)', { eval: true }).once('online', then));",
  ],
];

describe.concurrent.each(everyKind)('a package that makes a %s', (what, make) => {
  test('at its first use has set it up', async () => {
    const seen = await check(
      uses,
      `let isThere = false;
exports.use = async () => { if (isThere) return; isThere = true; ${make} };`,
    );
    expect(seen).toEqual({ code: 0, leaks: [], setUp: [`${what}: ${reason}`], notJudged: [] });
  });

  test('at each use leaks it', async () => {
    const seen = await check(uses, `exports.use = async () => { ${make} };`);
    expect(seen).toEqual({ code: 1, leaks: [`${what} at 3`], setUp: [], notJudged: [] });
  });
});

describe.concurrent('the leak stays where a second run', () => {
  const lazy = `let isThere = false;
exports.use = async () => { if (isThere) return; isThere = true; process.on('exit', () => {}); };`;
  test.each<[string, string, string]>([
    ['fails', "throw new Error('no such order');", 'failed: Error: no such order'],
    ['never ends', 'await new Promise(() => {});', 'never ended'],
    ['ends the process', 'process.exit(0);', 'ended the process'],
    [
      'fails outside of it',
      "setImmediate(() => { throw new Error('late'); }); await new Promise(() => {});",
      'ended the process',
    ],
  ])('%s', async (_, second, why) => {
    const source = `import { use } from 'kit';
let runs = 0;
export async function run() {
  runs += 1;
  if (runs === 2) { ${second} }
  await use();
}`;
    expect(await check(source, lazy)).toEqual({
      code: 1,
      leaks: ['listener process at 6'],
      setUp: [],
      notJudged: [`set-up of a package: it counts as a leak, for a second run ${why}`],
    });
  });
});

test.concurrent('once, what a package sets up counts as a leak', async () => {
  const lazy =
    "exports.use = () => { if (process.listenerCount('exit') < 9) process.on('exit', () => {}); };";
  expect((await check(uses, lazy, '--once')).leaks).toEqual(['listener process at 3']);
});

test.concurrent('memory that grows is found beside a set-up', async () => {
  const source = `import { use } from 'kit';
const orders = new Map();
export async function run() {
  use();
  orders.set(orders.size, { rows: [1, 2, 3] });
}`;
  const lazy = `let isThere = false;
exports.use = () => { if (isThere) return; isThere = true; process.on('exit', () => {}); };`;
  expect(await check(source, lazy)).toEqual({
    code: 1,
    leaks: ['memory Object at 5'],
    setUp: [`listener process: ${reason}`],
    notJudged: [],
  });
});
