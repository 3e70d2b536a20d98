import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import {
  closeSync,
  createReadStream,
  createWriteStream,
  mkdtempSync,
  openSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { Agent, createServer, get } from 'node:http';
import { connect, createServer as createTcpServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { lessonsOf, type UnseenProgram } from '../fixtures/unseen-program.ts';
import { doNothing } from '../fixtures/left-by.ts';

const folder = mkdtempSync(join(tmpdir(), 'leaklab-'));
const bigFile = join(folder, 'big.log');
const agent = new Agent();
const kept: unknown[] = [];
/** Sends a first piece and never the end. */
const slow = createServer((_request, response) => void response.write('first'));
let url = '';

beforeAll(async () => {
  writeFileSync(bigFile, 'one line\n'.repeat(100_000));
  await once(slow.listen(0, '127.0.0.1'), 'listening');
  url = `http://127.0.0.1:${(slow.address() as AddressInfo).port}/`;
});
afterAll(() => {
  slow.closeAllConnections();
  slow.close();
  agent.destroy();
  rmSync(folder, { recursive: true });
});

const programs: Readonly<Record<string, UnseenProgram>> = {
  'the first kilobyte of a file': {
    run: async (after) => {
      const file = createReadStream(bigFile);
      after(() => file.destroy());
      await once(file, 'readable');
      file.read(1024);
    },
    lesson: 'stream/unread-file-stream',
  },
  'the first line of a file': {
    run: async (after) => {
      const lines = createInterface(createReadStream(bigFile));
      await once(lines, 'line');
      lines.close();
      const { input } = lines as unknown as { input: ReturnType<typeof createReadStream> };
      after(() => input.destroy());
    },
    lesson: 'stream/readline-left-early',
  },
  'a journal that is never ended': {
    run: async (after) => {
      const journal = createWriteStream(join(folder, 'journal'));
      after(() => journal.destroy());
      await once(journal, 'open');
    },
    lesson: 'stream/upload-left-open',
  },
  'a file opened by number': {
    run: (after) => {
      const file = openSync(bigFile, 'r');
      after(() => closeSync(file));
    },
    lesson: undefined,
  },
  'a request that is never read': {
    run: async (after) => {
      const request = get(url, { agent });
      after(() => request.destroy());
      request.on('error', doNothing);
      await once(request, 'response');
    },
    lesson: undefined,
  },
  'a fetch that waits for the rest of its answer': {
    run: async (after) => {
      const end = new AbortController();
      after(() => end.abort());
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
    run: async (after) => {
      const server = createServer().listen(0);
      after(() => server.close());
      await once(server, 'listening');
    },
    lesson: 'unclosed-server/plugin-server-left-open',
  },
  'a chat that is closed under its guests': {
    run: async (after) => {
      const guests: Socket[] = [];
      const chat = createTcpServer((guest) => guests.push(guest)).listen(0);
      await once(chat, 'listening');
      const guest = connect((chat.address() as AddressInfo).port);
      await once(chat, 'connection');
      chat.close();
      after(() => [guest, ...guests].forEach((each) => each.destroy()));
    },
    lesson: 'unclosed-server/net-close-leaves-established',
    // the guest's own end
    besides: [undefined],
  },
  'a sender of datagrams': {
    run: async (after) => {
      const sender = createSocket('udp4').bind(0);
      after(() => sender.close());
      await once(sender, 'listening');
    },
    lesson: 'unclosed-server/statsd-socket-never-closed',
  },
  'a gateway that asks elsewhere for each request': {
    run: async (after) => {
      const gateway = createServer((_request, response) => {
        const request = get(url, { agent }, (answer) => answer.pipe(response));
        request.on('error', doNothing);
        after(() => request.destroy());
      }).listen(0);
      await once(gateway, 'listening');
      after(() => gateway.close());
      const { port } = gateway.address() as AddressInfo;
      const client = connect(port);
      // not ended, so that its going away is noticed
      client.write('GET / HTTP/1.1\r\nhost: here\r\n\r\n');
      await once(client, 'data');
      client.destroy();
      gateway.close();
      await once(gateway, 'close');
    },
    lesson: 'missing-abort/proxy-ignores-client-gone',
  },
};

test.each(Object.entries(programs))('%s', async (_, program) => {
  expect(await lessonsOf(program)).toEqual([...(program.besides ?? []), program.lesson]);
});
