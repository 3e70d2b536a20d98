import { equal } from 'node:assert/strict';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pino, type Logger } from 'pino';
import type { PackageLab } from '../package-lab.ts';

// pino ends a transport when it is collected, so keep the logger, as applications do
const loggers: Logger[] = [];

export async function run({ close, scratch }: PackageLab): Promise<void> {
  const destination = join(scratch, 'shop.log');
  const transport = pino.transport({ target: 'pino/file', options: { destination } }); // LEAK: worker
  const log = pino(transport);
  loggers.push(log);
  // the worker does not keep the process alive; something else does in every application that logs
  const server = createServer((request, response) => {
    log.child({ url: request.url }).info('requested');
    response.end('ok');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  for (const path of ['/tea', '/milk']) equal(await (await fetch(origin + path)).text(), 'ok');
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  log.flush((error) => (error ? reject(error) : resolve()));
  await promise;
  equal((await readFile(destination, 'utf8')).trim().split('\n').length, 2);
  if (close) {
    const closed = once(transport, 'close');
    transport.end();
    await closed;
  }
  server.close();
  await once(server, 'close');
}
