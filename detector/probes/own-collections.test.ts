import { EventEmitter, once } from 'node:events';
import { Agent as HttpAgent, createServer, get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Agent } from 'undici';
import { levels, snapshot, type Scope } from '../index.ts';
import { doNothing } from '../fixtures/left-by.ts';

// a compile job of V8 holds the receiver of the function that it optimises for one more collection
for (const flag of ['--no-opt', '--no-maglev']) setFlagsFromString(flag);

type Note = <Made extends object>(made: Made) => Made;

const older = new EventEmitter();

/** A receiver of calls, which stacks hold as long as they are unread. */
class Worker {
  readonly data = Array.from({ length: 10 });

  setTimer(): void {
    clearTimeout(setTimeout(doNothing, 1000));
    setTimeout(doNothing, 60_000).unref();
  }

  listen(): void {
    older.on('work', doNothing).off('work', doNothing);
    older.once('work', () => {});
  }

  async wait(): Promise<void> {
    await sleep(1);
    await Promise.resolve();
  }

  async waitForEver(): Promise<void> {
    await new Promise<void>(doNothing);
  }

  async nextTurn(): Promise<void> {
    await new Promise<void>((resolve) => {
      process.nextTick(() => setImmediate(resolve));
    });
  }
}

async function answerOne(note: Note): Promise<void> {
  const server = createServer((request, response) => {
    const controller = note(new AbortController());
    note(request).on('error', () => controller.abort());
    response.on('close', () => controller.abort());
    void Promise.resolve().then(() => response.end('ok'));
  }).listen(0);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const [response] = (await once(get({ port, agent: note(new HttpAgent()) }), 'response')) as [
    IncomingMessage,
  ];
  note(response).resume();
  await once(response, 'close');
  server.close();
  await once(server, 'close');
}

const shapes: Readonly<Record<string, (note: Note) => unknown>> = {
  'sets timers': (note) => note(new Worker()).setTimer(),
  'listens to an older target': (note) => note(new Worker()).listen(),
  'listens to itself': (note) => note(new EventEmitter()).on('work', doNothing).once('end', doNothing),
  awaits: (note) => note(new Worker()).wait(),
  'is suspended for ever': (note) => void note(new Worker()).waitForEver(),
  'goes on in another turn': (note) => note(new Worker()).nextTurn(),
  'answers a request': answerOne,
  "is a package's": (note) => note(new Agent()).close(),
};

describe.each(levels.filter((level) => level !== 'counts'))('level %s: one gc() collects', (level) => {
  let scope: Scope;
  beforeEach(() => {
    scope = snapshot({ level });
  });
  afterEach(() => {
    older.removeAllListeners();
    scope.dispose();
  });

  for (const [does, shape] of Object.entries(shapes)) {
    test(`what ${does}`, async () => {
      const count = { made: 0, collected: 0 };
      const registry = new FinalizationRegistry(() => (count.collected += 1));
      const note: Note = (object) => {
        count.made += 1;
        registry.register(object, undefined);
        return object;
      };
      await scope.run(async () => {
        await shape(note);
        await sleep(2);
      });
      await sleep(2);
      globalThis.gc?.();
      // the collector's callbacks come some turns later, on a busy machine many
      for (let turn = 0; turn < 50 && count.collected < count.made; turn += 1) await sleep(10);
      expect(count.made).toBeGreaterThan(0);
      expect(count.collected).toBe(count.made);
    });
  }
});
