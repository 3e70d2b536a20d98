/**
 * Tried: the server is unref'd, so that a build can exit.
 *
 * **Still leaks because** in a dev server that runs on, each restart leaves a listening server.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { Lab, Outcome } from '../../lab/contract.ts';

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
  server.unref(); // TRIED: the process may exit
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
