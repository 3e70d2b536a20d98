import type { ByCommand } from '../answer/adapter.ts';

/** `bun test`, which has no leak detection. Its run shows whether the program works there at all. */
export const bun: ByCommand = {
  name: 'bun-test',
  title: 'bun test',
  version: '1.4.5',
  sees: [],
  configuration: '`bun test`, the program in the file of tests',
  hasLines: false,
  hasTypes: false,
  runtimes: ['bun'],
  way: 'command',
  grace: 5000,
  command: ({ testFile, runtime }) => ({
    argv: [
      runtime.executable,
      'test',
      testFile('program.test.ts', "import { test as leaklabTest } from 'bun:test';"),
    ],
  }),
  read: ({ stdout, stderr }) =>
    [...`${stdout}\n${stderr}`.matchAll(/^.*(?:unhandled error between tests|dangling process).*$/gim)].map(
      () => ({ type: 'activity' }),
    ),
};
