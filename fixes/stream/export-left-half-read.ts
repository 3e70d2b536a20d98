/**
 * Fixed: `pipeline` destroys the source when the response closes.
 */
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline, Readable } from 'node:stream';
import { Pool } from 'pg';
import type { Lab, Outcome } from '../../lab/contract.ts';

async function* lines(pool: Pool): AsyncGenerator<string> {
  const client = await pool.connect();
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
  const source = Readable.from(lines(pool));
  // FIX: leaving early is no error
  pipeline(source, response, () => undefined);
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
