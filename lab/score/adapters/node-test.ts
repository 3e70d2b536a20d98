import type { ByCommand } from '../answer/adapter.ts';
import type { Finding } from '../answer/answer.ts';
import { framesOf } from '../answer/recorded.ts';

/** `node --test`, which has no leak detection; its reports of activity after a test count as findings. */
export const nodeTest: ByCommand = {
  name: 'node-test',
  title: 'node --test',
  version: 'of the runtime',
  sees: [],
  configuration:
    '`node --test`, the program in the file of tests; killed when it has hung for 1.5 s, which is no finding',
  hasTypes: false,
  way: 'command',
  grace: 1500,
  command: ({ testFile, runtime }) => ({
    argv: [
      runtime.executable,
      '--test',
      '--test-reporter=tap',
      testFile('program.test.ts', "import { test as leaklabTest } from 'node:test';"),
    ],
  }),
  read: ({ stdout, stderr }) =>
    [
      ...`${stdout}\n${stderr}`.matchAll(
        /.*(?:generated asynchronous activity after the test ended|Promise resolution is still pending but the event loop has already resolved).*/g,
      ),
    ].map(([line]): Finding => ({ type: 'activity', frames: framesOf(line) })),
};
