import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { leftBy, nothing } from '../fixtures/left-by.ts';
import { makePackage } from '../fixtures/make-package.ts';

interface Mock {
  ask(url: string, times: number): Promise<string>;
  forget(): void;
}

// a library that keeps clones of the answers for as long as the connection, which fetch's pool keeps
const source = `let kept = [];
export async function ask(url, times) {
  const response = await fetch(url);
  for (let each = 0; each < times; each += 1) kept.push(response.clone());
  return response.text();
}
export function forget() { kept = []; }
`;

async function upstream(): Promise<string> {
  const server = createServer((_request, response) => response.end('order 7')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test("a package's unread clone is no leak while a pool keeps the connection of its request", async () => {
  const url = await upstream();
  const { ask, forget } = await makePackage<Mock>('shop-mock', source);
  onTestFinished(forget);
  expect(await leftBy(() => ask(url, 1))).toEqual(nothing);
});

test("more of a package's unread clones than connections that a pool keeps are leaks", async () => {
  const url = await upstream();
  const { ask, forget } = await makePackage<Mock>('shop-mocks', source);
  onTestFinished(forget);
  const { leaks } = await leftBy(() => ask(url, 2));
  expect(leaks.map(({ kind, type, count }) => [kind, type, count])).toEqual([
    ['stream', 'ReadableStream branch', 2],
  ]);
});
