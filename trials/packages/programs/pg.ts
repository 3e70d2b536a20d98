import { deepEqual, rejects } from 'node:assert/strict';
import { Pool } from 'pg';
import type { PackageLab, PackageProgram } from '../package-lab.ts';

export const program = { service: 'postgres' } satisfies PackageProgram;

export async function run({ close, port }: PackageLab): Promise<void> {
  const pool = new Pool({ host: '127.0.0.1', port, user: 'postgres', database: 'postgres', max: 1 }); // LEAK: socket
  const { rows } = await pool.query<{ sum: number }>('select $1::int + $2::int as sum', [3, 4]);
  deepEqual(rows, [{ sum: 7 }]);
  await rejects(pool.query('select * from nowhere'));
  const client = await pool.connect();
  try {
    await client.query('begin');
    await client.query('create temporary table orders (item text)');
    await client.query("insert into orders values ('tea'), ('milk')");
    deepEqual((await client.query('select item from orders order by item')).rows, [
      { item: 'milk' },
      { item: 'tea' },
    ]);
    await client.query('rollback');
  } finally {
    client.release();
  }
  if (close) await pool.end();
}
