import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { EventEmitter, once } from 'node:events';
import {
  closeSync,
  createReadStream,
  createWriteStream,
  mkdtempSync,
  openSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { Agent, createServer, get, type Server } from 'node:http';
import { connect, createServer as createTcpServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setInterval as ticks, setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { snapshot } from './index.ts';
import { budget, doNothing } from './fixtures/left-by.ts';

/** What the programs below leave, to be ended after each. */
const endings: (() => unknown)[] = [];
const folder = mkdtempSync(join(tmpdir(), 'leaklab-'));
const bigFile = join(folder, 'big.log');
const shutdown = new AbortController();
const agent = new Agent();
const kept: unknown[] = [];
/** Sends a head and never the end. */
let slow: Server;
let url = '';

beforeAll(async () => {
  writeFileSync(bigFile, 'one line\n'.repeat(100_000));
  slow = createServer((_request, response) => void response.write('first'));
  await once(slow.listen(0, '127.0.0.1'), 'listening');
  url = `http://127.0.0.1:${(slow.address() as AddressInfo).port}/`;
});
afterAll(() => {
  slow.closeAllConnections();
  slow.close();
  agent.destroy();
  rmSync(folder, { recursive: true });
});

async function lessonsOf(program: () => unknown): Promise<(string | undefined)[]> {
  const scope = snapshot({ budget });
  try {
    await scope.run(program);
    const { leaks } = await scope.find();
    return leaks.map(({ lesson }) => lesson);
  } finally {
    scope.dispose();
    for (const end of endings.splice(0)) await end();
    kept.length = 0;
  }
}

/** None of them is in the catalogue; which lesson is right for each was judged by reading it. */
const programs: Readonly<
  Record<string, { run: () => unknown; lesson: string | undefined; besides?: undefined[] }>
> = {
  'a heartbeat of a session': {
    run: () => {
      class Session {
        readonly heartbeat = setInterval(doNothing, 1000);
      }
      const session = new Session();
      endings.push(() => clearInterval(session.heartbeat));
    },
    lesson: 'timer/interval-never-cleared',
  },
  'an interval that is asked once, by hand': {
    run: () => {
      const end = new AbortController();
      endings.push(() => end.abort());
      const clock = ticks(1000, undefined, { signal: end.signal })[Symbol.asyncIterator]();
      clock.next().catch(doNothing);
    },
    lesson: 'timer/abandoned-promises-interval',
  },
  'a loop over an interval that never ends': {
    run: () => {
      const end = new AbortController();
      endings.push(() => end.abort());
      void (async () => {
        for await (const _ of ticks(1000, undefined, { signal: end.signal })) doNothing();
      })().catch(doNothing);
    },
    lesson: undefined,
  },
  'a deadline that stays after its work': {
    run: () => {
      const deadline = new AbortController();
      const timer = setTimeout(() => {
        deadline.abort();
      }, 60_000);
      endings.push(() => clearTimeout(timer));
    },
    lesson: 'timer/abort-timer-kept-after-response',
  },
  'a race against a time limit': {
    run: async () => {
      let timer: NodeJS.Timeout | undefined;
      const limit = new Promise((_resolve, reject) => {
        timer = setTimeout(() => reject(new Error('too late')), 60_000);
      });
      endings.push(() => clearTimeout(timer));
      await Promise.race([Promise.resolve('in time'), limit]);
    },
    lesson: 'timer/race-loser-timer',
  },
  'a save that is put off': {
    run: () => {
      const timer = setTimeout(doNothing, 60_000);
      endings.push(() => clearTimeout(timer));
    },
    lesson: undefined,
  },
  'a retry that pauses and can not be told to stop': {
    run: () => {
      void pause(3000);
    },
    lesson: 'missing-abort/poll-deaf-until-news',
  },
  'a retry whose signal nobody aborts': {
    run: () => {
      const stop = new AbortController();
      endings.push(() => stop.abort());
      pause(60_000, undefined, { signal: stop.signal }).catch(doNothing);
    },
    lesson: undefined,
  },
  'a task that listens for the shutdown': {
    run: () => {
      shutdown.signal.addEventListener('abort', doNothing);
      endings.push(() => shutdown.signal.removeEventListener('abort', doNothing));
    },
    lesson: 'missing-abort/abort-listeners-pile-up',
  },
  'a handler of a signal of the process': {
    run: () => {
      process.on('SIGUSR2', doNothing);
      endings.push(() => process.off('SIGUSR2', doNothing));
    },
    lesson: undefined,
  },
  'the first kilobyte of a file': {
    run: async () => {
      const file = createReadStream(bigFile);
      endings.push(() => file.destroy());
      await once(file, 'readable');
      file.read(1024);
    },
    lesson: 'stream/unread-file-stream',
  },
  'the first line of a file': {
    run: async () => {
      const lines = createInterface(createReadStream(bigFile));
      await once(lines, 'line');
      lines.close();
      const { input } = lines as unknown as { input: ReturnType<typeof createReadStream> };
      endings.push(() => input.destroy());
    },
    lesson: 'stream/readline-left-early',
  },
  'a journal that nobody ends': {
    run: async () => {
      const journal = createWriteStream(join(folder, 'journal'));
      endings.push(() => journal.destroy());
      await once(journal, 'open');
    },
    lesson: 'stream/upload-left-open',
  },
  'a file opened by number': {
    run: () => {
      const file = openSync(bigFile, 'r');
      endings.push(() => closeSync(file));
    },
    lesson: undefined,
  },
  'a request that nobody reads': {
    run: async () => {
      const request = get(url, { agent });
      endings.push(() => request.destroy());
      request.on('error', doNothing);
      await once(request, 'response');
    },
    lesson: undefined,
  },
  'a fetch that waits for the rest of its answer': {
    run: async () => {
      const end = new AbortController();
      endings.push(() => end.abort());
      kept.push(await fetch(url, { signal: end.signal }));
    },
    lesson: undefined,
  },
  'a branch of a stream for a log that is switched off': {
    run: async () => {
      const [read, logged] = ReadableStream.from(['a', 'b']).tee();
      for await (const _ of read) doNothing();
      kept.push(logged);
    },
    lesson: 'stream/clone-branch-unread',
  },
  'a reader that looks at one chunk': {
    run: async () => {
      const stream = new ReadableStream({ pull: (controller) => controller.enqueue('chunk') });
      const reader = stream.getReader();
      await reader.read();
      kept.push(stream, reader);
    },
    lesson: 'stream/reader-never-released',
  },
  'a health check that listens': {
    run: async () => {
      const server = createServer().listen(0);
      endings.push(() => server.close());
      await once(server, 'listening');
    },
    lesson: 'unclosed-server/plugin-server-left-open',
  },
  'a chat that is closed under its guests': {
    run: async () => {
      const guests: Socket[] = [];
      const chat = createTcpServer((guest) => guests.push(guest)).listen(0);
      await once(chat, 'listening');
      const guest = connect((chat.address() as AddressInfo).port);
      await once(chat, 'connection');
      chat.close();
      endings.push(() => [guest, ...guests].forEach((each) => each.destroy()));
    },
    lesson: 'unclosed-server/net-close-leaves-established',
    // the guest's own end
    besides: [undefined],
  },
  'a sender of datagrams': {
    run: async () => {
      const sender = createSocket('udp4').bind(0);
      endings.push(() => sender.close());
      await once(sender, 'listening');
    },
    lesson: 'unclosed-server/statsd-socket-never-closed',
  },
  'a wait for an event of somebody who is gone': {
    run: () => {
      void (async () => {
        await once(new EventEmitter(), 'ready');
      })();
    },
    lesson: 'waitgroup/once-never-fires',
  },
  'a reply that stays in a table': {
    run: () => {
      void (async () => {
        await new Promise((resolve) => kept.push(resolve));
      })();
    },
    lesson: undefined,
  },
  'a child that sleeps': {
    run: () => {
      const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
      endings.push(async () => {
        child.kill();
        await once(child, 'exit');
      });
    },
    lesson: undefined,
  },
};

test.each(Object.entries(programs))('%s', async (_, { run, lesson, besides = [] }) => {
  expect(await lessonsOf(run)).toEqual([...besides, lesson]);
});
