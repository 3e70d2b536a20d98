/** Fixed: the helper is disconnected, and awaited, when it has answered. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Outcome } from '../../lab/contract.ts';

const helper = `
  process.once('disconnect', () => process.exit());
  process.on('message', (title) => process.send('<h1>' + title + '</h1>'));
`;

function startHelper(): ChildProcess {
  return spawn(process.execPath, ['-e', helper], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
}

async function render(title: string): Promise<string> {
  const child = startHelper();
  child.send(title);
  const [page] = (await once(child, 'message')) as [string];
  // FIX: ends the helper, which waits for the disconnect
  child.disconnect();
  await once(child, 'exit');
  return page;
}

export async function run(): Promise<Outcome> {
  return { page: await render('Sales in May') };
}
