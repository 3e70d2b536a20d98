/** Pools of pg: closed by the suite, kept by a module, and leaked by a test. */
import { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const settings = {
  host: '127.0.0.1',
  port: Number(process.env['POSTGRES_PORT']),
  user: 'postgres',
  database: 'postgres',
};
const shared = new Pool(settings);
afterAll(() => shared.end());

describe('the pool of a module', () => {
  test('connects at its first query', async () => {
    expect((await shared.query('select 1 as n')).rows).toEqual([{ n: 1 }]);
  });
  test('opens more connections for queries at once', async () => {
    const answers = await Promise.all([1, 2, 3].map((n) => shared.query('select $1::int as n', [n])));
    expect(answers.map(({ rows }) => rows)).toEqual([[{ n: 1 }], [{ n: 2 }], [{ n: 3 }]]);
  });
});

describe('the pool of a suite', () => {
  let pool: Pool;
  beforeAll(() => {
    pool = new Pool(settings);
  });
  afterAll(() => pool.end());
  test('connects at its first query', () => pool.query('select 1'));
  test('gets its client back', async () => {
    const client = await pool.connect();
    await client.query('select 1');
    client.release();
  });
});

describe('a pool that beforeAll has connected', () => {
  let pool: Pool;
  beforeAll(async () => {
    pool = new Pool(settings);
    await pool.query('select 1');
  });
  afterAll(() => void pool.end());
  test('answers', () => pool.query('select 1'));
  test('leaks a client', async () => {
    const client = await pool.connect();
    // the connection is older than the test, so its first use in the test is the line
    await client.query('select 1'); // LEAK: socket
  });
});

test('leaks a pool', async () => {
  const pool = new Pool(settings); // LEAK: socket
  await pool.query('select 1');
});
