/**
 * A live-reload server closes with `closeAllConnections()`, which skips the WebSockets it upgraded.
 *
 * **What leaks** The server that never finishes closing, with the socket of every browser tab that is open on it.
 *
 * **Why it survives** With the upgrade Node hands the socket over and removes it
 * from the connections that `closeIdleConnections()` and `closeAllConnections()`
 * close. `close()` still waits for it, and a browser tab does not hang up.
 *
 * **How it shows up** Ctrl-C or a restart hangs as long as one tab is open; old
 * servers pile up behind a dev server that restarts itself when its config changes.
 *
 * **How to fix** Destroy the upgraded sockets in the close path; the server keeps them for its broadcasts anyway.
 *
 * **When this is not a leak** If the close path sends each tab a close frame and the
 * tabs answer, the sockets end by themselves, though a sleeping tab may take its time.
 */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

import type { Lab, Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Upgraded WebSockets keep a closed server open',
  stage: 'integration',
  grows: ['handles', 'sockets'],
  leaves: 'retained',
  seenThrough: 'loop handle',
  seenIn: ['ducktors/fastify-socket.io#88', 'vitejs/vite#6115', 'vitejs/vite#6076'],
  hints: [
    '`close()` is followed by `closeAllConnections()`. Are these really all?',
    'A connection that was upgraded is no HTTP connection any more. What has to end it?',
    'The tabs are in a set for the broadcast. Destroy each of them in `close()`.',
  ],
  node: '>=22',
} satisfies Pattern;

const webSocketGuid = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

function textFrame(text: string): Buffer {
  const payload = Buffer.from(text);
  return Buffer.concat([Buffer.from([0x81, payload.length]), payload]);
}

async function startLiveReload(page: string) {
  const tabs = new Set<Duplex>();
  const server = createServer((_request, response) => response.end(page)); // ALSO
  server.on('upgrade', (request, socket) => {
    const key = request.headers['sec-websocket-key'] ?? '';
    const accept = createHash('sha1')
      .update(key + webSocketGuid)
      .digest('base64');
    socket.on('error', () => socket.destroy());
    socket.on('end', () => socket.end());
    socket.on('close', () => tabs.delete(socket));
    socket.resume();
    socket.write(
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
        `Sec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
    tabs.add(socket);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening'); // LEAK: server

  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    reload(): number {
      for (const tab of tabs) tab.write(textFrame('{"type":"full-reload"}'));
      return tabs.size;
    },
    close(): void {
      server.close();
      server.closeAllConnections();
    },
  };
}

export async function run(lab: Lab): Promise<Outcome> {
  const liveReload = await startLiveReload('<h1>Spring sale</h1>');
  const page = await lab.visit(`http://${liveReload.address}/`);
  await lab.visit(`ws://${liveReload.address}/`, 'stays');
  await lab.visit(`ws://${liveReload.address}/`, 'stays');
  const told = liveReload.reload();
  liveReload.close();
  return { page: page.body, told };
}
