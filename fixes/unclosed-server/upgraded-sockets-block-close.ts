/**
 * Fixed: closing destroys the upgraded sockets, the only connections that `closeAllConnections()` skips.
 */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

import type { Lab, Outcome } from '../../lab/contract.ts';

const webSocketGuid = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

function textFrame(text: string): Buffer {
  const payload = Buffer.from(text);
  return Buffer.concat([Buffer.from([0x81, payload.length]), payload]);
}

async function startLiveReload(page: string) {
  const tabs = new Set<Duplex>();
  const server = createServer((_request, response) => response.end(page));
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
  await once(server.listen(0, '127.0.0.1'), 'listening');

  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    reload(): number {
      for (const tab of tabs) tab.write(textFrame('{"type":"full-reload"}'));
      return tabs.size;
    },
    close(): void {
      server.close();
      server.closeAllConnections();
      for (const tab of tabs) tab.destroy(); // FIX: closeAllConnections() skips them
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
