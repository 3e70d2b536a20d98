import { Client } from 'pg';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { openDeskFor } from './desk-for.ts';
import { startOutside, type Desk, type Outside } from './outside.ts';
import { tempFolders } from '../fixtures/temp-folders.ts';

const folder = tempFolders();
let outside: Outside;

beforeAll(async () => {
  outside = await startOutside();
});
afterAll(() => outside.close());

async function openDesk(): Promise<Desk & { readonly url: string }> {
  const desk = await outside.openDesk({ postgres: true });
  onTestFinished(() => desk.close());
  return { ...desk, url: desk.addresses.postgres ?? '' };
}

async function clientOf(url: string): Promise<Client> {
  const client = new Client(url);
  await client.connect();
  onTestFinished(() => client.end());
  return client;
}

test('two desks have a PostgreSQL each', async () => {
  const desks = await Promise.all([openDesk(), openDesk()]);
  const [one, other] = await Promise.all(desks.map(({ url }) => clientOf(url)));
  await one?.query('BEGIN');
  const answer = await other?.query('SELECT count(*) AS lines FROM generate_series(1, 100)');
  expect(answer?.rows).toEqual([{ lines: '100' }]);
  const version = await one?.query<{ version: string }>('SELECT version()');
  expect(version?.rows[0]?.version).toMatch(/^PostgreSQL 1\d\./);
});

test('clients of one desk take turns, a transaction at a time', async () => {
  const { url } = await openDesk();
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

test('what a desk leaves is gone when the next one opens', async () => {
  const { url, close } = await openDesk();
  const client = new Client(url);
  await client.connect();
  await client.query('CREATE TEMP TABLE left_over (id int)');
  await client.query('BEGIN');
  const gone = new Promise((resolve) => client.once('end', resolve).once('error', () => {}));
  await close();
  await gone;
  const next = await clientOf((await openDesk()).url);
  const { rows } = await next.query(`SELECT to_regclass('left_over') AS found`);
  expect(rows).toEqual([{ found: null }]);
});

test('a program gets one if its source asks for it', async () => {
  const root = folder({ 'plain.ts': 'lab.upstream', 'stored.ts': 'new Client(lab.postgres)' });
  const [plain, stored] = await Promise.all([
    openDeskFor(`${root}/plain.ts`, outside),
    openDeskFor(`${root}/stored.ts`, outside),
  ]);
  onTestFinished(() => Promise.all([plain.close(), stored.close()]).then(() => {}));
  expect(plain.addresses.postgres).toBeUndefined();
  expect(stored.addresses.postgres).toMatch(/^postgresql:\/\/postgres:postgres@127\.0\.0\.1:\d+\/postgres$/);
});

test('LEAKLAB_POSTGRES names another', async () => {
  const url = 'postgresql://tea:tea@127.0.0.1:1/tea';
  vi.stubEnv('LEAKLAB_POSTGRES', url);
  onTestFinished(() => void vi.unstubAllEnvs());
  const other = await startOutside();
  onTestFinished(() => other.close());
  const { addresses } = await other.openDesk({ postgres: true });
  expect(addresses.postgres).toBe(url);
});
