import { expect, test } from 'vitest';
import { linesOf, runNode } from '../fixtures/run-node.ts';
import { vitestSuites } from '../fixtures/run-vitest.ts';
import { suites } from '../fixtures/suites.ts';

const suite = suites();
const vitest = vitestSuites();
const settings = { 'leaklab.json': '{ "budget": 60 }' };

/** A package with a pool that opens its connection on first use, and closes it when it has come back. */
const pool = {
  'node_modules/shop-pool/package.json': '{ "name": "shop-pool", "type": "module", "exports": "./index.js" }',
  'node_modules/shop-pool/index.js': `import { EventEmitter, once } from 'node:events';
import { connect } from 'node:net';
export class Pool extends EventEmitter {
  ending = false;
  idle = true;
  constructor(port) { super(); this.port = port; }
  async connect() {
    if (!this.stream) await once(this.stream = connect(this.port, '127.0.0.1'), 'connect');
    this.idle = false;
    return {
      ask: async () => { this.stream.write('?'); await once(this.stream, 'data'); },
      release: () => { this.idle = true; if (this.ending) this.stream.destroy(); },
    };
  }
  async ask() { const client = await this.connect(); await client.ask(); client.release(); }
  end() { this.ending = true; if (this.idle) this.stream?.destroy(); }
}
`,
};

test("a suite's pool is clean, and what a test did not give back is the test's", async () => {
  const { states, reports } = await vitest({
    ...pool,
    'a.test.js': `import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { Pool } from 'shop-pool';
let server; let port;
beforeAll(async () => {
  server = createServer((socket) => socket.on('error', () => {}).on('data', () => socket.write('!')));
  await new Promise((resolve) => server.listen(0, resolve));
  port = server.address().port;
});
afterAll(() => { server.close(); });
describe('lazy', () => {
  let pool;
  beforeAll(() => { pool = new Pool(port); });
  afterAll(() => pool.end());
  test('connects', () => pool.ask());
  test('asks again', () => pool.ask());
});
describe('warm', () => {
  let pool;
  beforeAll(async () => { pool = new Pool(port); await pool.ask(); });
  afterAll(() => pool.end());
  test('asks', () => pool.ask());
  test('keeps a client', async () => {
    const client = await pool.connect();
    await client.ask(); // 25
  });
});`,
  });
  expect(states).toEqual([
    'connects: passed',
    'asks again: passed',
    'asks: passed',
    'keeps a client: failed; LeakError: keeps a client',
  ]);
  expect(linesOf(reports).toSorted()).toEqual([
    '(file): nothing',
    'lazy > asks again: nothing',
    'lazy > connects: nothing',
    'warm > asks: nothing',
    'warm > keeps a client: 1 socket at 25',
  ]);
});

test('a server that a file closes is not blamed for the client of a test', async () => {
  const { states, reports } = await vitest({
    'a.test.js': `import { connect, createServer } from 'node:net';
import { afterAll, test } from 'vitest';
let opened;
const serve = () => (opened ??= new Promise((resolve) => {
  const server = createServer((socket) => socket.on('error', () => {})).listen(0, () => resolve(server));
}));
afterAll(async () => { (await serve()).close(); });
test('opens the server', async () => { await serve(); });
test('leaves a client', async () => {
  const client = connect((await serve()).address().port); // 10
  await new Promise((resolve) => client.once('connect', resolve));
});`,
  });
  expect(states).toEqual(['opens the server: passed', 'leaves a client: failed; LeakError: leaves a client']);
  expect(linesOf(reports).toSorted()).toEqual([
    '(file): nothing',
    'leaves a client: 1 socket at 10',
    'opens the server: nothing',
  ]);
});

test('a listener that beforeAll adds to the server of a suite is clean when the suite has closed it', async () => {
  const { code, states } = await vitest({
    'a.test.js': `import { createServer } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
describe('shop', () => {
  const server = createServer();
  beforeAll(() => new Promise((resolve, reject) => { server.once('error', reject); server.listen(0, resolve); }));
  afterAll(() => new Promise((resolve) => server.close(resolve)));
  test('listens', () => { expect(server.listening).toBe(true); });
});`,
  });
  expect({ code, states }).toEqual({ code: 0, states: ['listens: passed'] });
});

