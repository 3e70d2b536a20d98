import { Client } from 'pg';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { openEndpointsFor } from './desk-for.ts';
import { startOutside, type RunEndpoints, type Outside } from './outside.ts';
import { tempFolders } from '../fixtures/temp-folders.ts';

const folder = tempFolders();
let outside: Outside;

beforeAll(async () => {
  outside = await startOutside();
});
afterAll(() => outside.close());

async function openEndpoints(): Promise<RunEndpoints & { readonly url: string }> {
  const endpoints = await outside.openEndpoints({ postgres: true });
  onTestFinished(() => endpoints.close());
  return { ...endpoints, url: endpoints.addresses.postgres ?? '' };
}

async function clientOf(url: string): Promise<Client> {
  const client = new Client(url);
  await client.connect();
  onTestFinished(() => client.end());
  return client;
}

test('two runs have a PostgreSQL each', async () => {
  const runs = await Promise.all([openEndpoints(), openEndpoints()]);
  const [one, other] = await Promise.all(runs.map(({ url }) => clientOf(url)));
  await one?.query('BEGIN');
  const answer = await other?.query('SELECT count(*) AS lines FROM generate_series(1, 100)');
  expect(answer?.rows).toEqual([{ lines: '100' }]);
  const version = await one?.query<{ version: string }>('SELECT version()');
  expect(version?.rows[0]?.version).toMatch(/^PostgreSQL 1\d\./);
});

test('clients of one run take turns, a transaction at a time', async () => {
  const { url } = await openEndpoints();
  const [first, second] = await Promise.all([clientOf(url), clientOf(url)]);
  const order: string[] = [];
  await first.query('BEGIN');
  const waiting = second.query('SELECT 1').then(() => order.push('second'));
  await first.query('SELECT 1');
  order.push('first');
  await first.query('ROLLBACK');
  await waiting;
  expect(order).toEqual(['first', 'second']);
});

test('the tables of a run are gone when the next one opens', async () => {
  const { url, close } = await openEndpoints();
  const client = new Client(url);
  await client.connect();
  await client.query('CREATE TEMP TABLE left_over (id int)');
  await client.query('BEGIN');
  const gone = new Promise((resolve) => client.once('end', resolve).once('error', () => {}));
  await close();
  await gone;
  const next = await clientOf((await openEndpoints()).url);
  const { rows } = await next.query(`SELECT to_regclass('left_over') AS found`);
  expect(rows).toEqual([{ found: null }]);
});

test('a program gets a PostgreSQL if its source asks for it', async () => {
  const root = folder({ 'plain.ts': 'lab.upstream', 'stored.ts': 'new Client(lab.postgres)' });
  const [plain, stored] = await Promise.all([
    openEndpointsFor(`${root}/plain.ts`, outside),
    openEndpointsFor(`${root}/stored.ts`, outside),
  ]);
  onTestFinished(() => Promise.all([plain.close(), stored.close()]).then(() => {}));
  expect(plain.addresses.postgres).toBeUndefined();
  expect(stored.addresses.postgres).toMatch(/^postgresql:\/\/postgres:postgres@127\.0\.0\.1:\d+\/postgres$/);
});

test('LEAKLAB_POSTGRES names another server', async () => {
  const url = 'postgresql://tea:tea@127.0.0.1:1/tea';
  vi.stubEnv('LEAKLAB_POSTGRES', url);
  onTestFinished(() => void vi.unstubAllEnvs());
  const other = await startOutside();
  onTestFinished(() => other.close());
  const { addresses } = await other.openEndpoints({ postgres: true });
  expect(addresses.postgres).toBe(url);
});
