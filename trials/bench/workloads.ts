/** Work to measure, watched and unwatched. Each function returns when its work is done. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

export type WorkloadName = keyof typeof workloads;

/** Workloads by name; the size is a number of awaits, timers, requests or bytes. */
export const workloads = {
  async awaits(count: number): Promise<void> {
    const step = async (): Promise<void> => {};
    for (let index = 0; index < count; index += 1) await step();
  },
  async timers(count: number): Promise<void> {
    await new Promise<void>((resolve) => {
      let left = count;
      const fire = (): void => {
        left -= 1;
        if (left === 0) resolve();
      };
      for (let index = 0; index < count; index += 1) setTimeout(fire, 1);
    });
  },
  /** Serves only; the client is another process. */
  async http(count: number): Promise<void> {
    const server = createServer((request, response) => {
      request.resume();
      response.end('ok');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const client = fork(join(import.meta.dirname, 'http-client.ts'), [String(port), String(count)], {
      execArgv: ['--disable-warning=ExperimentalWarning'],
    });
    await once(client, 'exit');
    server.close();
    server.closeAllConnections();
  },
  async copy(bytes: number): Promise<void> {
    await pipeline(createReadStream('/dev/zero', { end: bytes - 1 }), createWriteStream('/dev/null'));
  },
} satisfies Record<string, (size: number) => Promise<void>>;
