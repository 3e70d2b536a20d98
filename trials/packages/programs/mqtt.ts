import { deepEqual } from 'node:assert/strict';
import { connectAsync } from 'mqtt';
import type { PackageLab, PackageProgram } from '../package-lab.ts';

export const program = { service: 'mqtt' } satisfies PackageProgram;

export async function run({ close, port }: PackageLab): Promise<void> {
  const kitchen = `kitchen-${process.pid}`;
  const sensor = await connectAsync(`mqtt://127.0.0.1:${port}`, { reconnectPeriod: 500 }); // LEAK: socket
  await sensor.subscribeAsync(`${kitchen}/#`, { qos: 1 });
  for (const degrees of ['71', '72']) {
    const received = new Promise<[string, Buffer]>((resolve) =>
      sensor.once('message', (topic, payload) => resolve([topic, payload])),
    );
    await sensor.publishAsync(`${kitchen}/oven`, degrees, { qos: 1 });
    const [topic, payload] = await received;
    deepEqual([topic, String(payload)], [`${kitchen}/oven`, degrees]);
  }
  await sensor.unsubscribeAsync(`${kitchen}/#`);
  if (close) await sensor.endAsync();
}
