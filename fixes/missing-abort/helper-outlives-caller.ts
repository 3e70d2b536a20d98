/** Fixed: the engine exits when its input ends, and `disconnect` resolves after that. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Outcome } from '../../lab/contract.ts';

/** Source of the engine, which answers one query a line; the interval stands for its database connections. */
const ENGINE = `
  setInterval(() => {}, 300_000);
  const { stdin, stdout } = process;
  stdin.on('data', (query) => stdout.write('rows of ' + query));
  stdin.on('end', () => process.exit()); // FIX: the caller has gone
`;

interface Client {
  query(sql: string): Promise<string>;
  disconnect(): Promise<void>;
}

function connect(): Client {
  const engine = spawn(process.execPath, ['-e', ENGINE], { stdio: ['pipe', 'pipe', 'inherit'] });
  return {
    async query(sql) {
      engine.stdin.write(`${sql}\n`);
      const [rows] = await once(engine.stdout, 'data');
      return String(rows).trim();
    },
    async disconnect() {
      engine.stdin.end();
      await once(engine, 'close'); // FIX: the engine ends now
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
