/**
 * A device farm serves each automation script on a unix socket,
 * and reports a session closed without closing its server.
 *
 * **What leaks** One listening server on a unix socket for every script that quits by itself.
 *
 * **Why it survives** `close()` ends the server and then calls `onClose`. When a script quits, `onClose` is
 * called directly, so the session is over for every listener, and the event loop still holds the server.
 *
 * **How it shows up** Sessions that the farm stops leave nothing open; sessions that end by
 * themselves leave a descriptor and a stale `.sock` file each, until one fails with `EMFILE`.
 *
 * **How to fix** Send every end of a session through `close()`, and let only `close()` call `onClose`.
 *
 * **When this is not a leak** If the script may connect again, its
 * quitting does not end the transport: the server has to stay.
 */
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Socket } from 'node:net';
import { join } from 'node:path';

import type { Lab, Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Unix socket server reported closed, still open',
  stage: 'integration',
  grows: ['handles'],
  leaves: 'retained',
  seenThrough: 'loop handle',
  seenIn: ['modelcontextprotocol/typescript-sdk#321'],
  hints: [
    'Three sessions end and all three report it. Do they end the same way?',
    '`onClose` reports that the transport is closed. What closes it when the script quits?',
    "Call `close()` on the script's `close` event; it calls `onClose` when the server is closed.",
  ],
  node: '>=22',
} satisfies Pattern;

/** Farm side of one automation script, which stays connected for as long as it runs. */
class ScriptTransport {
  readonly #onClose: () => void;
  readonly #server = createServer(); // ALSO
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
      script.on('close', () => this.#onClose());
      script.resume();
    });
    await once(this.#server.listen(socketPath), 'listening'); // LEAK: server x2
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
