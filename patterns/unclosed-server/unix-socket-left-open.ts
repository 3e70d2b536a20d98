/**
 * A device farm opens a unix socket for the automation script of each device and leaves it open when the script quits.
 *
 * **What leaks** One listening server on a unix socket for every device of every test session.
 *
 * **Why it survives** The end of a connection does not end the server that accepted it. The listener waits for a
 * script that will never come back, and the event loop holds the listener.
 *
 * **How it shows up** The farm's daemon collects descriptors and stale `.sock` files until a session fails with
 * `EMFILE`, or with `EADDRINUSE` where the path is the same each time.
 *
 * **How to fix** Close the server when its only client is gone, and wait for `close`, which also removes the file.
 *
 * **When this is not a leak** A socket that other programs may connect to at any time, like a daemon's control socket,
 * is meant to stay as long as the daemon.
 */
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';

import type { Lab, Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Unix socket that outlives its only client',
  stage: 'integration',
  grows: ['handles'],
  leaves: 'retained',
  channel: 'loop handle',
  seenIn: ['appium/appium#190'],
  hints: [
    'A session is over when its script has quit. What was set up for that script?',
    'The connection ends by itself. The thing that accepted it does not.',
    'After `scriptQuit` close the server and wait for its `close` event.',
  ],
  node: '>=22',
} satisfies Pattern;

/** Sessions so far; a device may have many, and each gets a path of its own. */
let sessionCount = 0;

async function superviseDevice(
  device: string,
  folder: string,
  launchScript: (socketPath: string) => Promise<unknown>,
): Promise<string> {
  const socketPath = join(folder, `${device}-${++sessionCount}.sock`);
  const scriptQuit = Promise.withResolvers<string>();
  const server = createServer(); // ALSO
  server.on('connection', (script) => {
    // The script holds this connection as long as it runs, and says nothing on it.
    script.on('error', scriptQuit.reject);
    script.on('close', () => scriptQuit.resolve(`${device} done`));
    script.resume();
  });
  await once(server.listen(socketPath), 'listening'); // LEAK: server x2

  await launchScript(socketPath);
  const verdict = await scriptQuit.promise;
  return verdict;
}

export async function run(lab: Lab): Promise<Outcome> {
  const sessions: string[] = [];
  for (const device of ['pixel', 'galaxy']) {
    sessions.push(await superviseDevice(device, lab.scratch, (path) => lab.visit(`unix://${path}`)));
  }
  return { sessions };
}
