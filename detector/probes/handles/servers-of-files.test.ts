import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { snapshot, type Scope } from '../../index.ts';
import { brief, budget, leak, placesIn } from '../../fixtures/left-by.ts';

const at = placesIn(import.meta.filename);

async function serve(): Promise<Server> {
  const server = createServer((socket) => socket.on('error', () => {})).listen(0); // here: listening
  await once(server, 'listening');
  return server;
}

async function dial(server: Server): Promise<Socket> {
  const client = connect((server.address() as AddressInfo).port); // here: connected
  onTestFinished(() => void client.destroy());
  await once(client, 'connect');
  return client;
}

const client = leak({ kind: 'socket', type: 'TCPWRAP', at: at('connected', 'dial') });
const closing = leak({
  kind: 'server',
  type: 'TCPSERVERWRAP',
  at: at('listening', 'serve'),
  detail: 'close() waits for 1 open connection',
});

function within(file: Scope, name: string): Scope {
  const scope = file.run(() => snapshot({ budget, name }));
  onTestFinished(() => scope.dispose());
  return scope;
}

async function leaksOf(...scopes: readonly Scope[]): Promise<unknown[]> {
  return Promise.all(scopes.map(async (scope) => brief(await scope.find()).leaks));
}

test("a file's server that waits for the client of a test is no leak beside the client", async () => {
  const file = snapshot({ budget, name: 'file' });
  onTestFinished(() => file.dispose());
  const server = await file.run(serve);
  const inner = within(file, 'test');
  await inner.run(() => dial(server));
  const hook = file.run(async () => new Promise((resolve) => server.close(resolve)));
  const left = { ...client, owner: 'test' };
  expect(await leaksOf(inner, file)).toEqual([[left], [left]]);
  inner.dispose();
  void hook;
});

test("a test's server that the file closes waits for the client of another test", async () => {
  const file = snapshot({ budget, name: 'file' });
  onTestFinished(() => file.dispose());
  const [first, second] = [within(file, 'first'), within(file, 'second')];
  const server = await first.run(serve);
  await second.run(() => dial(server));
  file.run(() => server.close());
  expect(await leaksOf(first, second)).toEqual([[], [{ ...client, owner: 'second' }]]);
});

test('a server that waits for a client of the same scope, or of the scope around it, is one beside it', async () => {
  const file = snapshot({ budget, name: 'file' });
  onTestFinished(() => file.dispose());
  const inner = within(file, 'test');
  const server = await inner.run(serve);
  await file.run(() => dial(server));
  inner.run(() => server.close());
  const own = { ...closing, owner: 'test' };
  expect(await leaksOf(inner, file)).toEqual([[own], [{ ...client, owner: 'file' }, own]]);
});
