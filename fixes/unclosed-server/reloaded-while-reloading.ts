/** Fixed: a reload waits for the one before it. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Lab, Outcome } from '../../lab/contract.ts';

class DevServer {
  #server: Server | undefined;
  #reloads = 0;
  #last: Promise<unknown> = Promise.resolve(); // FIX: the reload under way

  // FIX: one reload after the other
  reload(): Promise<number> {
    const next = this.#last.then(() => this.#restart());
    this.#last = next;
    return next;
  }

  async #restart(): Promise<number> {
    const old = this.#server;
    if (old?.listening) {
      old.close();
      await once(old, 'close');
    }
    const version = ++this.#reloads;
    const server = createServer((_req, res) => res.end(`version ${version}`));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    this.#server = server;
    return version;
  }

  url(): string {
    const { port } = (this.#server?.address() ?? { port: 0 }) as AddressInfo;
    return `http://127.0.0.1:${port}/`;
  }

  async stop(): Promise<void> {
    this.#server?.close();
    if (this.#server) await once(this.#server, 'close');
  }
}

export async function run(lab: Lab): Promise<Outcome> {
  const server = new DevServer();
  await server.reload();
  const { body } = await lab.visit(server.url());
  const versions = await Promise.all([server.reload(), server.reload()]);
  await server.stop();
  return { body, versions: versions.toSorted() };
}
