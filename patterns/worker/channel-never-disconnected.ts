/**
 * A report is rendered in a forked helper, which waits for the end of its channel to clean up.
 *
 * **What leaks** A child process for each report.
 *
 * **Why it survives** A helper that listens on its channel runs until the channel is closed. The parent has its
 * answer and assumes that the helper is done, but the channel stays open as long as the parent lives.
 *
 * **How it shows up** Processes pile up beside the server, each idle with its whole heap, and all end when the server
 * ends.
 *
 * **How to fix** Disconnect the helper when it has answered.
 *
 * **When this is not a leak** When the helper exits by itself after its answer.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Helper process never disconnected',
  stage: 'integration',
  grows: ['children'],
  leaves: 'retained',
  seenThrough: 'loop handle',
  seenIn: ['nodejs/node#43930'],
  hints: [
    'The parent has its answer. Why does the helper not exit?',
    'A listener on `message` or `disconnect` in the child keeps the channel, and with it the child.',
    'Call `disconnect()` on the child after its answer.',
  ],
  node: '>=22',
} satisfies Pattern;

const helper = `
  process.once('disconnect', () => process.exit());
  process.on('message', (title) => process.send('<h1>' + title + '</h1>'));
`;

function startHelper(): ChildProcess {
  return spawn(process.execPath, ['-e', helper], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] }); // LEAK: process
}

async function render(title: string): Promise<string> {
  const child = startHelper();
  child.send(title);
  const [page] = (await once(child, 'message')) as [string];
  return page;
}

export async function run(): Promise<Outcome> {
  return { page: await render('Sales in May') };
}