test('what modules set up while they load is no leak, also of a whole file', async () => {
  const { code, reports } = await vitest({
    'leaklab.json': '{ "budget": 60, "per": "file" }',
    'ticker.js': 'export const ticker = setInterval(() => {}, 1000);',
    'a.test.js': `import { test } from 'vitest';
import './ticker.js';
const channel = new BroadcastChannel('orders');
test('is clean', () => { channel.unref(); });`,
  });
  expect(linesOf(reports)).toEqual(['(file): nothing']);
  expect(code).toBe(0);
});

test('a listener on what the file made and dropped is clean', async () => {
  const { states } = await vitest({
    'a.test.js': `import { EventEmitter } from 'node:events';
import { afterAll, beforeAll, test } from 'vitest';
let bus; let target;
beforeAll(() => { bus = new EventEmitter(); target = new EventTarget(); });
afterAll(() => { bus = undefined; target = undefined; });
test('listens', () => { bus.on('order', () => {}); target.addEventListener('order', () => {}); });
test('replaces it', () => { bus.on('order', () => {}); bus = new EventEmitter(); });`,
  });
  expect(states).toEqual(['listens: passed', 'replaces it: passed']);
});

/** A module that opens two things on first use, and two files that use it; the last one closes the first thing. */
const shared = (head: string): Record<string, string> => ({
  ...settings,
  'package.json': '{}',
  'shared.js': `let one; let two;
exports.useOne = () => { one ??= setInterval(() => {}, 1000).unref(); };
exports.useTwo = () => { two ??= setInterval(() => {}, 1000).unref(); };
exports.close = () => clearInterval(one);`,
  'a.test.js': `${head}const { useOne, useTwo } = require('./shared.js');
describe('first', () => { it('opens what the last file closes', useOne); it('opens what stays', useTwo); });`,
  'b.test.js': `${head}const { useOne, useTwo, close } = require('./shared.js');
describe('last', () => { after(close); it('uses one', useOne); it('uses two', useTwo); });`,
});
const sharedLines = [
  'first > opens what stays: 1 timer at 3',
  'first > opens what the last file closes: nothing',
  'last > uses one: nothing',
  'last > uses two: nothing',
];

test('mocha: what all files share is judged when the last one has ended', async () => {
  const entry = '../node_modules/leaklab/dist/detector/runners/mocha/index.js';
  const { code, reports } = await runNode(
    ['../node_modules/mocha/bin/mocha.js', '--require', entry, 'a.test.js', 'b.test.js'],
    suite(shared('')),
  );
  expect(linesOf(reports).toSorted()).toEqual(['(file): nothing', '(file): nothing', ...sharedLines]);
  expect(code).toBe(1);
});

test('node:test without isolation: what all files share is judged at the end', async () => {
  const { code, reports } = await runNode(
    ['--import', 'leaklab/node-test', '--test', '--test-isolation=none', 'a.test.js', 'b.test.js'],
    suite(shared("const { after, describe, it } = require('node:test');\n")),
  );
  expect(linesOf(reports).toSorted()).toEqual(['(file): nothing', ...sharedLines]);
  expect(code).toBe(1);
});

test('a run that stops at the first failure judges what its tests left until then', async () => {
  const { code, reports } = await vitest(
    {
      'a.test.js': `import { test } from 'vitest';
test('leaves a timer', () => { setInterval(() => {}, 1000); });
test('fails', () => { throw new Error('broken'); });
test('is not run', () => {});`,
    },
    '--bail=1',
  );
  expect(linesOf(reports).toSorted()).toEqual([
    '(file): nothing',
    'fails: nothing',
    'leaves a timer: 1 timer at 2',
  ]);
  expect(code).toBe(1);
});
