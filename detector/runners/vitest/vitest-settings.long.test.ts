import { expect, test } from 'vitest';
import { linesOf } from '../fixtures/run-node.ts';
import { leaving, vitestSuites } from '../fixtures/run-vitest.ts';

const vitest = vitestSuites();

test('a whole file: one check, and the tests that left it are named', async () => {
  const { code, states, stderr, reports } = await vitest({
    'leaklab.json': '{ "budget": 60, "per": "file" }',
    'a.test.js': `${leaving}test('one', () => { poll(); });\ntest('two', () => { poll(); });`,
  });
  expect(states).toEqual(['one: passed', 'two: passed']);
  expect(code).toBe(1);
  expect(linesOf(reports)).toEqual(['(file): 1 timer at 2, 1 timer at 2']);
  expect(stderr).toContain('LeakError: a.test.js: 2 leaks from 1 line');
  expect(stderr).toContain('owner  one, two');
});

test('a second run at level full decides, and vitest reports one run', async () => {
  const { code, states, stdout, reports } = await vitest({
    'leaklab.json': '{ "budget": 60, "level": "counts" }',
    'a.test.js': `import { test } from 'vitest';
import { once } from 'node:events';
import { createServer } from 'node:net';
const runs = {};
const listen = async ({ task }) => {
  runs[task.name] = (runs[task.name] ?? 0) + 1;
  const server = createServer().listen(0);
  await once(server, 'listening');
  return server;
};
test('leaks', listen);
test('is clean', async (context) => { (await listen(context)).close(); });
test('leaks the first time', async (context) => {
  const server = await listen(context);
  if (runs[context.task.name] === 2) server.close();
});
test('can not run twice', async (context) => {
  await listen(context);
  if (runs[context.task.name] === 2) throw new Error('twice');
});
test('fails', { retry: 1 }, async (context) => { await listen(context); throw new Error('broken'); });
test('have run', ({ expect }) => {
  expect(runs).toMatchObject({ leaks: 2, 'leaks the first time': 2, 'can not run twice': 2, fails: 1 });
});`,
  });
  expect(states).toEqual([
    'leaks: failed; LeakError: leaks',
    'is clean: passed',
    'leaks the first time: passed',
    'can not run twice: failed; LeakError: can not run twice',
    'fails: failed; Error: broken; LeakError: fails',
    'have run: passed',
  ]);
  expect(code).toBe(1);
  expect(linesOf(reports)).toEqual([
    'leaks: 1 server at 7',
    'is clean: nothing',
    'leaks the first time: nothing',
    'can not run twice: 1 server at no line',
    'fails: 1 server at no line',
    'have run: nothing',
  ]);
  expect(stdout).not.toContain('retry');
});

test('a file is counted by itself, and a count is of tests', async () => {
  const { states, reports } = await vitest({
    'a.test.js': `import { test } from 'vitest';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { configure } from 'leaklab/vitest';
configure({ level: 'counts' });
test('leaks', async () => { await once(createServer().listen(0), 'listening'); });`,
    'b.test.js': `import { configure } from 'leaklab/vitest';
configure({ level: 'counts' });
configure({ per: 'file' });`,
    'c.test.js': `${leaving}import { configure } from 'leaklab/vitest';
configure({ level: 'counts' });
configure({ level: 'light' });
test('leaks a timer', () => { poll(); });`,
  });
  expect(states.toSorted()).toEqual([
    'leaks a timer: failed; LeakError: leaks a timer',
    'leaks: failed; LeakError: leaks',
  ]);
  expect(linesOf(reports).toSorted()).toEqual([
    '(file): nothing',
    'leaks a timer: 1 timer at 2',
    'leaks: 1 server at 6',
  ]);
});

test("settings that can't be used stop every file", async () => {
  const { code, stderr } = await vitest({
    'leaklab.json': '{ "pre": "file" }',
    'a.test.js': "import { test } from 'vitest';\ntest('is clean', () => {});",
  });
  expect(code).toBe(1);
  expect(stderr).toContain('leaklab.json: no setting "pre"; did you mean `per`?');
});
