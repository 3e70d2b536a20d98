import { equal } from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';
import { io } from 'socket.io-client';
import type { PackageLab } from '../package-lab.ts';

export async function run({ close }: PackageLab): Promise<void> {
  const http = createServer();
  const rooms = new Server(http);
  rooms.on('connection', (socket) => {
    socket.on('join', (room: string, joined: (size: number) => void) => {
      void socket.join(room);
      joined(rooms.sockets.adapter.rooms.get(room)?.size ?? 0);
    });
  });
  http.listen(0, '127.0.0.1'); // LEAK: server
  await once(http, 'listening');
  const guest = io(`http://127.0.0.1:${(http.address() as AddressInfo).port}`);
  equal(await guest.emitWithAck('join', 'kitchen'), 1);
  equal(await guest.emitWithAck('join', 'kitchen'), 1);
  const left = once(rooms.sockets.sockets.values().next().value ?? rooms.sockets, 'disconnect');
  guest.disconnect();
  await left;
  if (close) await rooms.close();
}
