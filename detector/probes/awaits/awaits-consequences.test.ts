import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { EventEmitter, once } from 'node:events';
import { connect, createServer } from 'node:net';
import { PassThrough } from 'node:stream';
import { finished } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { doNothing, leftBy, only, placesIn } from '../../fixtures/left-by.ts';
import { startSilentServer, type Upstream } from '../../fixtures/upstream.ts';

const at = placesIn(import.meta.filename);
const lost = { kind: 'await', type: 'async function', evidence: 'unreachable' } as const;

let silent: Upstream;
beforeAll(async () => {
  silent = await startSilentServer();
});
afterAll(async () => silent.close());

describe('a consequence, and no finding, is a wait for', () => {
  test('a timer, through a promise made by hand', async () => {
    async function backOff(): Promise<void> {
      await new Promise((resolve) => {
        const timer = setTimeout(resolve, 50_000); // here: timer
        onTestFinished(() => clearTimeout(timer));
      });
    }
    expect(await leftBy(() => void backOff())).toEqual(
      only({ kind: 'timer', type: 'Timeout', at: at('timer', '<anonymous>') }),
    );
  });

  test('a timer, through a function that makes such promises', async () => {
    function delay(ms: number): Promise<void> {
      return new Promise((resolve) => {
        const timer = setTimeout(resolve, ms); // here: delay
        onTestFinished(() => clearTimeout(timer));
      });
    }
    async function poll(): Promise<void> {
      await delay(50_000);
    }
    expect(await leftBy(() => void Promise.all([poll(), poll()]))).toEqual(
      only({ kind: 'timer', type: 'Timeout', count: 2, at: at('delay', '<anonymous>') }),
    );
  });

  test('a timer of timers/promises, and of setTimeout promisified', async () => {
    const stop = new AbortController();
    onTestFinished(() => stop.abort());
    const { signal } = stop;
    async function poll(): Promise<void> {
      await sleep(50_000, undefined, { signal }).catch(doNothing); // here: sleep
    }
    async function pollAgain(): Promise<void> {
      await promisify(setTimeout)(50_000, undefined, { signal }).catch(doNothing); // here: promisified
    }
    expect(await leftBy(() => void Promise.all([poll(), pollAgain()]))).toEqual(
      only(
        { kind: 'timer', type: 'Timeout', at: at('sleep', 'poll') },
        { kind: 'timer', type: 'Timeout', at: at('promisified', 'pollAgain') },
      ),
    );
  });

  test('an event of a server', async () => {
    async function serve(): Promise<void> {
      const server = createServer();
      onTestFinished(() => {
        server.close();
      });
      server.listen(0); // here: server
      await once(server, 'close');
    }
    expect(await leftBy(() => void serve())).toEqual(
      only({
        kind: 'server',
        type: 'TCPSERVERWRAP',
        at: at('server', 'serve'),
        detail: 'listening, 0 open connections',
      }),
    );
  });

  test('the end of a child process', async () => {
    async function runHelper(): Promise<void> {
      const helper = spawn(process.execPath, ['-e', 'process.stdin.resume()']); // here: helper
      onTestFinished(async () => {
        helper.kill();
        await once(helper, 'close');
      });
      await new Promise((resolve, reject) => {
        helper.once('error', reject);
        helper.once('exit', resolve);
      });
    }
    expect(await leftBy(() => void runHelper())).toEqual(
      only({ kind: 'process', type: 'PROCESSWRAP', at: at('helper', 'runHelper') }),
    );
  });

  test('the data of a socket, by iteration', async () => {
    async function readLines(): Promise<void> {
      const socket = connect(silent.port, '127.0.0.1'); // here: socket
      onTestFinished(() => {
        socket.destroy();
      });
      for await (const _ of socket) doNothing();
    }
    expect(await leftBy(() => void readLines().catch(doNothing))).toEqual(
      only({ kind: 'socket', type: 'TCPWRAP', at: at('socket', 'readLines') }),
    );
  });
});

describe('a separate finding, beside an unrelated leak, is a wait for', () => {
  function openSocket(): void {
    const socket = createSocket('udp4'); // here: unrelated
    onTestFinished(() => {
      socket.close();
    });
  }
  const socket = { kind: 'socket', type: 'UDPWRAP', at: at('unrelated', 'openSocket') } as const;

  test('a promise', async () => {
    async function waitForReply(): Promise<void> {
      openSocket();
      await new Promise<void>(doNothing); // here: reply
    }
    const place = at('reply', 'waitForReply');
    expect(await leftBy(() => void waitForReply())).toEqual(
      only(socket, { ...lost, at: place, related: [place] }),
    );
  });

  test('an event', async () => {
    async function waitForReply(): Promise<void> {
      openSocket();
      await once(new EventEmitter(), 'reply'); // here: event
    }
    const { leaks } = await leftBy(() => void waitForReply());
    expect(leaks.map(({ kind, at: place }) => [kind, place])).toEqual([
      ['socket', at('unrelated', 'openSocket')],
      ['await', at('event', 'waitForReply')],
    ]);
  });

  test('the end of a stream that is never ended', async () => {
    async function collect(): Promise<void> {
      openSocket();
      await finished(new PassThrough()); // here: stream
    }
    const { leaks } = await leftBy(() => void collect());
    expect(leaks.map(({ kind, at: place }) => [kind, place])).toEqual([
      ['socket', at('unrelated', 'openSocket')],
      ['await', at('stream', 'collect')],
    ]);
  });
});
