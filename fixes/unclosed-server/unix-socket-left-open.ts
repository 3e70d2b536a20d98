/** Fixed: a script that quits closes its transport, and with it the server, before the end is reported. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Socket } from 'node:net';
import { join } from 'node:path';

import type { Lab, Outcome } from '../../lab/contract.ts';

/** Farm side of one automation script, which stays connected for as long as it runs. */
class ScriptTransport {
  readonly #onClose: () => void;
  readonly #server = createServer();
  #script: Socket | undefined;

  constructor(onClose: () => void) {
    this.#onClose = onClose;
  }

  /** Resolves when a script may connect. */
  async start(socketPath: string): Promise<void> {
    this.#server.on('connection', (script) => {
      this.#script = script;
      // A script that crashes has quit as well.
      script.on('error', () => {});
      script.on('close', () => this.close()); // FIX: every end goes through close()
      script.resume();
    });
    await once(this.#server.listen(socketPath), 'listening');
  }

  async close(): Promise<void> {
    if (!this.#server.listening) return;
    this.#server.close();
    this.#script?.destroy();
    await once(this.#server, 'close');
    this.#onClose();
  }
}

/** Sessions so far; a device may have many, and each gets its own path. */
let sessionCount = 0;

async function openSession(device: string, folder: string) {
  const path = join(folder, `${device}-${++sessionCount}.sock`);
  const ended = Promise.withResolvers<string>();
  const transport = new ScriptTransport(() => ended.resolve(`${device} done`));
  await transport.start(path);
  return { transport, url: `unix://${path}`, ended: ended.promise };
}

export async function run(lab: Lab): Promise<Outcome> {
  const sessions: string[] = [];
  for (const device of ['pixel', 'galaxy']) {
    const { url, ended } = await openSession(device, lab.scratch);
    await lab.visit(url);
    sessions.push(await ended);
  }

  const { transport, url, ended } = await openSession('tablet', lab.scratch);
  await lab.visit(url, 'stays');
  await transport.close();
  sessions.push(await ended);
  return { sessions };
}
