/** Mended: when its script has quit, the device's server is closed too. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';

import type { Lab, Outcome } from '../../lab/contract.ts';

/** Sessions so far; a device may have many, and each gets a path of its own. */
let sessionCount = 0;

async function superviseDevice(
  device: string,
  folder: string,
  launchScript: (socketPath: string) => Promise<unknown>,
): Promise<string> {
  const socketPath = join(folder, `${device}-${++sessionCount}.sock`);
  const scriptQuit = Promise.withResolvers<string>();
  const server = createServer();
  server.on('connection', (script) => {
    // The script holds this connection as long as it runs, and says nothing on it.
    script.on('error', scriptQuit.reject);
    script.on('close', () => scriptQuit.resolve(`${device} done`));
    script.resume();
  });
  await once(server.listen(socketPath), 'listening');

  await launchScript(socketPath);
  const verdict = await scriptQuit.promise;
  // FIX: no other script will come
  server.close();
  await once(server, 'close');
  return verdict;
}

export async function run(lab: Lab): Promise<Outcome> {
  const sessions: string[] = [];
  for (const device of ['pixel', 'galaxy']) {
    sessions.push(await superviseDevice(device, lab.scratch, (path) => lab.visit(`unix://${path}`)));
  }
  return { sessions };
}
