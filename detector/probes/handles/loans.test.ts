import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { snapshot, type Scope } from '../../index.ts';
import { openScope } from '../../scope/snapshot.ts';
import { brief, budget, leak, placesIn } from '../../fixtures/left-by.ts';
import { makePackage } from '../../fixtures/make-package.ts';

const at = placesIn(import.meta.filename);

interface Client {
  ask(): void;
  release(): void;
}
interface Shop {
  Pool: new () => {
    connect(port: number): Promise<Client>;
    end(): void;
    destroy(): void;
  };
}

// one connection is kept, lent and given back; an ended pool closes it when it is given back
const source = `import { EventEmitter, once } from 'node:events';
import { connect } from 'node:net';
export class Pool extends EventEmitter {
  ending = false;
  isIdle = false;
  async connect(port) {
    if (!this.stream) await once(this.stream = connect(port, '127.0.0.1'), 'connect');
    this.isIdle = false;
    return { ask: () => void this.stream.write('ask'), release: () => { this.isIdle = true; if (this.ending) this.destroy(); } };
  }
  end() { this.ending = true; if (this.isIdle) this.destroy(); }
  destroy() { this.stream?.destroy(); }
}
`;

let server: Server;
let port: number;
beforeAll(async () => {
  server = createServer((socket) => socket.on('error', () => {}).resume()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  ({ port } = server.address() as AddressInfo);
});
afterAll(() => void server.close());

/** Runs two tests on a pool that their file made and warmed up; the second lends a connection. */
async function twoTests(end: (pool: InstanceType<Shop['Pool']>, lent: Client) => void): Promise<{
  readonly file: Scope;
  readonly tests: readonly Scope[];
}> {
  const { Pool } = await makePackage<Shop>('shop-pool', source);
  const file = snapshot({ budget, name: 'file' });
  const pool = await file.run(async function warmUp() {
    const made = new Pool(); // here: pool
    (await made.connect(port)).release(); // here: warmed
    return made;
  });
  onTestFinished(() => pool.destroy());
  const first = file.run(() => openScope({ budget, name: 'first' }));
  await first.run(async () => {
    const client = await pool.connect(port);
    client.ask();
    client.release();
  });
  expect(first.glance()).toBe('suspected');
  first.close();
  const second = file.run(() => openScope({ budget, name: 'second' }));
  const lent = await second.run(async function askAgain() {
    const client = await pool.connect(port);
    client.ask(); // here: asked
    return client;
  });
  expect(second.glance()).toBe('suspected');
  second.close();
  file.run(() => end(pool, lent));
  const tests = [first, second];
  onTestFinished(() => [file, ...tests].forEach((scope) => scope.dispose()));
  return { file, tests };
}

const lentToSecond = leak({
  kind: 'socket',
  type: 'TCPWRAP',
  at: at('asked', 'askAgain'),
  owner: 'second',
  related: [at('pool', 'warmUp')],
});

test("a connection that a closed pool waits for is the leak of the test that didn't give it back", async () => {
  const { file, tests } = await twoTests((pool) => pool.end());
  const found = await Promise.all([...tests, file].map(async (scope) => brief(await scope.find()).leaks));
  expect(found).toEqual([[], [lentToSecond], [lentToSecond]]);
});

test('a connection that came back before its pool was closed is no leak', async () => {
  const { file, tests } = await twoTests((pool, lent) => {
    lent.release();
    pool.end();
  });
  const found = await Promise.all([...tests, file].map(async (scope) => brief(await scope.find()).leaks));
  expect(found).toEqual([[], [], []]);
});

test('a connection of a pool that was never closed is the leak of the file that made it', async () => {
  const { file, tests } = await twoTests((_pool, lent) => lent.release());
  const found = await Promise.all([...tests, file].map(async (scope) => brief(await scope.find()).leaks));
  expect(found).toEqual([
    [],
    [],
    [
      leak({
        kind: 'socket',
        type: 'TCPWRAP',
        at: at('warmed', 'warmUp'),
        owner: 'file',
        related: [at('pool', 'warmUp')],
      }),
    ],
  ]);
});
