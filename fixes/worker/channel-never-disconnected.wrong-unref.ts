/**
 * Tried: the helper and its channel are unref'd, so that the server can exit.
 *
 * **Still leaks because** the helper waits for the end of a channel that is still open.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Outcome } from '../../lab/contract.ts';

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
  // TRIED: the server does not wait for the helper
  child.unref();
  child.channel?.unref();
  return page;
}

export async function run(): Promise<Outcome> {
  return { page: await render('Sales in May') };
}
