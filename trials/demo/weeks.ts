/** Six weeks of the shop, one run of the tests a week: history, heat map, and tickets as files. */
import { globSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { $ } from 'zx';
import { fixed, leaking, ratesLeak, ratesStop, type Files } from './shop.ts';

/** A week: who commits what, and what `leaklab tickets` then does. */
interface Week {
  readonly author: string;
  readonly message: string;
  readonly files: Files;
  /** Parts of the output of `leaklab tickets --to file --apply --after 1`; `HEAD` is the commit of the week. */
  readonly tickets: readonly string[];
}

const week = 7 * 86_400_000;

const weeks: readonly Week[] = [
  {
    author: 'Cleo Brandt',
    message: 'Listen for updates again',
    files: leaking,
    tickets: ['created', 'created'],
  },
  {
    author: 'Ada Okafor',
    message: 'Stop the rates',
    files: ratesStop,
    tickets: ['closed', 'fixed by HEAD'],
  },
  { author: 'Ben Sato', message: 'Say how to run it', files: { 'README.md': '# Shop\n' }, tickets: [] },
  { author: 'Ben Sato', message: 'Undo the stop', files: ratesLeak, tickets: ['reopened'] },
  { author: 'Ben Sato', message: 'Say who we are', files: { 'README.md': '# Our shop\n' }, tickets: [] },
  {
    author: 'Cleo Brandt',
    message: 'Stop listening for good',
    files: fixed,
    tickets: ['closed', 'fixed by HEAD'],
  },
];

export interface Shop {
  readonly root: string;
  commit(author: string, message: string, files: Files, date: Date): Promise<void>;
  /** Compares an output with what is expected of it. */
  expect(title: string, output: string, parts: readonly string[]): void;
}

/** Runs the weeks, and shows what the history and the tickets say. */
export async function sixWeeks({ root, commit, expect }: Shop): Promise<void> {
  const leaklab = async (...args: string[]): Promise<string> => {
    const env = { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined };
    const { stdout, stderr } = await $({ cwd: root, quiet: true, nothrow: true, env })`npx leaklab ${args}`;
    return `$ npx leaklab ${args.join(' ')}\n${stderr}${stdout}`;
  };
  for (const [index, { author, message, files, tickets }] of weeks.entries()) {
    // from today on: a ticket is reopened by a run that is later than its end, which is today
    const date = new Date(Date.now() + (index + 1) * week);
    await commit(author, message, files, date);
    const reports = join('reports', `week-${index + 1}`);
    await leaklab('ci', '--node', 'current', '--reports', reports);
    // a run has the time of its last report
    for (const file of globSync('**/*', { cwd: join(root, reports) }))
      utimesSync(join(root, reports, file), date, date);
    const added = await leaklab('history', 'add', reports, '--run', `week-${index + 1}`);
    const done = await leaklab('tickets', '--to', 'file', '--after', '1', '--apply');
    const { stdout: head } = await $({ cwd: root, quiet: true })`git rev-parse --short=12 HEAD`;
    const parts = tickets.map((part) => part.replace('HEAD', head.trim()));
    expect(`5.${index + 1} ${author} commits “${message}”`, `${added}${done}`, parts);
  }
  expect('6. what came together', await leaklab('history', 'heat'), ['█████·', '█··███']);
  expect('7. new, fixed, reopened', await leaklab('history', 'trend'), ['reopened']);
}
