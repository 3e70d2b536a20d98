/**
 * A dev-server plugin opens its own HTTP server when its host has none, and offers no close hook.
 *
 * **What leaks** One listening TCP server for every dev server that was started in middleware mode.
 *
 * **Why it survives** The event loop holds a listening server until `close()` is called. The
 * host closes what plugins let it close through their `close` hook, and this plugin offers none.
 *
 * **How it shows up** The build is done but the process stays; a test runner waits for its shutdown
 * timeout. After some restarts `ss -ltnp` lists one port for each dev server ever started.
 *
 * **How to fix** Give the plugin a `close` hook that closes the server and waits for its `close` event.
 *
 * **When this is not a leak** A server that the host passes in belongs to
 * the host. A plugin that answers on that server has nothing to close.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { Lab, Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: "Plugin's server without a close hook",
  stage: 'integration',
  grows: ['handles'],
  leaves: 'retained',
  seenThrough: 'loop handle',
  seenIn: ['vitejs/devtools#519', 'nksaraf/vinxi#37'],
  hints: [
    'The dev server is closed at the end. Is everything closed that was opened for it?',
    'Follow `close()` into the plugins: which of them offers something to call, and which has something to close?',
    'The inspector listens on its own port and returns no `close` hook. Return one that closes its server.',
  ],
  node: '>=22',
} satisfies Pattern;

interface Plugin {
  readonly name: string;
  readonly endpoint?: string;
  close?(): Promise<void>;
}

/** Serves the source file of each component on the page to an editor. */
async function inspector(components: ReadonlyMap<string, string>): Promise<Plugin> {
  const server = createServer(); // ALSO
  server.on('request', (request, response) => {
    response.end(components.get((request.url ?? '').slice(1)) ?? 'unknown component');
  });
  // In middleware mode the host has no server on which to mount the endpoint.
  await once(server.listen(0, '127.0.0.1'), 'listening'); // LEAK: server
  const { port } = server.address() as AddressInfo;
  return {
    name: 'inspector',
    endpoint: `http://127.0.0.1:${port}`,
  };
}

function banner(text: string): Plugin {
  return { name: `banner: ${text}` };
}

class DevServer {
  readonly #plugins: readonly Plugin[];

  constructor(plugins: readonly Plugin[]) {
    this.#plugins = plugins;
  }

  endpoint(name: string): string {
    return this.#plugins.find((plugin) => plugin.name === name)?.endpoint ?? '';
  }

  async close(): Promise<void> {
    for (const plugin of this.#plugins) await plugin.close?.();
  }
}

export async function run(lab: Lab): Promise<Outcome> {
  const components = new Map([['CartButton', 'src/cart/button.tsx']]);
  const devServer = new DevServer([banner('preview'), await inspector(components)]);
  const { status, body } = await lab.visit(`${devServer.endpoint('inspector')}/CartButton`);
  await devServer.close();
  return { status, source: body };
}
