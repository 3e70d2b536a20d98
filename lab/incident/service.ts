/** A process: the service whose variants are compared. It asks the upstream once for each caller. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Average } from './average.ts';
import { interval, obey, tell } from './messages.ts';
import type { Variant } from './variant.ts';

const waiting = new Average();

async function serve(program: string, upstream: string): Promise<void> {
  const { variant } = (await import(program)) as { variant: Variant };
  const server = createServer((_, response) => {
    waiting.add(1);
    response.once('close', () => waiting.add(-1));
    variant.answer(upstream).then(
      (text) => response.end(text),
      () => {
        response.statusCode = 503;
        response.end();
      },
    );
  });
  server.keepAliveTimeout = 120_000;
  server.listen(0, '127.0.0.1', 4096, () => {
    tell({ ready: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
  });
  setInterval(() => {
    const count = variant.count?.();
    const memory = process.memoryUsage.rss();
    tell({ service: { waiting: waiting.take(), memory, ...(count !== undefined && { count }) } });
  }, interval);
}

obey((order) => {
  if ('serve' in order) void serve(order.serve.program, order.serve.upstream);
});
