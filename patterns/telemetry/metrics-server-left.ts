/**
 * A nightly job makes an exporter, whose constructor starts a server for scrapes.
 *
 * **What leaks** The server, in a process whose job is done.
 *
 * **Why it survives** A listening server keeps the process alive. The job knows the exporter but not its server, and
 * ends without shutting it down.
 *
 * **How it shows up** The job prints that it is done and never exits; the scheduler starts the next job beside it.
 *
 * **How to fix** Shut the exporter down when the job is over.
 *
 * **When this is not a leak** When the process serves scrapes until it is killed.
 */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Lab, Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Metrics server never shut down',
  stage: 'integration',
  grows: ['handles'],
  leaves: 'retained',
  seenThrough: 'loop handle',
  seenIn: ['open-telemetry/opentelemetry-js#2558'],
  hints: [
    'The job is done. What still runs in the process?',
    'Look at what the constructor of the exporter starts.',
    'Call `shutdown()` in a `finally`.',
  ],
  node: '>=22',
} satisfies Pattern;

class MetricsExporter {
  readonly #server: Server;
  readonly #counts = new Map<string, number>();

  constructor() {
    this.#server = createServer((_req, res) => {
      const lines = [...this.#counts].map(([name, count]) => `${name} ${count}`);
      res.end(lines.join('\n'));
    });
    this.#server.listen(0, '127.0.0.1'); // LEAK: server
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
