/**
 * A client spawns a query engine and closes the engine's
 * input when it is done, but the engine ignores that.
 *
 * **What leaks** One engine process for each client, with its memory and its connections to the database.
 *
 * **Why it survives** The end of its input is all that a helper learns of its
 * caller's end, whether the caller disconnects or is killed. This engine has
 * no handler for it, and its connections to the database keep it running.
 *
 * **How it shows up** `ps` lists engines that no client uses. After some restarts
 * or crashes the database refuses new connections because there are too many.
 *
 * **How to fix** The helper exits at the end of its input, and the client waits until it has exited.
 *
 * **When this is not a leak** When the process is meant to outlive its
 * caller: then it is spawned detached and another program stops it.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Helper process outlives its caller',
  stage: 'unit',
  grows: ['children'],
  leaves: 'retained',
  seenThrough: 'loop handle',
  seenIn: ['prisma/orm#7020', 'prisma/orm#2695'],
  hints: [
    'The client has disconnected. What does `ps` show?',
    'Client and engine are joined by a pipe. What does the engine do when its other end is closed?',
    'Have the engine exit on the `end` of its stdin, and wait for its `close` event in `disconnect`.',
  ],
  node: '>=22',
} satisfies Pattern;

/** Source of the engine, which answers one query a line; the interval stands for its database connections. */
const ENGINE = `
  setInterval(() => {}, 300_000);
  const { stdin, stdout } = process;
  stdin.on('data', (query) => stdout.write('rows of ' + query));
`;

interface Client {
  query(sql: string): Promise<string>;
  disconnect(): Promise<void>;
}

function connect(): Client {
  const engine = spawn(process.execPath, ['-e', ENGINE], { stdio: ['pipe', 'pipe', 'inherit'] }); // LEAK: process
  return {
    async query(sql) {
      engine.stdin.write(`${sql}\n`);
      const [rows] = await once(engine.stdout, 'data');
      return String(rows).trim();
    },
    async disconnect() {
      engine.stdin.end();
    },
  };
}

export async function run(): Promise<Outcome> {
  const client = connect();
  const users = await client.query('select * from users');
  const orders = await client.query('select * from orders');
  await client.disconnect();
  return { users, orders };
}
