import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import type { Report } from '../finding.ts';

const index = pathToFileURL(join(import.meta.dirname, '..', 'index.ts')).href;

async function reportAfter(change: string, ...flags: string[]): Promise<Report> {
  const program = `
    import { find } from ${JSON.stringify(index)};
    ${change}
    let timer;
    const report = await find(() => { timer = setInterval(() => {}, 1000); });
    clearInterval(timer);
    console.log(JSON.stringify(report));`;
  const args = ['--disable-warning=ExperimentalWarning', '--input-type=module', ...flags, '--eval', program];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return JSON.parse(stdout) as Report;
}

const blinding: readonly [string, string, string, ...string[]][] = [
  ['a frozen Error', 'Object.freeze(Error);', 'Error is frozen, so no stack can be read'],
  [
    'a limit of 0 that is fixed',
    'Object.defineProperty(Error, "stackTraceLimit", { value: 0, writable: false, configurable: false });',
    'Error.stackTraceLimit is fixed, so stacks are empty',
  ],
  ['frozen intrinsics', '', 'Error is frozen, so no stack can be read', '--frozen-intrinsics'],
];

test.each(blinding)(
  '%s: each probe that takes stacks reports that it saw nothing',
  async (_, change, why, ...flags) => {
    const { leaks, failedProbes } = await reportAfter(change, ...flags);
    expect(leaks).toEqual([]);
    expect(failedProbes).toContainEqual({ probe: 'handles', error: why });
    expect(failedProbes).toContainEqual({ probe: 'awaits', error: why });
  },
);

test.each([
  ['a limit of 0', 'Error.stackTraceLimit = 0;'],
  ['no limit', 'delete Error.stackTraceLimit;'],
  ['a format of the program', 'Error.prepareStackTrace = () => "";'],
  [
    'a setter',
    'Object.defineProperty(Error, "prepareStackTrace", { get() {}, set() {}, configurable: true });',
  ],
])('%s hides no leak', async (_, change) => {
  const { leaks, failedProbes } = await reportAfter(change);
  expect(failedProbes).toEqual([]);
  expect(leaks.map(({ kind, site }) => ({ kind, line: site?.line }))).toEqual([{ kind: 'timer', line: 5 }]);
});
