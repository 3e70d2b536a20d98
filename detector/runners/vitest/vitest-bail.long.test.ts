import { describe, expect, test } from 'vitest';
import { otherVersion } from '../fixtures/other-version.ts';
import { linesOf } from '../fixtures/run-node.ts';
import { leaving, vitestSuites } from '../fixtures/run-vitest.ts';

const byName = `import { BaseSequencer } from 'vitest/node';
class ByName extends BaseSequencer {
  async sort(files) { return files.toSorted((a, b) => (a.moduleId ?? a[1]).localeCompare(b.moduleId ?? b[1])); }
}
export default { test: { setupFiles: ['leaklab/vitest'], sequence: { sequencer: ByName } } };`;

const versions = ['2.1.9', '3.2.7', '4.0.18', '5'];

describe.each(versions)('vitest %s --bail 1', (version) => {
  const vitest = vitestSuites(version === '5' ? undefined : otherVersion('vitest', version));
  const minimum = version < '4' ? ['--minWorkers=1'] : [];

  test('a test that fails when its file ends ends the run', async () => {
    const { code, states, reports } = await vitest(
      {
        'vitest.config.js': byName,
        'a.test.js': `${leaving}test('leaks', () => { poll(); });\ntest('still runs', () => {});`,
        'b.test.js': `${leaving}test('does not run', () => { poll(); });`,
      },
      '--bail=1',
      '--maxWorkers=1',
      ...minimum,
    );
    expect(code).toBe(1);
    expect(states.toSorted()).toEqual(['leaks: failed; LeakError: leaks', 'still runs: passed']);
    expect(linesOf(reports).toSorted()).toEqual([
      '(file): nothing',
      'leaks: 1 timer at 2',
      'still runs: nothing',
    ]);
  });

  test('a file that runs when the run is ended still judges its suspects', async () => {
    const { code, states, reports } = await vitest(
      {
        'vitest.config.js': byName,
        'a.test.js': `${leaving}import { existsSync } from 'node:fs';
test('leaks', async () => {
  poll();
  while (!existsSync('suspected')) await new Promise((resolve) => setTimeout(resolve, 20));
});`,
        'b.test.js': `${leaving}import { writeFileSync } from 'node:fs';
test('leaks too', () => { poll(); });
test('is long', async ({ signal }) => {
  writeFileSync('suspected', '');
  // vitest 2 has no signal, and lets the test end
  const cancelled = new Promise((resolve) => { signal?.addEventListener('abort', resolve); });
  if (signal) await cancelled;
});
test('is not begun', () => {});`,
      },
      '--bail=1',
      '--maxWorkers=2',
      ...minimum,
    );
    expect(code).toBe(1);
    // vitest 5 skips the test that it interrupts, and vitest 2 interrupts none
    expect(states.filter((state) => state.startsWith('leaks')).toSorted()).toEqual([
      'leaks too: failed; LeakError: leaks too',
      'leaks: failed; LeakError: leaks',
    ]);
    const lines = linesOf(reports).filter((line) => !line.startsWith('is not begun'));
    expect(lines.toSorted()).toEqual([
      '(file): nothing',
      '(file): nothing',
      'is long: nothing',
      'leaks too: 1 timer at 2',
      'leaks: 1 timer at 2',
    ]);
  });
});
