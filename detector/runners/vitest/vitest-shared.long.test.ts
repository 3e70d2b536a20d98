import { describe, expect, test } from 'vitest';
import { otherVersion } from '../fixtures/other-version.ts';
import { linesOf } from '../fixtures/run-node.ts';
import { leaving, vitestSuites } from '../fixtures/run-vitest.ts';

const files = {
  // in the order of their names
  'vitest.config.js': `import { BaseSequencer } from 'vitest/node';
class ByName extends BaseSequencer {
  async sort(files) { return files.toSorted((a, b) => (a.moduleId ?? a[1]).localeCompare(b.moduleId ?? b[1])); }
}
export default { test: { setupFiles: ['leaklab/vitest'], sequence: { sequencer: ByName } } };`,
  'pool.js': `let pool;
export const connect = () => (pool ??= setInterval(() => {}, 1000));
export const close = () => clearInterval(pool);
export const poll = () => setInterval(() => {}, 1000); // 4`,
};

const pools = ['forks', 'threads'];

const versions = ['2.1.9', '3.2.7', '4.0.18', '4.1.12', '5'];

describe.each(versions)('vitest %s', (version) => {
  const vitest = vitestSuites(version === '5' ? undefined : otherVersion('vitest', version));
  const minimum = version < '4' ? ['--minWorkers=1'] : [];

  test.each(pools)('what a later file of the worker closes is clean: %s', async (pool) => {
    const { code, states, stdout, reports } = await vitest(
      {
        ...files,
        'a.test.js': `import { beforeAll, describe, test } from 'vitest';
import { connect, poll } from './pool.js';
beforeAll(() => { globalThis.hook = poll(); });
describe('a suite', () => { test('opens what is shared', () => { connect(); }); });
test('fails and opens', () => { globalThis.other = poll(); throw new Error('broken'); });`,
        'b.test.js': `import { test } from 'vitest';
import { connect } from './pool.js';
test('uses it', () => { connect(); });`,
        'c.test.js': `import { afterAll, test } from 'vitest';
import { close } from './pool.js';
afterAll(() => { close(); clearInterval(globalThis.hook); clearInterval(globalThis.other); });
test('is the last', () => {});`,
      },
      '--no-isolate',
      `--pool=${pool}`,
      '--maxWorkers=1',
      ...minimum,
    );
    expect(states).toEqual([
      'opens what is shared: passed',
      'fails and opens: failed; Error: broken',
      'uses it: passed',
      'is the last: passed',
    ]);
    expect(code).toBe(1);
    expect(linesOf(reports).toSorted()).toEqual([
      '(file): nothing',
      '(file): nothing',
      '(file): nothing',
      'a suite > opens what is shared: nothing',
      'fails and opens: nothing',
      'is the last: nothing',
      'uses it: nothing',
    ]);
    expect(stdout).not.toContain('LeakError');
  });

  test.each(pools)('what no file closes fails the test that made it: %s', async (pool) => {
    const { code, states, stderr, reports } = await vitest(
      {
        ...files,
        'a.test.js': `${leaving}import { connect, poll as help } from './pool.js';
test('opens what is shared', () => { connect(); });
test('leaks by a helper', () => { help(); });
test('leaks', () => { poll(); });`,
        'b.test.js': `import { beforeAll, test } from 'vitest';
import { close, poll } from './pool.js';
beforeAll(() => { poll(); });
test('closes', () => { close(); });`,
        'c.test.js': `import { test } from 'vitest';
test('is the last', () => {});`,
      },
      '--no-isolate',
      `--pool=${pool}`,
      '--maxWorkers=1',
      ...minimum,
    );
    expect(states).toEqual([
      'opens what is shared: passed',
      'leaks by a helper: failed; LeakError: leaks by a helper',
      'leaks: failed; LeakError: leaks',
      'closes: passed',
      'is the last: passed',
    ]);
    expect(code).toBe(1);
    expect(linesOf(reports).toSorted()).toEqual([
      '(file): 1 timer at 4',
      '(file): nothing',
      '(file): nothing',
      'closes: nothing',
      'is the last: nothing',
      'leaks by a helper: 1 timer at 4',
      'leaks: 1 timer at 2',
      'opens what is shared: nothing',
    ]);
    expect(stderr).toContain('LeakError: b.test.js: 1 leak from 1 line');
  });

  test.each(pools)(
    'a file of another worker has modules of its worker, and closes nothing here: %s',
    async (pool) => {
      const meet = `import { existsSync, writeFileSync } from 'node:fs';
const meet = async (own, other) => {
  writeFileSync(own, '');
  while (!existsSync(other)) await new Promise((resolve) => setTimeout(resolve, 20));
};`;
      const { code, states, reports } = await vitest(
        {
          ...files,
          'a.test.js': `import { test } from 'vitest';
import { connect } from './pool.js';
${meet}
test('opens what only the other worker closes', async () => { connect(); await meet('a', 'b'); });`,
          'b.test.js': `import { afterAll, test } from 'vitest';
import { close, connect } from './pool.js';
${meet}
afterAll(close);
test('opens what its worker closes', async () => { connect(); await meet('b', 'a'); });`,
        },
        '--no-isolate',
        `--pool=${pool}`,
        '--maxWorkers=2',
        ...(version < '4' ? ['--minWorkers=2'] : []),
      );
      expect(states.toSorted()).toEqual([
        'opens what its worker closes: passed',
        'opens what only the other worker closes: failed; LeakError: opens what only the other worker closes',
      ]);
      expect(code).toBe(1);
      expect(linesOf(reports).toSorted()).toEqual([
        '(file): nothing',
        '(file): nothing',
        'opens what its worker closes: nothing',
        'opens what only the other worker closes: 1 timer at 2',
      ]);
    },
  );
});
