import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, Socket, type AddressInfo, type Server } from 'node:net';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { leftBy, nothing, only, placesIn } from '../../fixtures/left-by.ts';

const at = placesIn(import.meta.filename);
/** Node 24 and later can transfer a server to a thread. */
const canTransfer = Object.getOwnPropertySymbols(Socket.prototype).some(
  ({ description }) => description === 'messaging_transfer_symbol',
);
const keeping = `
  const { parentPort } = require('node:worker_threads');
  const held = [];
  parentPort.on('message', (message) => {
    if (message === 'close') for (const each of held.splice(0)) each.close ? each.close() : each.destroy();
    else held.push(message);
    parentPort.postMessage('done');
  });`;

let thread: Worker;
let child: ChildProcess;
beforeAll(async () => {
  thread = new Worker(keeping, { eval: true });
  child = fork(join(import.meta.dirname, '../../fixtures/holding-child.ts'), { execArgv: [] });
  await Promise.all([once(thread, 'online'), once(child, 'spawn')]);
});
afterAll(async () => {
  await thread.terminate();
  child.kill();
});

async function toThread(message: 'close' | Server | Socket): Promise<void> {
  const done = once(thread, 'message');
  // @ts-expect-error -- @types/node does not have servers and sockets in the list yet
  thread.postMessage(message, typeof message === 'string' ? [] : [message]);
  await done;
}

async function toChild(message: 'keep' | 'close', handle?: Server | Socket): Promise<void> {
  const done = once(child, 'message');
  child.send(message, handle);
  await done;
}

/** Connects to a server, and once its listener is done, sends something that nothing reads and ends the connection. */
async function visit(server: Server, passed: Promise<void>): Promise<void> {
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  await passed;
  client.write('order', () => client.destroy());
  await once(client, 'close');
}

describe('a server that was handed over', () => {
  test.runIf(canTransfer)('to an older thread listens there', async () => {
    async function serve(): Promise<void> {
      const server = createServer().listen(0, '127.0.0.1'); // here: to a thread
      await once(server, 'listening');
      await toThread(server);
    }
    expect(await leftBy(serve)).toEqual(
      only({
        kind: 'server',
        type: 'TCPSERVERWRAP',
        at: at('to a thread', 'serve'),
        detail: 'open in another thread',
      }),
    );
    expect(
      await leftBy(async () => {
        await serve();
        await toThread('close');
      }),
    ).toEqual(nothing);
  });

  test('to an older process listens there, although it was closed here', async () => {
    async function serve(): Promise<void> {
      const server = createServer().listen(0, '127.0.0.1'); // here: to a process
      await once(server, 'listening');
      await toChild('keep', server);
      server.close();
      await once(server, 'close');
    }
    expect(await leftBy(serve)).toEqual(
      only({
        kind: 'server',
        type: 'TCPSERVERWRAP',
        at: at('to a process', 'serve'),
        detail: 'open in a child process',
      }),
    );
    expect(
      await leftBy(async () => {
        await serve();
        await toChild('close');
      }),
    ).toEqual(nothing);
  });
});

describe('a connection that was handed over', () => {
  /** Serves one connection, whose socket `pass` hands over. */
  async function served(pass: (socket: Socket) => Promise<void>): Promise<void> {
    const passed = Promise.withResolvers<void>();
    // prettier-ignore
    const give = (socket: Socket): void => void // here: given
      pass(socket).then(passed.resolve, passed.reject);
    const server = createServer(give).listen(0, '127.0.0.1');
    await once(server, 'listening');
    await visit(server, passed.promise);
    server.close();
  }
  const socket = { kind: 'socket', type: 'TCPWRAP', at: at('given', 'give') } as const;

  test.runIf(canTransfer)('to an older thread stays there, after the other side has ended it', async () => {
    expect(await leftBy(() => served(toThread))).toEqual(
      only({ ...socket, detail: 'open in another thread' }),
    );
    expect(
      await leftBy(async () => {
        await served(toThread);
        await toThread('close');
      }),
    ).toEqual(nothing);
  });

  test('to an older process stays there, after the other side has ended it', async () => {
    const pass = (each: Socket): Promise<void> => toChild('keep', each);
    expect((await leftBy(() => served(pass))).leaks).toContainEqual({
      ...only({ ...socket, detail: 'open in a child process' }).leaks[0],
    });
    expect(
      await leftBy(async () => {
        await served(pass);
        await toChild('close');
      }),
    ).toEqual(nothing);
  });
});
