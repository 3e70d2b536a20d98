import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { reportOf } from '../fixtures/report.ts';
import { tempFolders } from '../fixtures/temp-folders.ts';
import { startOutside } from '../outside/outside.ts';
import { jobVariable, takeJob } from './messages.ts';
import { watchProgram } from './watch-program.ts';

const folder = tempFolders();
const quick = { patience: 5000, budget: 50 };
const report = reportOf([]);

/** Writes a program that returns this expression, and returns its path. */
function giving(expression: string): string {
  return join(folder({ 'a.mjs': `export const run = async (lab) => (${expression});` }), 'a.mjs');
}

test.concurrent('a program without a lab is given none, and sees the environment as it is', async () => {
  const file = giving(
    `{ lab: lab === undefined, job: '${jobVariable}' in process.env, path: process.env.PATH, send: 'send' in process }`,
  );
  expect(await watchProgram({ file, ...quick }, { output: 'drop' })).toEqual({
    ending: { how: 'returned', outcome: { lab: true, job: false, path: process.env['PATH'], send: false } },
    report,
  });
});

test.concurrent('a program with a lab has its scratch folder and its upstream', async () => {
  const outside = await startOutside();
  const endpoints = await outside.openEndpoints();
  try {
    const file = giving(`{ scratch: lab.scratch, open: await lab.upstream.connections() }`);
    const scratch = folder();
    const job = { file, lab: { addresses: endpoints.addresses, scratch }, ...quick };
    expect(await watchProgram(job, { output: 'drop', endpoints })).toEqual({
      ending: { how: 'returned', outcome: { scratch, open: 0 } },
      report,
    });
  } finally {
    await outside.close();
  }
});

test.concurrent('what has no JSON is null', async () => {
  const none = { ending: { how: 'returned', outcome: null }, report };
  const watch = (file: string): Promise<unknown> => watchProgram({ file, ...quick }, { output: 'drop' });
  expect(await Promise.all([watch(giving('undefined')), watch(giving('10n'))])).toEqual([none, none]);
});

test.concurrent('a report of any length arrives whole', async () => {
  const clocks = Array.from({ length: 500 }, (_, ms) => `  setInterval(() => {}, ${ms + 1000});`);
  const file = join(folder({ 'a.mjs': `export function run() {\n${clocks.join('\n')}\n}\n` }), 'a.mjs');
  const answer = await watchProgram({ file, ...quick }, { output: 'drop' });
  expect(answer.report.leaks.map(({ site }) => site?.line)).toEqual(clocks.map((_, index) => index + 2));
});

test.concurrent('a dozen at once are no warning of too many listeners', async () => {
  const warned: unknown[] = [];
  const note = (warning: Error): unknown => warned.push(warning.message);
  process.on('warning', note);
  onTestFinished(() => void process.off('warning', note));
  const dozen = Array.from({ length: 12 }, () =>
    watchProgram({ file: 'none.mjs', ...quick }, { output: 'drop', node: '/bin/true' }),
  );
  const ending = { how: 'lost', reason: 'ended with exit code 0 before it reported' };
  expect(await Promise.all(dozen)).toEqual(dozen.map(() => ({ ending, report })));
  expect(warned).toEqual([]);
});

test('a process that the lab did not start has no job', () => {
  vi.stubEnv(jobVariable, undefined);
  onTestFinished(() => void vi.unstubAllEnvs());
  expect(takeJob).toThrow(`${jobVariable} is not set: the lab has to start this process`);
});

test('a job is taken out of the environment', () => {
  const job = { file: '/a.mjs', ...quick };
  vi.stubEnv(jobVariable, JSON.stringify(job));
  onTestFinished(() => void vi.unstubAllEnvs());
  expect(takeJob()).toEqual(job);
  expect(process.env).not.toHaveProperty(jobVariable);
});
