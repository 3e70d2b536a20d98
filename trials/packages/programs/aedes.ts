import { deepEqual } from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { Aedes } from 'aedes';
import { connectAsync } from 'mqtt';
import type { PackageLab } from '../package-lab.ts';

export async function run({ close }: PackageLab): Promise<void> {
  const broker = await Aedes.createBroker(); // LEAK: timer
  const server = createServer(broker.handle).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const clients = [await connectAsync(url), await connectAsync(url)];
  const [oven, display] = clients;
  await display?.subscribeAsync('oven');
  const shown = new Promise<string>((resolve) =>
    display?.once('message', (_topic, payload) => resolve(String(payload))),
  );
  await oven?.publishAsync('oven', '180');
  deepEqual(await shown, '180');
  for (const client of clients) await client.endAsync();
  server.close();
  await once(server, 'close');
  if (close) await new Promise<void>((resolve) => broker.close(resolve));
}
