/**
 * A preview server looks for a free port, starting at one that is taken, and drops each server that did not get it.
 *
 * **Looks like a leak** A new server is made for every port that is tried,
 * and the failed ones are dropped with their listeners, without a `close()`.
 *
 * **Is none because** a server whose `listen()` failed holds no handle and is held by nothing: it is
 * garbage, and `close()` on it would only fail because it is not running. The server that listens is closed.
 */
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';

import type { Lab, Outcome } from '../../lab/contract.ts';

async function listenOnFirstFree(ports: readonly number[], skipped: string[]): Promise<Server> {
  for (const port of ports) {
    const server = createServer((viewer) => {
      viewer.on('error', () => viewer.destroy());
      viewer.resume();
      viewer.end('<h1>Preview</h1>\n');
    });
    server.listen({ port, host: '127.0.0.1' });
    try {
      await once(server, 'listening');
      return server;
    } catch (error) {
      skipped.push(error instanceof Error && 'code' in error ? String(error.code) : 'unknown');
    }
  }
  throw new Error(`no free port among ${ports.join(', ')}`);
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

export async function run(lab: Lab): Promise<Outcome> {
  const skipped: string[] = [];
  const production = await listenOnFirstFree([0], skipped);
  const staging = await listenOnFirstFree([portOf(production), 0], skipped);
  const preview = await listenOnFirstFree([portOf(production), portOf(staging), 0], skipped);
  const viewed = once(preview, 'connection');
  await lab.visit(`tcp://127.0.0.1:${portOf(preview)}`);
  await viewed;

  const running = [production, staging, preview];
  const closed = running.map((server) => once(server, 'close'));
  for (const server of running) server.close();
  await Promise.all(closed);
  return { skipped, closed: closed.length };
}
