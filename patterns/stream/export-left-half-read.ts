/**
 * A server exports a table as a stream of lines, and a visitor closes the window during the download.
 *
 * **What leaks** The database client that reads the table, and its connection.
 *
 * **Why it survives** `pipe` unpipes a response that has closed and
 * leaves the source as it is: paused, half read, with no reader.
 *
 * **How it shows up** The database shows queries that have been
 * active for days; they belong to downloads that were cancelled.
 *
 * **How to fix** Use `pipeline`, which destroys the source when the response closes.
 *
 * **When this is not a leak** When the source is read to the end, or is small enough to be held in memory.
 */
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { Pool } from 'pg';
import type { Lab, Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Export keeps its client after a hang-up',
  stage: 'e2e',
  grows: ['sockets'],
  leaves: 'retained',
  seenThrough: 'loop handle',
  seenIn: ['PrairieLearn/PrairieLearn#7664'],
  hints: [
    'What becomes of the source when the response is closed?',
    '`pipe` ends what it writes to. What does it do to what it reads from?',
    'Use `pipeline`.',
  ],
  node: '>=22',
} satisfies Pattern;

async function* lines(pool: Pool): AsyncGenerator<string> {
  const client = await pool.connect(); // LEAK: socket
  try {
    for (let last = 0; last < 100_000; last += 1000) {
      const text = 'SELECT n FROM generate_series($1::int, $1::int + 999) AS n';
      const { rows } = await client.query<{ n: number }>(text, [last + 1]);
      yield rows.map(({ n }) => `order ${n}\n`).join('');
    }
  } finally {
    client.release();
  }
}

function sendExport(pool: Pool, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/csv' });
  Readable.from(lines(pool)).pipe(response);
}

export async function run(lab: Lab): Promise<Outcome> {
  const pool = new Pool({ connectionString: lab.postgres, idleTimeoutMillis: 1 });
  const server = createServer((_request, response) => sendExport(pool, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const { status } = await lab.visit(`http://127.0.0.1:${port}/export`, 'hangs-up');
  await once(server.close(), 'close');
  return { status };
}
