import { deepEqual } from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import type { PackageLab } from '../package-lab.ts';

export async function run({ close }: PackageLab): Promise<void> {
  const room = new WebSocketServer({ port: 0, host: '127.0.0.1' }); // LEAK: server
  room.on('connection', (guest) => {
    guest.on('message', (text) => {
      for (const other of room.clients) other.send(String(text));
    });
  });
  await once(room, 'listening');
  const url = `ws://127.0.0.1:${(room.address() as AddressInfo).port}`;
  const guests = [new WebSocket(url), new WebSocket(url)];
  await Promise.all(guests.map((guest) => once(guest, 'open')));
  const heard = guests.map((guest) => once(guest, 'message').then(([text]) => String(text)));
  guests[0]?.send('good morning');
  deepEqual(await Promise.all(heard), ['good morning', 'good morning']);
  for (const guest of guests) {
    guest.close();
    await once(guest, 'close');
  }
  if (close) {
    room.close();
    await once(room, 'close');
  }
}
