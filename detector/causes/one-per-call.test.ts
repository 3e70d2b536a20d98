import { EventEmitter } from 'node:events';
import { onTestFinished, expect, test } from 'vitest';
import { leftBy, only, placesIn } from '../fixtures/left-by.ts';
import { makePackage } from '../fixtures/make-package.ts';

const at = placesIn(import.meta.filename);

interface Broker {
  start(): () => void;
}

const source = `import { createServer } from 'node:net';
export function start() {
  const heartbeat = setInterval(() => {}, 60_000);
  const sweep = setInterval(() => {}, 60_000);
  return () => { clearInterval(heartbeat); clearInterval(sweep); };
}
`;

test('what a package keeps for one call is one finding', async () => {
  const { start } = await makePackage<Broker>('shop-broker', source);
  const report = await leftBy(function startOne() {
    onTestFinished(start()); // here: one call
  });
  expect(report).toEqual(
    only({ kind: 'timer', type: 'Timeout', at: at('one call', 'startOne'), detail: 'with 1 Timeout' }),
  );
});

test('three calls of one line are three', async () => {
  const { start } = await makePackage<Broker>('shop-brokers', source);
  const report = await leftBy(function startThree() {
    for (let index = 0; index < 3; index += 1) onTestFinished(start()); // here: three calls
  });
  expect(report).toEqual(
    only({
      kind: 'timer',
      type: 'Timeout',
      count: 3,
      at: at('three calls', 'startThree'),
      detail: 'with 3 Timeout',
    }),
  );
});

test('what the program has set itself on one line stays apart', async () => {
  const clock = new EventEmitter();
  const report = await leftBy(function startBoth() {
    // prettier-ignore
    for (const timer of [setTimeout(() => {}, 60_000), setInterval(() => {}, 60_000)]) onTestFinished(() => clearTimeout(timer)); // here: both
    clock.emit('started');
  });
  expect(report).toEqual(only({ kind: 'timer', type: 'Timeout', count: 2, at: at('both', 'startBoth') }));
});
