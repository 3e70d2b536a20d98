/**
 * Tried: the server is unref'd, so that the job can exit.
 *
 * **Still leaks because** in a process that goes on, each job leaks a server and its port.
 */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Lab, Outcome } from '../../lab/contract.ts';

class MetricsExporter {
  readonly #server: Server;
  readonly #counts = new Map<string, number>();

  constructor() {
    this.#server = createServer((_req, res) => {
      const lines = [...this.#counts].map(([name, count]) => `${name} ${count}`);
      res.end(lines.join('\n'));
    });
    this.#server.listen(0, '127.0.0.1').unref(); // TRIED: the job can exit // LEAK: server
  }

  async url(): Promise<string> {
    if (!this.#server.listening) await once(this.#server, 'listening');
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/metrics`;
  }

  add(name: string): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
  }

  async shutdown(): Promise<void> {
    this.#server.close();
    await once(this.#server, 'close');
  }
}

async function backUp(lab: Lab, exporter: MetricsExporter): Promise<string> {
  for (const _table of ['books', 'loans']) exporter.add('tables_saved');
  const scrape = await lab.visit(await exporter.url());
  return scrape.body;
}

export async function run(lab: Lab): Promise<Outcome> {
  const exporter = new MetricsExporter();
  const metrics = await backUp(lab, exporter);
  return { metrics };
}
